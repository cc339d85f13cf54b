// Processes that merge into one folder take turns: what one has read, no other may replace before
// it has written.
#pragma once

#include <filesystem>

namespace plumbline {

class Turn {
 public:
  /// Waits for its turn, at most half a minute; where the file system knows no locks there is none,
  /// and processes that merge at the same moment may have to merge again.
  explicit Turn(const std::filesystem::path& folder);
  ~Turn();
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

 private:
  int fd_;
};

}  // namespace plumbline
