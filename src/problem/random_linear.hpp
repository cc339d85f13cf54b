// A random linear problem as Cardoso et al. 2024 (MCGdiff) draw one: problem/README §9. Private to
// problem/.
#pragma once

#include <optional>

#include "core/rng.hpp"
#include "problem/observation.hpp"

namespace plumbline {

/// Singular values of a random operator: uniform on [0, 1] (Cardoso et al. 2024), or those of its
/// standard normal entries (Moufad et al. 2025).
enum class Spectrum { uniform, normal };
constexpr auto names(Spectrum) {
  return std::array{"uniform", "normal"};
}

struct RandomOperator {
  int rows, dimension;  ///< rows ≤ dimension
  Spectrum spectrum;
  std::optional<Real> deviation;  ///< of the noise; not set: u max(s), u uniform on [0, 1]
};

/// A = U diag(s) Vᵀ [rows, dimension], U and V of the SVD of a matrix of standard normals, s
/// descending. y is 0.   cost  rows² · dimension
LinearGaussian random_linear(const RandomOperator& shape, const Rng& rng);

}  // namespace plumbline
