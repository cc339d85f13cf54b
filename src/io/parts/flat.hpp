// Records as three flat arrays – text, whole numbers, reals – in the order of one field list, which
// writes and reads alike. A part of 64 cells is three datasets instead of two thousand.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "record/cell.hpp"

namespace plumbline {

struct Flat {
  std::string text;                 ///< all strings, one after the other
  std::vector<std::int64_t> whole;  ///< numbers, and the lengths of what follows them
  std::vector<double> real;
};

/// Appends to `flat`.
void pack(const CellRecord& record, Flat& flat);
void pack(const NullRecord& record, Flat& flat);

/// Takes records off the front, in the order in which they were packed.
class Unpacker {
 public:
  explicit Unpacker(Flat flat) : flat_(std::move(flat)) {}

  /// IoError where the arrays end too early or hold what no record does.
  CellRecord cell();
  NullRecord null();
  bool empty() const {
    return text_ == flat_.text.size() && whole_ == flat_.whole.size() && real_ == flat_.real.size();
  }

 private:
  friend struct Taking;
  Flat flat_;
  std::size_t text_ = 0, whole_ = 0, real_ = 0;
};

}  // namespace plumbline
