// Processes that write one result file take turns: what one has read, no other may replace before
// it has written.
#pragma once

#include <filesystem>
#include <optional>

#include "io/parts/durable.hpp"
#include "record/results.hpp"

namespace plumbline {

class Turn {
 public:
  /// Of the folder that `output` lies in, a link followed. Waits for its turn, at most half a
  /// minute; where the file system knows no locks there is none, and processes that merge at the
  /// same moment may have to merge again.
  explicit Turn(const std::filesystem::path& output);
  ~Turn();
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

 private:
  int fd_;
};

/// Writes `results`, which follow from the file that was there when it had the stamp `read`; false,
/// and nothing written, when another took its place meanwhile. IoError.
bool replace_results(const std::filesystem::path& path, const std::optional<FileStamp>& read,
                     const Results& results);

}  // namespace plumbline
