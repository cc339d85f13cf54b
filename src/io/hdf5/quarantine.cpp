// fork, limits, read; what was packed comes through a pipe.
#include "io/hdf5/quarantine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <new>
#include <string>

#include "core/errors.hpp"
#include "io/hdf5/hdf5.hpp"

#if __has_include(<sys/wait.h>)
#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstring>
#endif

namespace plumbline::hdf5 {

TrialLimits trial_limits(const std::filesystem::path& path) {
  std::error_code none;
  const std::uintmax_t size = std::filesystem::file_size(path, none);
  return trial_limits(none ? 0 : size);
}

TrialLimits trial_limits(std::uintmax_t size) {
  const int more = static_cast<int>(std::min<std::uintmax_t>(size >> 26, 3600));
  return {10 + more, 600 + more, (std::uint64_t{1} << 30) + 32 * std::uint64_t{size}};
}

namespace {

Parcel read_here(const PackIn& read) {
  Parcel parcel;
  Packing packing(parcel);
  read(packing);
  return parcel;
}

}  // namespace

#if __has_include(<sys/wait.h>)
namespace {

constexpr int out_of_memory = 3, unsent = 4;  // exit codes of the child

/// A line "VmSize:  1234 kB" of /proc/self/status, in bytes; 0 where there is none. No allocation.
std::uint64_t of_status(const char* field) {
  std::FILE* file = std::fopen("/proc/self/status", "r");
  if (!file) return 0;
  char line[256];
  unsigned long long kilobytes = 0;
  const std::size_t length = std::strlen(field);
  while (std::fgets(line, sizeof line, file))
    if (std::strncmp(line, field, length) == 0 && line[length] == ':')
      std::sscanf(line + length + 1, "%llu", &kilobytes);
  std::fclose(file);
  return std::uint64_t{kilobytes} << 10;
}

/// Never raises what holds already.
void limit(decltype(RLIMIT_CPU) what, std::uint64_t most) {
  rlimit now = {};
  if (getrlimit(what, &now) != 0) return;
  if (now.rlim_max != RLIM_INFINITY && now.rlim_max < most) most = now.rlim_max;
  if (now.rlim_cur != RLIM_INFINITY && now.rlim_cur < most) return;
  now.rlim_cur = static_cast<rlim_t>(most);
  setrlimit(what, &now);
}

/// Its words would be HDF5's or the C library's; a broken file must not leave a core behind; and
/// what the parent does at a signal is not for the child.
void keep_quiet() {
  if (const int null = ::open("/dev/null", O_RDWR); null >= 0)
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) dup2(null, stream);
  limit(RLIMIT_CORE, 0);
  for (const int signal : {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGXCPU, SIGTERM})
    std::signal(signal, SIG_DFL);
}

/// What comes first through the pipe.
struct Announcement {
  enum Kind : std::uint64_t { found, io_error, spec_error } kind;
  std::uint64_t text, whole, real;  ///< sizes of what follows
};

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

void send(int pipe, Announcement::Kind kind, const Parcel& parcel) {
  const Announcement first = {kind, parcel.text.size(), parcel.whole.size(), parcel.real.size()};
  send(pipe, &first, sizeof first);
  send(pipe, parcel.text.data(), parcel.text.size());
  send(pipe, parcel.whole.data(), parcel.whole.size() * sizeof(std::int64_t));
  send(pipe, parcel.real.data(), parcel.real.size() * sizeof(double));
}

[[noreturn]] void child(int pipe, const PackIn& read, const TrialLimits& limits) {
  keep_quiet();
  const std::uint64_t held = of_status("VmSize");
  limit(RLIMIT_CPU, static_cast<std::uint64_t>(limits.cpu_seconds));
  if (held > 0) limit(RLIMIT_AS, held + limits.bytes);
  // HDF5 reports that memory ran out as one error among others. A single request that was refused
  // never shows in the peak.
  const auto end_without_memory = [&] {
    const bool near = held > 0 && of_status("VmPeak") > held + limits.bytes / 2;
    if (near || memory_ran_out()) _exit(out_of_memory);
  };
  Parcel parcel, error;
  Packing words(error);
  try {
    Packing packing(parcel);
    read(packing);
    send(pipe, Announcement::found, parcel);
  } catch (const SpecError& mistake) {
    for (const std::string& word : {mistake.key(), mistake.value(), mistake.allowed()})
      words.text(word);
    send(pipe, Announcement::spec_error, error);
  } catch (const std::bad_alloc&) {
    _exit(out_of_memory);
  } catch (const std::exception& trouble) {
    end_without_memory();
    words.text(trouble.what());
    send(pipe, Announcement::io_error, error);
  } catch (...) {
    end_without_memory();
    _exit(unsent);
  }
  _exit(0);
}

/// A pipe whose ends are none of the three streams, which may be closed: the child replaces those.
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

/// The parent's end of the pipe.
class Receiver {
 public:
  Receiver(int pipe, int seconds)
      : pipe_(pipe), end_(Clock::now() + std::chrono::seconds(seconds)) {}

