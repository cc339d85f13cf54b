// Arithmetic of whole arrays, entry by entry: the names for what is one statement per entry.
//
// Arrays of one call have the same shape. Outputs come last and may be inputs. Rounding is part of
// the meaning, since bits of results depend on it: `add_scaled` rounds once (fma), the others round
// their one operation.
#pragma once

#include "core/kokkos.hpp"

namespace plumbline {

/// x ← a x.   shapes  x [n] or [n, D]
void scale(const Exec& exec, Real a, const Vector& x);
void scale(const Exec& exec, Real a, const Matrix& x);

/// x ← x + a.   shapes  x [n]
void add_constant(const Exec& exec, Real a, const Vector& x);

/// sum = x + y.   shapes  all [n] or [n, D]
void add(const Exec& exec, const Vector& x, const Vector& y, const Vector& sum);
void add(const Exec& exec, const Matrix& x, const Matrix& y, const Matrix& sum);

/// difference = x − y.   shapes  all [n] or [n, D]
void subtract(const Exec& exec, const Vector& x, const Vector& y, const Vector& difference);
void subtract(const Exec& exec, const Matrix& x, const Matrix& y, const Matrix& difference);

/// difference(n) = x(n) − y(rows(n)): what a particle has over its ancestor.
///   shapes  x, rows, difference [n], y [N], y and difference not the same array
void subtract_gathered(const Exec& exec, const Vector& x, const Vector& y, const IndexVector& rows,
                       const Vector& difference);

/// y ← fma(a, x, y).   shapes  x, y [n] or [n, D]
void add_scaled(const Exec& exec, Real a, const Vector& x, const Vector& y);
void add_scaled(const Exec& exec, Real a, const Matrix& x, const Matrix& y);

/// Σ_n x(n), the same bits for any thread count.   shapes  x [n]
Real total(const Exec& exec, const Vector& x);

}  // namespace plumbline
