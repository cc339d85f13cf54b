// The noise level at which a mixture is looked at: the law of alpha X + sigma ξ. mixture/README §2.
#pragma once

#include "core/kokkos.hpp"

namespace plumbline {

/// alpha X + sigma ξ with X from the mixture, ξ ~ N(0, I). {1, 0, 0} is the mixture itself.
struct NoiseLevel {
  Real alpha = 1;            ///< signal scale a_t
  Real alpha_minus_one = 0;  ///< a_t − 1 with full relative accuracy: as t → 0, a_t μ − z needs it
  Real variance = 0;         ///< sigma² = s_t²
};

}  // namespace plumbline
