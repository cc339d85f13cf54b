// --profile: where the time of a command went, by phase and kernel.
#pragma once

#include <memory>

#include "cli/arguments.hpp"

namespace plumbline::cli {

/// The flag, of commands that compute.
Arguments& profile_option(Arguments& arguments);

/// Where `--profile` was typed, everything that Kokkos does while it lives is counted under the
/// phase (core/steps/phase.hpp) that it happens in, by Kokkos's own hooks; when it ends, the tree
/// goes to standard error. Without the flag it does nothing. One at a time, of one thread: kernels
/// are launched by one.
///
/// Before it tells that a kernel ends, Kokkos waits for it: times are the kernel's on a GPU too,
/// where a command then takes longer, as nothing overlaps.
class ProfileScope {
 public:
  explicit ProfileScope(const Arguments& arguments);
  ~ProfileScope();
  ProfileScope(const ProfileScope&) = delete;
  ProfileScope& operator=(const ProfileScope&) = delete;

  struct Profile;

 private:
  std::unique_ptr<Profile> profile_;
};

}  // namespace plumbline::cli
