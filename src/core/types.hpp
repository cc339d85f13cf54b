// The two scalars of the project, for code that launches nothing: no Kokkos here.
#pragma once

#include <cstdint>

namespace plumbline {

using Real = double;
using Index = std::int64_t;

}  // namespace plumbline
