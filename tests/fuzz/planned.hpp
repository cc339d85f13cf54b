// What the targets that make plans share.
#pragma once

#include "harness/sweep/limits.hpp"

namespace plumbline::fuzz {

/// Enough for every prior of the galleries, and little enough for thousands of plans a minute.
inline constexpr Limits small_limits = {.memory = 1 << 24, .max_cells = 64};

/// With one thread, from the first call on.
void start_kokkos();

}  // namespace plumbline::fuzz
