// A child process that sends a parcel through a pipe: what both ends need. POSIX alone.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>

#include "io/hdf5/parcel.hpp"

namespace plumbline::hdf5 {

/// What comes first.
struct Announcement {
  enum Kind : std::uint64_t { found, io_error, spec_error } kind;
  std::uint64_t text, whole, real;  ///< sizes of what follows
};

constexpr int out_of_memory = 3, unsent = 4;  ///< exit codes of the child

/// In the child: everything, or the end of this process with `unsent`.
void send(int pipe, Announcement::Kind kind, const Parcel& parcel);

/// A pipe whose ends are none of the three streams, which may be closed: the child replaces those.
bool pipe_above_streams(int (&ends)[2]);

/// The parent's side: owns the process and the end of the pipe. Whatever happens, no process is
/// left behind.
class ChildProcess {
 public:
  /// Received, or not all: the other end was closed, the time is over, or sizes came that the child
  /// cannot have held.
  enum class Came { all, part, late, nonsense };

  ChildProcess(pid_t process, int pipe, int seconds);
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  ~ChildProcess();

  /// No size above `most` is believed.   errors  std::bad_alloc
  Came receive(std::uint64_t most, Announcement& first, Parcel& parcel);
  /// Waits for the end of the process, as of waitpid; 0 where nobody knows.
  int end(bool kill);

 private:
  using Clock = std::chrono::steady_clock;

  Came take(void* bytes, std::uint64_t size);
  bool in_time();

  pid_t process_;
  int pipe_;
  Clock::time_point until_;
};

}  // namespace plumbline::hdf5
