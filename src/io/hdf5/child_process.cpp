// Whole sizes, then the arrays.
#if __has_include(<sys/wait.h>)
#include "io/hdf5/child_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

namespace plumbline::hdf5 {
namespace {

void send(int pipe, const void* bytes, std::size_t size) {
  const char* from = static_cast<const char*>(bytes);
  while (size > 0) {
    const ssize_t sent = ::write(pipe, from, size);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) _exit(unsent);
    from += sent;
    size -= static_cast<std::size_t>(sent);
  }
}

}  // namespace

void send(int pipe, Announcement::Kind kind, const Parcel& parcel) {
  const Announcement first = {kind, parcel.text.size(), parcel.whole.size(), parcel.real.size()};
  send(pipe, &first, sizeof first);
  send(pipe, parcel.text.data(), parcel.text.size());
  send(pipe, parcel.whole.data(), parcel.whole.size() * sizeof(std::int64_t));
  send(pipe, parcel.real.data(), parcel.real.size() * sizeof(double));
}

bool pipe_above_streams(int (&ends)[2]) {
  if (::pipe(ends) != 0) return false;
  for (int& end : ends) {
    const int above = fcntl(end, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    ::close(end);
    end = above;
  }
  if (ends[0] >= 0 && ends[1] >= 0) return true;
  for (const int end : ends)
    if (end >= 0) ::close(end);
  return false;
}

ChildProcess::ChildProcess(pid_t process, int pipe, int seconds)
    : process_(process), pipe_(pipe), until_(Clock::now() + std::chrono::seconds(seconds)) {}

ChildProcess::~ChildProcess() {
  end(true);
  ::close(pipe_);
}

int ChildProcess::end(bool kill) {
  if (process_ <= 0) return 0;
  if (kill) ::kill(process_, SIGKILL);
  int status = 0;
  while (waitpid(process_, &status, 0) < 0)
    if (errno != EINTR) {
      status = 0;
      break;
    }
  process_ = 0;
  return status;
}

bool ChildProcess::in_time() {
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until_ - Clock::now());
    if (left.count() <= 0) return false;
    pollfd event = {pipe_, POLLIN, 0};
    if (::poll(&event, 1, static_cast<int>(left.count())) > 0) return true;
  }
}

ChildProcess::Came ChildProcess::take(void* bytes, std::uint64_t size) {
  char* to = static_cast<char*>(bytes);
  while (size > 0) {
    if (!in_time()) return Came::late;
    const ssize_t came = ::read(pipe_, to, size);
    if (came < 0 && errno == EINTR) continue;
    if (came <= 0) return Came::part;
    to += came;
    size -= static_cast<std::uint64_t>(came);
  }
  return Came::all;
}

ChildProcess::Came ChildProcess::receive(std::uint64_t most, Announcement& first, Parcel& parcel) {
  if (const Came came = take(&first, sizeof first); came != Came::all) return came;
  for (const std::uint64_t size : {first.text, first.whole, first.real})
    if (size > most) return Came::nonsense;
  parcel.text.resize(first.text);
  parcel.whole.resize(first.whole);
  parcel.real.resize(first.real);
  Came came = take(parcel.text.data(), first.text);
  if (came == Came::all) came = take(parcel.whole.data(), first.whole * sizeof(std::int64_t));
  if (came == Came::all) came = take(parcel.real.data(), first.real * sizeof(double));
  return came;
}

}  // namespace plumbline::hdf5
#endif
