// Names for parts of the work, for whoever measures them.
#pragma once

#include "core/kokkos.hpp"

namespace plumbline {

/// A part of the work, from here to the end of the scope: `--profile` (cli/profile.hpp) and other
/// tools of Kokkos put the kernels that are launched meanwhile under its name. Phases nest.
///   cost  of a look whether anybody wants to know
class Phase {
 public:
  explicit Phase(const std::string& name) { Kokkos::Profiling::pushRegion(name); }
  ~Phase() { Kokkos::Profiling::popRegion(); }
  Phase(const Phase&) = delete;
  Phase& operator=(const Phase&) = delete;
};

}  // namespace plumbline
