// What a sampler returns: n weighted draws in d dimensions.
#pragma once

#include "core/arrays.hpp"

namespace plumbline {

/// n draws x [n, d] with normalised log weights log_w [n] (log Σ exp log_w = 0). Equal weights are
/// log_w = −log n, not a special case.
struct Ensemble {
  Matrix x;
  Vector log_w;

  Index draws() const { return x.extent(0); }
  int dimension() const { return x.extent_int(1); }
};

/// Draws with equal weights.
Ensemble equally_weighted(const Matrix& x);

/// Σ_n w_n x_n [d] and Σ_n w_n (x_n − mean)(x_n − mean)ᵀ [d, d], deterministic for any thread
/// count.
HostVector mean(const Exec& exec, const Ensemble& ensemble);
HostMatrix covariance(const Exec& exec, const Ensemble& ensemble);

/// 1 / Σ w_n²: between 1 and n.
Real effective_sample_size(const Exec& exec, const Ensemble& ensemble);

/// Coordinates beyond this are no draws: sums of their squares overflow, and what overflows
/// compares as anything.
inline constexpr Real largest_coordinate = 1e150;

/// True when every coordinate is finite and at most `largest_coordinate` in size, and every log
/// weight is finite or −∞.
bool has_finite_squares(const Exec& exec, const Ensemble& ensemble);

/// A whole number below 2^53 that the bits of every draw and log weight change, and their order:
/// equal draws have equal digests for any thread count, others with chance 2^−52.
///   cost  one pass
Real digest(const Exec& exec, const Ensemble& ensemble);

}  // namespace plumbline
