// Draws seen along the leading principal axes of a target. metrics/README §10.
#pragma once

#include "core/ensemble.hpp"

namespace plumbline {

/// Of more dimensions coordinates stand in for axes.
inline constexpr Index most_eigen_dimensions = 64;

/// Rows a_j/√λ_j of the leading axes, at most `functional_axes`, the largest entry of each
/// positive; of more than `most_eigen_dimensions` the coordinates of largest variance, which may
/// correlate. None of a point, nor
/// along what varies less than 1e-12 of the largest variance.   shapes  [d, d] → [J, d]
HostMatrix principal_axes(const HostMatrix& covariance);

/// u(n, j) = Σ_i axes(j, i) (x(n, i) − centre(i)).
///   shapes  x [n, d], centre [d], axes [J, d] → u [n, J]
void along_axes(const Exec& exec, const Matrix& x, const Vector& centre, const Matrix& axes,
                const Matrix& u);

/// Σ_n w_n of the draws with u_nj outside [low(j), high(j)], of every axis.
///   shapes  u.x [n, J], low, high [J] → [J]
std::vector<Real> weight_outside(const Exec& exec, const Ensemble& u, const Vector& low,
                                 const Vector& high);

}  // namespace plumbline
