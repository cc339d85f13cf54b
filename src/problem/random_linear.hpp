// A random linear problem as Cardoso et al. 2024 (MCGdiff) draw one: BENCHMARKS §1. Private to
// problem/.
#pragma once

#include <optional>

#include "core/rng.hpp"
#include "problem/observation.hpp"

namespace plumbline {

/// A = U diag(s) Vᵀ [rows, dimension]: U and V of the SVD of a matrix of standard normals, s
/// uniform on [0, 1] and descending. Noise of the given standard deviation, or of u max(s) with u
/// uniform on [0, 1]. y is 0.   requires  rows ≤ dimension.   cost  rows² · dimension
LinearGaussian random_linear(int rows, int dimension, std::optional<Real> deviation,
                             const Rng& rng);

}  // namespace plumbline
