// How metrics of moments change with a draw: first-order influences, linear and quadratic in it.
#pragma once

#include "core/arrays.hpp"

namespace plumbline {

/// influence(n) = Σ_i gradient_i (x_ni − centre_i)
void linear_influence(const Exec& exec, const Matrix& x, const Vector& centre,
                      const Vector& gradient, const Vector& influence);

/// influence(n) = (x_n − centre)ᵀ G (x_n − centre).   cost  2 n d² flops
void quadratic_influence(const Exec& exec, const Matrix& x, const Vector& centre, const Matrix& g,
                         const Vector& influence);

/// Standard deviation per coordinate; a constant coordinate is measured in `overall`.
HostVector scales(const HostMatrix& covariance, Real overall);

/// Root mean square standard deviation over coordinates; 1 (data units) when all are constant.
Real overall_scale(const HostMatrix& covariance);

}  // namespace plumbline