  bool late() const { return late_; }

  /// False when the other end is closed, or the time over, before all is there.
  bool receive(void* bytes, std::size_t size) {
    char* to = static_cast<char*>(bytes);
    while (size > 0) {
      if (!wait()) return false;
      const ssize_t came = ::read(pipe_, to, size);
      if (came < 0 && errno == EINTR) continue;
      if (came <= 0) return false;
      to += came;
      size -= static_cast<std::size_t>(came);
    }
    return true;
  }

 private:
  using Clock = std::chrono::steady_clock;

  bool wait() {
    for (;;) {
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end_ - Clock::now());
      late_ = left.count() <= 0;
      if (late_) return false;
      pollfd event = {pipe_, POLLIN, 0};
      if (::poll(&event, 1, static_cast<int>(left.count())) > 0) return true;
    }
  }

  int pipe_;
  Clock::time_point end_;
  bool late_ = false;
};

/// False when not all came. No size is believed that the child cannot have held.
bool receive(Receiver& from, std::uint64_t most, Announcement& first, Parcel& parcel) {
  if (!from.receive(&first, sizeof first)) return false;
  for (const std::uint64_t size : {first.text, first.whole, first.real})
    if (size > most) return false;
  parcel.text.resize(first.text);
  parcel.whole.resize(first.whole);
  parcel.real.resize(first.real);
  return from.receive(parcel.text.data(), first.text) &&
         from.receive(parcel.whole.data(), first.whole * sizeof(std::int64_t)) &&
         from.receive(parcel.real.data(), first.real * sizeof(double));
}

[[noreturn]] void throw_again(Announcement::Kind kind, Parcel parcel) {
  Unpacking words(std::move(parcel));
  std::string word[3];
  words.text(word[0]);
  if (kind != Announcement::spec_error) throw IoError(word[0]);
  for (int i : {1, 2}) words.text(word[i]);
  throw SpecError(word[0], word[1], word[2]);
}

int wait_for(pid_t process) {
  int status = 0;
  while (waitpid(process, &status, 0) < 0 && errno == EINTR) continue;
  return status;
}

/// "" when the child came to its end.
std::string harm(int status, const TrialLimits& limits) {
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return "";
  if (WIFEXITED(status) && WEXITSTATUS(status) == out_of_memory)
    return fmt::format("asks for more than {} MiB", limits.bytes >> 20);
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU)
    return fmt::format("takes more than {} s", limits.cpu_seconds);
  if (WIFSIGNALED(status)) return fmt::format("crashes ({})", strsignal(WTERMSIG(status)));
  return fmt::format("ends with code {}", WEXITSTATUS(status));
}

}  // namespace

Parcel read_in_child(const std::filesystem::path& path, const PackIn& read,
                     const TrialLimits& limits) {
  int ends[2];
  if (!pipe_above_streams(ends)) return read_here(read);
  const pid_t process = fork();
  if (process == 0) child(ends[1], read, limits);
  ::close(ends[1]);
  if (process < 0) {
    ::close(ends[0]);
    return read_here(read);
  }
  Announcement first = {};
  Parcel parcel;
  Receiver receiver(ends[0], limits.wall_seconds);
  const bool whole = receive(receiver, limits.bytes, first, parcel);
  if (receiver.late()) ::kill(process, SIGKILL);
  ::close(ends[0]);
  std::string what = harm(wait_for(process), limits);
  if (receiver.late()) what = fmt::format("takes more than {} s", limits.wall_seconds);
  if (!whole && what.empty()) what = "breaks off";
  if (!what.empty())
    throw SpecError(
        "file", path.string(),
        fmt::format("must be a file that HDF5 can read: its parser {} on this one, which must "
                    "be damaged or made to harm",
                    what));
  if (first.kind != Announcement::found) throw_again(first.kind, std::move(parcel));
  return parcel;
}

#else

Parcel read_in_child(const std::filesystem::path&, const PackIn& read, const TrialLimits&) {
  return read_here(read);
}

#endif

}  // namespace plumbline::hdf5
