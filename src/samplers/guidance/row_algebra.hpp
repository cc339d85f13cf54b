// Small dense algebra of one point inside a kernel: the symmetric [m, m] systems of moment-matched
// guidance, by Cholesky and by conjugate gradients.
#pragma once

#include "core/kokkos.hpp"

namespace plumbline {

/// x ← C⁻¹ x by Cholesky in place; C(i, j) for j ≤ i is read and overwritten by the root.
///
/// C is positive semi-definite up to rounding. A pivot at most m ε of its diagonal entry is
/// rounding (two rows of A that say the same, or a direction already known): its observation is
/// dropped, x = 0 there, and the others are solved without it.
///   cost  m³/3 flops
template <class Symmetric, class Right>
KOKKOS_INLINE_FUNCTION void solve_definite(const Symmetric& c, int m, const Right& x) {
  for (int j = 0; j < m; ++j) {
    const Real diagonal = c(j, j);
    for (int k = 0; k < j; ++k) c(j, j) = Kokkos::fma(-c(j, k), c(j, k), c(j, j));
    const bool lost = !(c(j, j) > m * Real(0x1p-52) * diagonal) && c(j, j) == c(j, j);
    c(j, j) = lost ? Real(0) : Kokkos::sqrt(c(j, j));
    for (int i = j + 1; i < m; ++i) {
      for (int k = 0; k < j; ++k) c(i, j) = Kokkos::fma(-c(i, k), c(j, k), c(i, j));
      c(i, j) = lost ? Real(0) : c(i, j) / c(j, j);
    }
  }
  for (int i = 0; i < m; ++i) {
    for (int k = 0; k < i; ++k) x(i) = Kokkos::fma(-c(i, k), x(k), x(i));
    x(i) = c(i, i) == 0 ? Real(0) : x(i) / c(i, i);
  }
  for (int i = m - 1; i >= 0; --i) {
    for (int k = i + 1; k < m; ++k) x(i) = Kokkos::fma(-c(k, i), x(k), x(i));
    x(i) = c(i, i) == 0 ? Real(0) : x(i) / c(i, i);
  }
}

/// x ← approximately C⁻¹ x after at most `iterations` conjugate gradients from 0 (Hestenes &
/// Stiefel 1952); multiply(p, q) gives q = C p. Stops where the residual is rounding, 2⁻⁵² of the
/// right side. work holds residual r, direction p and q = C p, m numbers each.
template <class Multiply, class Right>
KOKKOS_INLINE_FUNCTION void conjugate_gradients(const Multiply& multiply, int m, int iterations,
                                                Real* work, const Right& x) {
  Real *r = work, *p = work + m, *q = work + 2 * m;
  Real square = 0;
  for (int i = 0; i < m; ++i) {
    r[i] = p[i] = x(i);
    x(i) = 0;
    square = Kokkos::fma(r[i], r[i], square);
  }
  const Real enough = square * Real(0x1p-104);
  for (int iteration = 0; iteration < iterations && square > enough; ++iteration) {
    multiply(p, q);
    Real curvature = 0;
    for (int i = 0; i < m; ++i) curvature = Kokkos::fma(p[i], q[i], curvature);
    if (!(curvature > 0)) return;
    const Real step = square / curvature;
    Real next = 0;
    for (int i = 0; i < m; ++i) {
      x(i) = Kokkos::fma(step, p[i], x(i));
      r[i] = Kokkos::fma(-step, q[i], r[i]);
      next = Kokkos::fma(r[i], r[i], next);
    }
    for (int i = 0; i < m; ++i) p[i] = Kokkos::fma(next / square, p[i], r[i]);
    square = next;
  }
}

}  // namespace plumbline
