// Means of a function of distance over all pairs of two weighted samples: what U-statistics of
// energy distances and kernel discrepancies are made of.
#pragma once

#include "core/reduce.hpp"
#include "metrics/estimates/weighted.hpp"
#include "metrics/kernels/pair_sums.hpp"
#include "problem/need.hpp"

namespace plumbline {

/// xᵀ, padded with zeros to whole blocks of columns.
Matrix transposed(const Exec& exec, const Matrix& x);

/// What the sums over pairs hold of n draws, and as many or `others` that they are compared with.
Need pairs_need(Real n, Real others);

/// What one of two samples adds: its means across to the other sample and within itself.
struct PairSide {
  Ensemble sample;
  Vector across, within;  ///< [n padded]
};

/// mean(n) = Σ_m w_m k(n, m), k symmetric.   shapes  weight [n padded] → [n padded]
///   cost  n²/2 values of k
template <class Kernel>
Vector within_means(const Exec& exec, const Kernel& kernel, const Vector& weight, Index n) {
  const Vector mean = make_vector("within", weight.extent(0));
  if constexpr (on_host)
    sum_pairs_once(exec, kernel, weight, weight, n, true, mean, mean);
  else
    sum_rows_of_pairs(exec, kernel, weight, n, mean);
  return mean;
}

/// The same of f(|x_n − x_m|²) within one sample.
template <class F>
Vector means_within(const Exec& exec, const F& f, const Ensemble& sample) {
  return within_means(exec, OfDistance<F>{f, transposed(exec, sample.x), sample.x},
                      padded_weights(exec, sample.log_w), sample.draws());
}

/// Both sides of two samples.   cost  (n²/2 + n m + m²/2) (3 d + f) flops
template <class F>
std::pair<PairSide, PairSide> pair_sides(const Exec& exec, const F& f, const Ensemble& x,
                                         const Ensemble& y) {
  const OfDistance<F> of_x{f, transposed(exec, x.x), y.x};
  const Vector x_weight = padded_weights(exec, x.log_w), y_weight = padded_weights(exec, y.log_w);
  const Vector x_across = make_vector("across", x_weight.extent(0)),
               y_across = make_vector("across", y_weight.extent(0));
  if constexpr (on_host) {
    sum_pairs_once(exec, of_x, x_weight, y_weight, y.draws(), false, x_across, y_across);
  } else {
    sum_rows_of_pairs(exec, of_x, y_weight, y.draws(), x_across);
    sum_rows_of_pairs(exec, OfDistance<F>{f, transposed(exec, y.x), x.x}, x_weight, x.draws(),
                      y_across);
  }
  return {{x, x_across, means_within(exec, f, x)}, {y, y_across, means_within(exec, f, y)}};
}

/// Σ_n w_n value_n.   shapes  log_w [n], value at least [n]
Real weighted_mean(const Exec& exec, const Vector& log_w, const Vector& value);

/// Σ_{i≠j} w_i w_j f_ij / (1 − Σ w_i²) from within(i) = Σ_j w_j f_ij, f_ii = `diagonal` for all i:
/// without i = j, so unbiased. NaN when one draw has all the weight.
Real mean_within(const Exec& exec, const PairSide& side, Real diagonal);

/// Standard error of 2 across − within: influence of draw n is 2 (across_n − within_n without n).
Real pair_standard_error(const Exec& exec, const PairSide& side, Real diagonal);

}  // namespace plumbline
