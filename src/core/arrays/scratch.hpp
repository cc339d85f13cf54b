// Work space that kernels use in turn: no launch allocates.
#pragma once

#include "core/kokkos.hpp"

namespace plumbline {

/// At least n numbers for one launch on the one execution space, where kernels run one after the
/// other: the next asker gets the same memory, and finds rubbish in it. It grows as it must and is
/// kept, up to 2²² numbers; more is allocated for the asker alone. For the thread that launches.
Vector scratch(Index n);

}  // namespace plumbline
