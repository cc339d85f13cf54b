// What makes a matrix of numbers a covariance: symmetric and of full rank, up to the rounding of
// the type that its numbers were stored in.
#pragma once

#include <limits>
#include <optional>

#include "core/linalg.hpp"

namespace plumbline {

inline constexpr Real double_epsilon = std::numeric_limits<double>::epsilon();
inline constexpr Real float_epsilon = std::numeric_limits<float>::epsilon();

/// float_epsilon where every entry is a float32, or the decimal that a float32 prints as.
Real precision_of(const HostMatrix& m);

/// Where a square matrix is further from symmetric than the rounding of sums explains: by more than
/// 1e-12 of its largest entry (10⁷ terms of double), or 1e-5 (10⁴ terms of float32).
struct MatrixEntry {
  Index row, column;
};
std::optional<MatrixEntry> asymmetry(const HostMatrix& c, Real epsilon);

/// (C + Cᵀ)/2 where that differs from C by more than the rounding of doubles, else C to the bit.
HostMatrix symmetrised(const HostMatrix& c);

/// An eigenvalue at or below it is the rounding of 0: D ε λ_max of D ascending eigenvalues.
inline Real rank_threshold(const HostVector& eigenvalues, Real epsilon) {
  return static_cast<Real>(eigenvalues.size()) * epsilon * eigenvalues.maxCoeff();
}

/// e^v, exactly 0 at −∞ and exact to rounding below −708, where Eigen's vectorised exp stops at
/// 6e-309.
HostVector exp_of(const HostVector& v);

}  // namespace plumbline
