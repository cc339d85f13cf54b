// flock(2) on the folder itself: no file stays behind, and a killed process gives its turn back.
#include "harness/run/turn.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>

namespace plumbline {

Turn::Turn(const std::filesystem::path& folder)
    : fd_(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
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

}  // namespace plumbline
