// What each component adds to the weighted sums of a block of points: Σ_k r_k g_k for the score,
// Σ_k r_k m_k for the denoised state. mixture/README §3.
#pragma once

#include "mixture/block.hpp"

namespace plumbline::detail {

enum class Target { log_density, score, denoised };

/// The denoiser of one eigen-coordinate, m = shrink μ + pull z with shrink = s²/S, pull = a Λ/S:
/// both terms keep their relative accuracy for every s, and Λ = 0 gives exactly μ.
struct DenoiserGain {
  Real shrink, pull;
};
KOKKOS_INLINE_FUNCTION DenoiserGain denoiser_gain(const MixtureTables& tables, int k, int j) {
  const Real lambda = tables.mixture.eigenvalues(k, j), precision = tables.precision(k, j);
  return {lambda == 0 ? Real(1) : tables.level.variance * precision,
          tables.level.alpha * lambda * precision};
}

/// Is a μ_k taken with its remainder, or by its rounded value alone (`needs_remainder`)?
enum class Remainder { kept, dropped };

/// What coordinate i of component k adds to a sum, for covariances along the axes: to the distance
/// (log_density), the score or the denoised state.
template <CovarianceKind kind, Target target, Remainder remainder = Remainder::kept>
struct Term {
  static constexpr bool is_diagonal = kind == CovarianceKind::diagonal;
  /// Its multiple of z is summed once for all coordinates.
  static constexpr bool pulls = target == Target::denoised && !is_diagonal;
  Real mean, low = 0, factor = 1;

  /// What all coordinates of a component share: the factor of its weight, of isotropic covariances.
  static KOKKOS_INLINE_FUNCTION Real shared(const MixtureTables& tables, int k) {
    if constexpr (is_diagonal || target == Target::log_density)
      return 1;
    else if constexpr (target == Target::score)
      return tables.precision(k, 0);
    else
      return denoiser_gain(tables, k, 0).shrink;
  }

  KOKKOS_INLINE_FUNCTION Term(const MixtureTables& tables, int k, int i) {
    if constexpr (target == Target::denoised) {
      mean = tables.mixture.means(k, i);
      if constexpr (is_diagonal) {
        const DenoiserGain gain = denoiser_gain(tables, k, i);
        mean *= gain.shrink;
        factor = gain.pull;
      }
    } else {
      mean = tables.mean(k, i);
      if constexpr (remainder == Remainder::kept) low = tables.mean_low(k, i);
      if constexpr (is_diagonal) factor = tables.precision(k, i);
    }
  }

  /// The weight comes times `shared`.
  ///   cost  3 flops for score and distance, 1 for the denoised state; diagonal + 1
  KOKKOS_INLINE_FUNCTION Real add(Real weight, Real z, Real sum) const {
    if constexpr (target == Target::denoised) {
      return Kokkos::fma(weight, is_diagonal ? Kokkos::fma(factor, z, mean) : mean, sum);
    } else {
      const Real difference = mean - z;
      const Real y = remainder == Remainder::kept ? difference + low : difference;
      if constexpr (target == Target::score)
        return Kokkos::fma(is_diagonal ? weight * factor : weight, y, sum);
      else
        return Kokkos::fma(is_diagonal ? y * factor : y, y, sum);
    }
  }
};

/// What a score without remainders lacks.
template <CovarianceKind kind>
struct RemainderTerm {
  static constexpr bool pulls = false;
  Real low;

