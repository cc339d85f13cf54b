// Rosenblatt's transform of draws under the exact target: coordinate by coordinate, the
// distribution function given the coordinates before it, in closed form for a Gaussian mixture.
#pragma once

#include "core/rng.hpp"
#include "mixture/gaussian_mixture.hpp"
#include "problem/need.hpp"

namespace plumbline {

/// g(n, i) = Φ⁻¹(F(x_i | x_1 … x_{i−1})): d independent standard normals where x follows `mixture`
/// (Rosenblatt 1952).
///
/// With Σ_k = L_k L_kᵀ and ξ_k = L_k⁻¹ (x − μ_k), component k has x_i | x_1 … x_{i−1} of standard
/// deviation L_k,ii, at ξ_ki of them from its mean, so
///
///     F(x_i | x_1 … x_{i−1}) = Σ_k ω_ki Φ(ξ_ki),     ω_ki ∝ π_k Π_{j<i} φ(ξ_kj)/L_k,jj,
///
/// in log space. Where L_k,ii is below 1e-8 of the coordinate's spread, or 1e-14 of its distance
/// from 0, component k has an atom there, anything within 1e-5 of these (draws of six digits): F
/// jumps, and the place within the jump is drawn, F(x−) + v (F(x) − F(x−)), v ~ U(0, 1) from `rng`
/// (Rüschendorf 2009). At its atom a component outweighs those that have a density there.
/// F is cut to [2⁻⁵³, 1 − 2⁻⁵³]: |g| ≤ 8.2.
///   shapes    x [n, d] → g [n, d]
///   requires  squares of x are finite (has_finite_squares); weights above 0
///   cost      n K d (one exp, 60 flops) + n d quantiles; full covariances + n K d² + K d³ flops
///   tested    unit/metrics/calibration: SciPy's conditional normals, and atoms
void rosenblatt_scores(const Exec& exec, const GaussianMixture& mixture, Rng rng, const Matrix& x,
                       const Matrix& g);

/// What that holds for n draws, beside x and g.
Needs rosenblatt_needs(const GaussianMixture& mixture, Index n);

}  // namespace plumbline
