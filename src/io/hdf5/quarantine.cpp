// fork, limits, read; the parent waits for the pipe that the child's end closes.
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

#if __has_include(<sys/wait.h>)
namespace {

constexpr int out_of_memory = 3;

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

[[noreturn]] void child(const std::function<void()>& read, const TrialLimits& limits) {
  keep_quiet();
  const std::uint64_t held = of_status("VmSize");
  limit(RLIMIT_CPU, static_cast<std::uint64_t>(limits.cpu_seconds));
  if (held > 0) limit(RLIMIT_AS, held + limits.bytes);
  int code = 0;
  try {
    read();
  } catch (const std::bad_alloc&) {
    code = out_of_memory;
  } catch (...) {
    // HDF5 reports that memory ran out as one error among others. A single request that was refused
    // never shows in the peak.
    const bool near = held > 0 && of_status("VmPeak") > held + limits.bytes / 2;
    if (near || memory_ran_out()) code = out_of_memory;
  }
  _exit(code);
}

/// False when the time is over before the other end of the pipe is closed.
bool closed_within(int pipe, int seconds) {
  using Clock = std::chrono::steady_clock;
  const auto end = Clock::now() + std::chrono::seconds(seconds);
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now());
    if (left.count() <= 0) return false;
    pollfd event = {pipe, POLLIN, 0};
    if (::poll(&event, 1, static_cast<int>(left.count())) > 0) return true;
  }
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

void try_in_child(const std::filesystem::path& path, const std::function<void()>& read,
                  const TrialLimits& limits) {
  int ends[2];
  if (::pipe(ends) != 0) return;
  for (const int end : ends) fcntl(end, F_SETFD, FD_CLOEXEC);
  const pid_t process = fork();
  if (process == 0) child(read, limits);
  ::close(ends[1]);
  std::string what;
  if (process > 0) {
    if (!closed_within(ends[0], limits.wall_seconds)) {
      what = fmt::format("takes more than {} s", limits.wall_seconds);
      ::kill(process, SIGKILL);
    }
    const std::string end = harm(wait_for(process), limits);
    if (what.empty()) what = end;
  }
  ::close(ends[0]);
  if (!what.empty())
    throw SpecError(
        "file", path.string(),
        fmt::format("must be a file that HDF5 can read: its parser {} on this one, which must "
                    "be damaged or made to harm",
                    what));
}

#else

void try_in_child(const std::filesystem::path&, const std::function<void()>&, const TrialLimits&) {}

#endif

}  // namespace plumbline::hdf5
