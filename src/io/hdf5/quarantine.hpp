// HDF5's parser has open faults: some files end the process, never end, or ask for all memory. What
// comes from elsewhere is therefore read twice, first in a child process that may come to harm.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

namespace plumbline::hdf5 {

/// What the child may use, beyond what the process has when it is made.
struct TrialLimits {
  int cpu_seconds = 0;
  int wall_seconds = 0;
  std::uint64_t bytes = 0;  ///< address space
};

/// 10 s of processor time, 10 min and 1 GiB, and more for a large file: 1 s for every 64 MiB of it,
/// 32 times its size. What a busy machine makes wait is not to be blamed on the file: the wall
/// clock ends only what sleeps.
TrialLimits trial_limits(std::uintmax_t size);
TrialLimits trial_limits(const std::filesystem::path& path);

/// Runs `read` in a child, where nothing that it does to memory is seen here. SpecError, naming the
/// file and what happened, when it ends by a signal, exceeds a limit or runs out of memory. Whether
/// it threw, what and with which result is nobody's concern: the caller reads the same again.
/// `read` may use HDF5 and memory, no threads. Without fork (or when it fails) nothing is tried.
///   cost  1 to 5 ms and once `read`
void try_in_child(const std::filesystem::path& path, const std::function<void()>& read,
                  const TrialLimits& limits);
inline void try_in_child(const std::filesystem::path& path, const std::function<void()>& read) {
  try_in_child(path, read, trial_limits(path));
}

}  // namespace plumbline::hdf5
