// Means of a function of distance over all pairs of two weighted samples: what U-statistics of
// energy distances and kernel discrepancies are made of.
#pragma once

#include <algorithm>

#include "core/reduce.hpp"
#include "core/steps/stop.hpp"
#include "metrics/estimates/weighted.hpp"

namespace plumbline {

/// xᵀ, padded with zeros to whole blocks of columns.
Matrix transposed(const Exec& exec, const Matrix& x);

/// mean(n) = Σ_m w_m f(|x_n − y_m|²), a block of x per index, y in order.
template <class F>
struct PairMeans {
  F f;
  Matrix xt, y;
  Vector log_w, mean;

  KOKKOS_FUNCTION void operator()(Index block) const {
    const Index d = xt.extent(0), others = y.extent(0), n = mean.extent(0);
    const Index first = block * block_width;
    Real sum[block_width] = {};
    for (Index m = 0; m < others; ++m) {
      Real square[block_width] = {};
      for (Index i = 0; i < d; ++i) {
        const Real* const row = &xt(i, first);
        const Real y_mi = y(m, i);
#pragma omp simd
        for (int l = 0; l < block_width; ++l)
          square[l] = Kokkos::fma(row[l] - y_mi, row[l] - y_mi, square[l]);
      }
      const Real w = exp(log_w(m));
#pragma omp simd
      for (int l = 0; l < block_width; ++l) sum[l] = Kokkos::fma(w, f(square[l]), sum[l]);
    }
    for (Index l = first; l < n && l < first + block_width; ++l) mean(l) = sum[l - first];
  }
};

/// parallel_over for kernels that may run for minutes: in pieces of about 2³⁰ multiply-adds per
/// thread, between which the work can be dropped. `work` is that of one index; no bit depends on
/// it.
template <class Functor>
void parallel_in_pieces(const Exec& exec, const char* label, Index n, Index work,
                        const Functor& functor) {
  const Index piece = ((Index{1} << 30) / std::max<Index>(1, work) + 1) * exec.concurrency();
  for (Index first = 0; first < n; first += piece) {
    if (first > 0) exec.fence(label);
    stop_if_asked();
    Kokkos::parallel_for(label,
                         Kokkos::RangePolicy<Exec, Kokkos::IndexType<Index>>(
                             exec, first, std::min(n, first + piece)),
                         functor);
  }
}

/// shapes  xt [d, n padded], y [m, d], log_w [m] → mean [n]
///   cost  n m (3 d + f) flops, y read once per block
template <class F>
void mean_over_pairs(const Exec& exec, const F& f, const Matrix& xt, const Ensemble& y,
                     const Vector& mean) {
  parallel_in_pieces(exec, "plumbline::metrics::mean_over_pairs", xt.extent(1) / block_width,
                     Index(y.x.size() + 8 * y.x.extent(0)) * block_width,
                     PairMeans<F>{f, xt, y.x, y.log_w, mean});
}

/// What one of two samples adds: its means across to the other sample and within itself.
struct PairSide {
  Ensemble sample;
  Vector across, within;  ///< [n]
};

template <class F>
PairSide pair_side(const Exec& exec, const F& f, const Ensemble& sample, const Ensemble& other) {
  PairSide side{sample, make_vector("across", sample.draws()),
                make_vector("within", sample.draws())};
  const Matrix t = transposed(exec, sample.x);
  mean_over_pairs(exec, f, t, other, side.across);
  mean_over_pairs(exec, f, t, sample, side.within);
  return side;
}

/// Σ_n w_n value_n.
Real weighted_mean(const Exec& exec, const Vector& log_w, const Vector& value);

/// Σ_{i≠j} w_i w_j f_ij / (1 − Σ w_i²) from within(i) = Σ_j w_j f_ij, f_ii = `diagonal` for all i:
/// without i = j, so unbiased. NaN when one draw has all the weight.
Real mean_within(const Exec& exec, const PairSide& side, Real diagonal);

/// Standard error of 2 across − within: influence of draw n is 2 (across_n − within_n without n).
Real pair_standard_error(const Exec& exec, const PairSide& side, Real diagonal);

}  // namespace plumbline
