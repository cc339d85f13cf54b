// fork, limits, read; whose fault it is when the child does not come to its end.
#include "io/hdf5/quarantine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <new>
#include <string>

#include "core/errors.hpp"
#include "io/hdf5/hdf5.hpp"

#if __has_include(<sys/wait.h>)
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstring>

#include "io/hdf5/child_process.hpp"
#endif
#if __has_include(<sys/prctl.h>)
#include <sys/prctl.h>
#endif

namespace plumbline::hdf5 {

TrialLimits trial_limits(const std::filesystem::path& path) {
  std::error_code none;
  const std::uintmax_t size = std::filesystem::file_size(path, none);
  return trial_limits(none ? 0 : size);
}

TrialLimits trial_limits(std::uintmax_t size) {
  const int more = static_cast<int>(std::min<std::uintmax_t>(size >> 24, 3600));
  return {10 + more, 600 + more, (std::uint64_t{1} << 30) + 32 * std::uint64_t{size}};
}

#if __has_include(<sys/wait.h>)
namespace {

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

/// A limit of the child, and whether it is ours or one that this process has already.
struct Limit {
  decltype(RLIMIT_CPU) what;
  std::uint64_t most;
  bool ours;

  Limit(decltype(RLIMIT_CPU) which, std::uint64_t wanted) : what(which), most(wanted), ours(true) {
    rlimit now = {};
    if (getrlimit(what, &now) != 0) return;
    for (const rlim_t there : {now.rlim_cur, now.rlim_max})
      if (there != RLIM_INFINITY && there < most) {
        most = there;
        ours = false;
      }
  }
  void set() const {
    rlimit now = {};
    if (!ours || getrlimit(what, &now) != 0) return;
    now.rlim_cur = static_cast<rlim_t>(most);
    setrlimit(what, &now);
  }
};

struct Limits {
  std::uint64_t held = of_status("VmSize");
  Limit cpu, memory;

  explicit Limits(const TrialLimits& limits)
      : cpu(RLIMIT_CPU, static_cast<std::uint64_t>(limits.cpu_seconds)),
        memory(RLIMIT_AS, held > 0 ? held + limits.bytes : RLIM_INFINITY) {}
};

/// Its words would be HDF5's or the C library's; a broken file must not leave a core behind; what
/// the parent does at a signal is not for the child; and it does not outlive the parent.
void keep_quiet() {
  if (const int null = ::open("/dev/null", O_RDWR); null >= 0)
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) dup2(null, stream);
  Limit(RLIMIT_CORE, 0).set();
  for (const int signal : {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGXCPU, SIGTERM})
    std::signal(signal, SIG_DFL);
#if __has_include(<sys/prctl.h>)
  prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
}

[[noreturn]] void child(int pipe, const PackIn& read, const Limits& limits) {
  keep_quiet();
  limits.cpu.set();
  if (limits.held > 0) limits.memory.set();
  // HDF5 reports that memory ran out as one error among others. A single request that was refused
  // never shows in the peak.
  const auto end_without_memory = [&] {
    const std::uint64_t most = std::max(limits.memory.most, limits.held);
    const bool near = limits.held > 0 && of_status("VmPeak") > most - (most - limits.held) / 10;
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
    _exit(unsent);
  }
  _exit(0);
}

/// SpecError: the file does this to its reader.
[[noreturn]] void blame(const std::filesystem::path& path, const std::string& what) {
  throw SpecError("file", path.string(),
                  fmt::format("must be a file that HDF5 can read: its parser {} on this one, which "
                              "must be damaged or made to harm",
                              what));
}

/// IoError: not the file's fault.
[[noreturn]] void excuse(const std::filesystem::path& path, const std::string& what) {
  throw IoError(fmt::format("cannot read {}: {}", path.string(), what));
}

/// Here nothing would keep HDF5's harm away.
std::string no_child() {
  return fmt::format("there is no process to read it in: {}", std::strerror(errno));
}

/// Returns where the child came to its end.
void judge(const std::filesystem::path& path, int status, const Limits& limits,
           const TrialLimits& wanted) {
  if (WIFSIGNALED(status)) {
    const int signal = WTERMSIG(status);
    if (signal == SIGXCPU && !limits.cpu.ours)
      excuse(path, fmt::format("processor time is limited to {} s", limits.cpu.most));
    if (signal == SIGXCPU) blame(path, fmt::format("takes more than {} s", wanted.cpu_seconds));
    for (const int fault : {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGSYS, SIGTRAP})
      if (signal == fault) blame(path, fmt::format("crashes ({})", strsignal(signal)));
    excuse(path, fmt::format("the process that read it was ended ({})", strsignal(signal)));
  }
  const int code = WEXITSTATUS(status);
  if (code == out_of_memory && !(limits.held > 0 && limits.memory.ours))
    excuse(path, "out of memory");
  if (code == out_of_memory)
    blame(path, fmt::format("asks for more than {} MiB", wanted.bytes >> 20));
  if (code != 0) excuse(path, "the process that read it broke off");
}

[[noreturn]] void throw_again(Announcement::Kind kind, Parcel parcel) {
  Unpacking words(std::move(parcel));
  std::string word[3];
  words.text(word[0]);
  if (kind != Announcement::spec_error) throw IoError(word[0]);
  for (const int i : {1, 2}) words.text(word[i]);
  throw SpecError(word[0], word[1], word[2]);
}

}  // namespace

Parcel read_in_child(const std::filesystem::path& path, const PackIn& read,
                     const TrialLimits& wanted) {
  int ends[2];
  if (!pipe_above_streams(ends)) excuse(path, no_child());
  const Limits limits(wanted);
  const pid_t process = fork();
  if (process == 0) {
    ::close(ends[0]);
    child(ends[1], read, limits);
  }
  ::close(ends[1]);
  ChildProcess reader(process, ends[0], wanted.wall_seconds);
  if (process < 0) excuse(path, no_child());
  Announcement first = {};
  Parcel parcel;
  using Came = ChildProcess::Came;
  const Came came = reader.receive(wanted.bytes, first, parcel);
  if (came == Came::late) blame(path, fmt::format("takes more than {} s", wanted.wall_seconds));
  if (came == Came::nonsense) blame(path, "loses its way");
  judge(path, reader.end(false), limits, wanted);
  if (came != Came::all) excuse(path, "the process that read it broke off");
  if (first.kind != Announcement::found) throw_again(first.kind, std::move(parcel));
  return parcel;
}

#else

Parcel read_in_child(const std::filesystem::path&, const PackIn& read, const TrialLimits&) {
  Parcel parcel;
  Packing packing(parcel);
  read(packing);
  return parcel;
}

#endif

}  // namespace plumbline::hdf5
