// HDF5's parser has open faults: some files end the process, never end, or ask for all memory; what
// they do hangs on what else lies in memory, so that a trial says nothing of the next one. What
// comes from elsewhere is therefore read by a child process, and only what it found comes here.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

#include "io/hdf5/parcel.hpp"

namespace plumbline::hdf5 {

/// What the child may use, beyond what the process has when it is made.
struct TrialLimits {
  int cpu_seconds = 0;
  int wall_seconds = 0;
  std::uint64_t bytes = 0;  ///< address space
};

/// 10 s of processor time, 10 min and 1 GiB, and more for a large file: 1 s for every 16 MiB of it,
/// 32 times its size. What a busy machine makes wait is not to be blamed on the file: the wall
/// clock ends only what sleeps.
TrialLimits trial_limits(std::uintmax_t size);
TrialLimits trial_limits(const std::filesystem::path& path);

/// Runs `read` in a child and returns what it packed there; nothing else that it does to memory is
/// seen here. An IoError or SpecError of it is thrown here; SpecError, naming the file and what
/// happened, when the child crashes or exceeds a limit that is set here; IoError when it is ended
/// from outside or by a limit of this process. `read` may use HDF5 and memory, no threads. Where
/// the system has no fork `read` runs here.
///   cost  1 to 5 ms, `read`, and a copy of what was packed
using PackIn = std::function<void(Packing&)>;
Parcel read_in_child(const std::filesystem::path& path, const PackIn& read,
                     const TrialLimits& limits);
inline Parcel read_in_child(const std::filesystem::path& path, const PackIn& read) {
  return read_in_child(path, read, trial_limits(path));
}

}  // namespace plumbline::hdf5
