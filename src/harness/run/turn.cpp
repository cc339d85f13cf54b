// flock(2) on the folder itself: no file stays behind, and a killed process gives its turn back.
#include "harness/run/turn.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>

#include "io/result/result_file.hpp"

namespace plumbline {

Turn::Turn(const std::filesystem::path& output)
    : fd_(::open(folder_of(write_target(output)).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
  constexpr useconds_t pause = 10'000;  // µs
  for (int tries = 0; fd_ >= 0 && tries < 3000; ++tries) {
    if (::flock(fd_, LOCK_EX | LOCK_NB) == 0) return;
    if (errno != EWOULDBLOCK && errno != EINTR) return;
    ::usleep(pause);
  }
}

Turn::~Turn() {
  if (fd_ >= 0) ::close(fd_);
}

bool replace_results(const std::filesystem::path& path, const std::optional<FileStamp>& read,
                     const Results& results) {
  const Turn turn(path);
  if (stamp_of(path) != read) return false;
  write_results(path, results);
  return true;
}

}  // namespace plumbline
