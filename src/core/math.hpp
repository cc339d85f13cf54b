// Elementary functions that vectorise under gcc, give the same bits on every compiler and run on a
// GPU without branches: explicit fma, no tables, no errno. PRACTICE §1, §2.
#pragma once

#include "core/kokkos.hpp"

namespace plumbline {
KOKKOS_INLINE_FUNCTION Real exp(Real x);
KOKKOS_INLINE_FUNCTION Real log(Real x);
/// sin and cos of 2πu.
struct SinCos {
  Real sin, cos;
};
KOKKOS_INLINE_FUNCTION SinCos sincos_2pi(Real u);
}  // namespace plumbline
