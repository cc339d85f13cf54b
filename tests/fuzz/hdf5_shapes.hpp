// Types, spaces and layouts for datasets that nobody expects (hdf5_edits.hpp).
#pragma once

#include <hdf5.h>

#include <utility>

#include "fuzz/targets.hpp"

namespace plumbline::fuzz {

/// An HDF5 identifier of any kind; negative when there is none.
class Id {
 public:
  Id(hid_t id) : id_(id) {}
  Id(const Id& other) : id_(other.id_) {
    if (id_ >= 0) H5Iinc_ref(id_);
  }
  Id(Id&& other) noexcept : id_(std::exchange(other.id_, -1)) {}
  Id& operator=(Id) = delete;
  ~Id() {
    if (id_ >= 0) H5Idec_ref(id_);
  }
  operator hid_t() const { return id_; }

 private:
  hid_t id_;
};

/// Numbers of every kind, texts of every kind, and what is neither.
Id type_of(std::uint8_t which);
/// Rank payload[1] % 5, sizes by payload[2 …]; null, or one that may grow.
Id space_of(Input payload);
/// Contiguous, compact, in chunks, filtered, in other files: payload[5].
Id layout_of(Input payload, hid_t space);

}  // namespace plumbline::fuzz
