// The two scalars of the project and what they have no literal for, for code that launches nothing:
// no Kokkos here.
#pragma once

#include <cstdint>
#include <limits>

namespace plumbline {

using Real = double;
using Index = std::int64_t;

inline constexpr Real infinity = std::numeric_limits<Real>::infinity();
inline constexpr Real nan = std::numeric_limits<Real>::quiet_NaN();

}  // namespace plumbline