  static KOKKOS_INLINE_FUNCTION Real shared(const MixtureTables& tables, int k) {
    return Term<kind, Target::score>::shared(tables, k);
  }
  KOKKOS_INLINE_FUNCTION RemainderTerm(const MixtureTables& tables, int k, int i) {
    const Term<kind, Target::score> term(tables, k, i);
    low = term.factor * term.low;
  }
  KOKKOS_INLINE_FUNCTION Real add(Real weight, Real, Real sum) const {
    return Kokkos::fma(weight, low, sum);
  }
};

/// `rotate_out` for long rows.
template <int W, class R>
KOKKOS_INLINE_FUNCTION void rotate_out_long(const Cube& u, int k, int d, const Lanes<W>& keep,
                                            R& rows, int in, int acc) {
  constexpr int V = tile_lanes<W>;
  for (int v = 0; v < W; v += V)
    for (int i = 0; i < d; i += 4) {
      const int last = d - 1;  // computed more than once when 4 does not divide D
      const int i1 = i + 1 < d ? i + 1 : last, i2 = i + 2 < d ? i + 2 : last;
      const int i3 = i + 3 < d ? i + 3 : last;
      Lanes<V> x0, x1, x2, x3;
      for (int w = 0; w < V; ++w) x0[w] = rows(acc, i)[v + w] * keep[v + w];
      for (int w = 0; w < V; ++w) x1[w] = rows(acc, i1)[v + w] * keep[v + w];
      for (int w = 0; w < V; ++w) x2[w] = rows(acc, i2)[v + w] * keep[v + w];
      for (int w = 0; w < V; ++w) x3[w] = rows(acc, i3)[v + w] * keep[v + w];
      for (int j = 0; j < d; ++j) {
        const Real u0 = u(k, i, j), u1 = u(k, i1, j), u2 = u(k, i2, j), u3 = u(k, i3, j);
        const Real* y = rows(in, j) + v;
#pragma omp simd
        for (int w = 0; w < V; ++w) {
          x0[w] = Kokkos::fma(u0, y[w], x0[w]);
          x1[w] = Kokkos::fma(u1, y[w], x1[w]);
          x2[w] = Kokkos::fma(u2, y[w], x2[w]);
          x3[w] = Kokkos::fma(u3, y[w], x3[w]);
        }
      }
      for (int w = 0; w < V; ++w) rows(acc, i)[v + w] = x0[w];
      for (int w = 0; w < V; ++w) rows(acc, i1)[v + w] = x1[w];
      for (int w = 0; w < V; ++w) rows(acc, i2)[v + w] = x2[w];
      for (int w = 0; w < V; ++w) rows(acc, i3)[v + w] = x3[w];
    }
}

/// acc_i ← acc_i keep + Σ_j U_k(i, j) in_j for all i: 2 D² flops per point. Two rows and the whole
/// block at a time, or, where the dimension pays for it, four rows and what of a block registers
/// hold: the same bits.
template <int W, class R>
KOKKOS_INLINE_FUNCTION void rotate_out(const Cube& u, int k, int d, const Lanes<W>& keep, R& rows,
                                       int in, int acc) {
  if (W > 1 && d >= long_rows) return rotate_out_long<W>(u, k, d, keep, rows, in, acc);
  for (int i = 0; i < d; i += 2) {
    const int next = i + 1 < d ? i + 1 : i;  // the last row of an odd D is computed twice
    Lanes<W> x0, x1;
    for (int w = 0; w < W; ++w) x0[w] = rows(acc, i)[w] * keep[w];
    for (int w = 0; w < W; ++w) x1[w] = rows(acc, next)[w] * keep[w];
    for (int j = 0; j < d; ++j) {
      const Real u0 = u(k, i, j), u1 = u(k, next, j);
      const Real* y = rows(in, j);
#pragma omp simd
      for (int w = 0; w < W; ++w) {
        x0[w] = Kokkos::fma(u0, y[w], x0[w]);
        x1[w] = Kokkos::fma(u1, y[w], x1[w]);
      }
    }
    for (int w = 0; w < W; ++w) rows(acc, i)[w] = x0[w];
    for (int w = 0; w < W; ++w) rows(acc, next)[w] = x1[w];
  }
}

/// 1 in every lane.
template <int W>
KOKKOS_INLINE_FUNCTION Lanes<W> all_lanes() {
  Lanes<W> ones;
  for (int w = 0; w < W; ++w) ones[w] = 1;
  return ones;
}

/// sum ← sum · keep + weight · pull.
template <int W>
KOKKOS_INLINE_FUNCTION void add_pull(Real pull, const Lanes<W>& weight, const Lanes<W>& keep,
                                     Lanes<W>& sum) {
#pragma omp simd
  for (int w = 0; w < W; ++w) sum[w] = Kokkos::fma(weight[w], pull, sum[w] * keep[w]);
}

/// Row 1 ← row 1 · keep + weight · (term of every coordinate).
template <CovarianceKind kind, Target target, int W, class R>
KOKKOS_INLINE_FUNCTION void add_terms(const MixtureTables& tables, int k, int d,
                                      const LogSumBlock<W>& s, R& rows) {
  const Real factor = Term<kind, target>::shared(tables, k);
  for (int i = 0; i < d; ++i) {
    const Term<kind, target> term(tables, k, i);
    const Real* z = rows(0, i);
    Real* acc = rows(1, i);
#pragma omp simd
    for (int w = 0; w < W; ++w) acc[w] = term.add(s.weight[w] * factor, z[w], acc[w] * s.keep[w]);
  }
}

/// Row 1 ← row 1 · keep + weight · g_k, g_k = S_k⁻¹(a μ_k − z). Rows as `mahalanobis` left them.
template <CovarianceKind kind, int W, class R>
KOKKOS_INLINE_FUNCTION void add_score(const MixtureTables& tables, int k, int d,
                                      const LogSumBlock<W>& s, R& rows) {
  if constexpr (kind == CovarianceKind::full) {
    for (int j = 0; j < d; ++j) {
      const Real precision = tables.precision(k, j);
      Real* y = rows(3, j);
#pragma omp simd
      for (int w = 0; w < W; ++w) y[w] *= s.weight[w] * precision;
    }
    rotate_out<W>(tables.mixture.eigenvectors, k, d, s.keep, rows, 3, 1);
  } else {
    add_terms<kind, Target::score, W>(tables, k, d, s, rows);
  }
}

/// Rows 3 ← weight · diag(pull₀ − pull_j) rows 3, the part of a full covariance's m_k that its
/// widest direction, 0, does not share: m = shrink₀ μ + pull₀ z + U diag(pull₀ − pull_j) Uᵀ(a μ −
/// z) with pull₀ − pull_j = a s² (Λ₀ − Λ_j)/(S₀ S_j). Nothing cancels as s → 0.
template <int W, class R>
KOKKOS_INLINE_FUNCTION void scale_by_lag(const MixtureTables& tables, int k, int d,
                                         const Lanes<W>& weight, R& rows) {
  const int widest = d - 1;  // eigenvalues ascend
  const Real lambda = tables.mixture.eigenvalues(k, widest);
  const Real scale = tables.level.alpha * tables.level.variance * tables.precision(k, widest);
  for (int j = 0; j < d; ++j) {
    const Real lag = scale * (lambda - tables.mixture.eigenvalues(k, j)) * tables.precision(k, j);
    Real* y = rows(3, j);
#pragma omp simd
    for (int w = 0; w < W; ++w) y[w] *= weight[w] * lag;
  }
}

/// Row 1 ← row 1 · keep + weight · (m_k − pull z), pull_sum ← pull_sum · keep + weight · pull: the
/// multiple of z that all coordinates share (of full covariances: with the widest direction) is
/// added once, at the end.
template <CovarianceKind kind, int W, class R>
KOKKOS_INLINE_FUNCTION void add_denoised(const MixtureTables& tables, int k, int d,
                                         const LogSumBlock<W>& s, R& rows, Lanes<W>& pull_sum) {
  if constexpr (kind == CovarianceKind::full) {
    const DenoiserGain gain = denoiser_gain(tables, k, d - 1);
    scale_by_lag<W>(tables, k, d, s.weight, rows);
    rotate_out<W>(tables.mixture.eigenvectors, k, d, s.keep, rows, 3, 1);
    for (int i = 0; i < d; ++i) {
      const Real mean = tables.mixture.means(k, i);
      Real* acc = rows(1, i);
#pragma omp simd
      for (int w = 0; w < W; ++w) acc[w] = Kokkos::fma(s.weight[w] * gain.shrink, mean, acc[w]);
    }
    add_pull<W>(gain.pull, s.weight, s.keep, pull_sum);
  } else {
    add_terms<kind, Target::denoised, W>(tables, k, d, s, rows);
    if constexpr (kind == CovarianceKind::isotropic)
      add_pull<W>(denoiser_gain(tables, k, 0).pull, s.weight, s.keep, pull_sum);
  }
}

}  // namespace plumbline::detail
