// A linear observation in the basis where it is diagonal: what filters that look at y direction by
// direction see (Cardoso et al. 2024, section 3; samplers/filters/README §4).
#pragma once

#include <limits>

#include "problem/problem.hpp"

namespace plumbline {

/// y = A z_0 + N(0, Γ) whitened, y ← Γ^{-1/2} y and A ← Γ^{-1/2} A = U S Vᵀ, and divided by the
/// singular values: r independent scalars
///
///     y_i = v_iᵀ z_0 + N(0, σ_i²),   σ_i = 1/s_i, or 0 where Γ = 0,
///     log p(y | z_0) = Σ_i log N(y_i; v_iᵀ z_0, σ_i²) + log_constant.
///
/// Rows of A that whitening finds dependent (s_i = 0) hold noise only: they are in log_constant.
/// Noise-free, p(y) is the density of A z_0 and log_constant = −Σ log s_i.
struct SpectralObservation {
  HostMatrix directions;  ///< v_i, orthonormal rows, s_i descending  [r, D]
  HostVector y;           ///< [r]
  HostVector variance;    ///< σ_i²  [r]
  Real log_constant = 0;

  int count() const { return static_cast<int>(y.size()); }
  bool noisy() const { return count() == 0 || variance[0] > 0; }
};

/// Γ is positive definite, or 0. Errors: SpecError("A") for dependent rows without noise, naming
/// `sampler`.
SpectralObservation spectral(const LinearForm& observation, std::string_view sampler);

/// SpecError as above for a problem with an inpainting or linear observation.
void require_spectral(const Problem& problem, std::string_view sampler);

/// What is expected of the r directions at one level, g(z) = Π_i N(v_iᵀ z; target_i, variance_i). A
/// direction whose variance is infinite is not looked at.
struct GaussianPotential {
  Matrix target;    ///< one row for every `particles` rows of z  [R, r]
  Vector variance;  ///< [r]
  Index particles = std::numeric_limits<Index>::max();  ///< one row for all when not set
};

/// log N(v_iᵀ z; target_i, variance_i), 0 where the variance is infinite.
KOKKOS_INLINE_FUNCTION Real log_normal_of(Real residual, Real variance) {
  constexpr Real two_pi = 6.283185307179586;
  if (variance == infinity) return 0;
  return -(residual * residual / variance + log(two_pi * variance)) / 2;
}

/// v_iᵀ z(n).
template <class Row>
KOKKOS_INLINE_FUNCTION Real along(const Matrix& directions, int i, const Row& row) {
  Real sum = 0;
  for (int k = 0; k < directions.extent_int(1); ++k)
    sum = Kokkos::fma(directions(i, k), row(k), sum);
  return sum;
}

/// log_g(n) = Σ_i log N(v_iᵀ z(n); target_i, variance_i).
///   shapes  directions [r, D], z [n, D] → log_g [n]
void log_potential(const Exec& exec, const Matrix& directions, const GaussianPotential& potential,
                   const Matrix& z, const Vector& log_g);

}  // namespace plumbline
