// metrics/ksd.cpp – squared kernel Stein discrepancy: needs the target's score only, no draws of it
// and no normalising constant, and still sees every difference in law.
//
// In coordinates scaled by the target's standard deviations, with r = x − y, u = 1 + |r|², the
// inverse multiquadric k = u^−½ and the exact score s, the Stein kernel is
//
//     k_Q(x, y) = u^−½ s(x)·s(y) + u^−3/2 ((s(x) − s(y))·r + d) − 3 u^−5/2 |r|²,
//
// whose mean over y ~ Q is 0 for every x (Gorham & Mackey 2017).
#include <cmath>

#include "metrics/kernels/pair_means.hpp"
#include "metrics/metric.hpp"
#include "problem/target_density.hpp"

namespace plumbline::ksd {

/// k_Q(x_n, x_m), 0 where n = m.   shapes  xt, st [d, n padded], x, s [n, d]
///   cost  9 d + 20 flops
struct SteinKernel {
  static constexpr int columns = 1;
  Matrix xt, st, x, s;

  Index work() const { return 9 * xt.extent(0) + 20; }
  KOKKOS_INLINE_FUNCTION Real of(Real value) const { return value; }

  template <int width>
  KOKKOS_INLINE_FUNCTION void tile(Index first, Index m, Real (&value)[width][block_width]) const {
    const Index d = xt.extent(0);
    for (int c = 0; c < width; ++c) {
      Real square[block_width] = {}, scores[block_width] = {}, drift[block_width] = {};
      for (Index i = 0; i < d; ++i) {
        const Real* const row = &xt(i, first);
        const Real* const score = &st(i, first);
        const Real x_mi = x(m + c, i), s_mi = s(m + c, i);
#pragma omp simd
        for (int l = 0; l < block_width; ++l) {
          const Real r = row[l] - x_mi;
          square[l] = Kokkos::fma(r, r, square[l]);
          scores[l] = Kokkos::fma(score[l], s_mi, scores[l]);
          drift[l] = Kokkos::fma(score[l] - s_mi, r, drift[l]);
        }
      }
      const Real dimension = Real(d);
#pragma omp simd
      for (int l = 0; l < block_width; ++l) {
        const Real u = 1 / (1 + square[l]), root = Kokkos::sqrt(u);
        const Real stein = root * (scores[l] + u * (drift[l] + dimension - 3 * u * square[l]));
        value[c][l] = first + l == m + c ? Real(0) : stein;
      }
    }
  }
};

/// x ← (x − centre)/scale and score ← scale · score: the draws and the score of the scaled target.
void standardise(const Exec& exec, const Vector& centre, const Vector& scale, const Matrix& x,
                 const Matrix& score) {
  const int d = x.extent_int(1);
  parallel_over(
      exec, "plumbline::metrics::standardise", x.extent(0), KOKKOS_LAMBDA(Index n) {
        for (int i = 0; i < d; ++i) {
          x(n, i) = (x(n, i) - centre(i)) / scale(i);
          score(n, i) *= scale(i);
        }
      });
}

class Ksd final : public Metric {
 public:
  struct Settings {
    void visit(auto&&) {}
  };
  explicit Ksd(const Settings&) {}

  Needs needs(const Problem& problem, Index n) const override {
    return {rows_need(problem, Real(n), "draws", "draws, their scores, and both by coordinate"),
            pairs_need(Real(n), 0)};
  }

  Estimate evaluate(const Exec& exec, const MetricInput& input) const override {
    const Ensemble& draws = input.ensemble;
    const Index n = draws.draws();
    if (n < 2 || !measurable(exec, draws)) return {};
    const TargetDensity target(exec, input.problem);
    if (!target.exists()) return {};
    const Matrix x = make_matrix("x", n, draws.dimension());
    const Matrix s = make_matrix("score", n, draws.dimension());
    Kokkos::deep_copy(exec, x, draws.x);
    target.score(exec, x, s);
    const HostVector scale = input.problem.target_covariance().diagonal().cwiseSqrt();
    standardise(exec, to_device("centre", input.problem.target_mean()), to_device("scale", scale),
                x, s);
    // Σ_{m≠n} w_n w_m k_Q(x_n, x_m) / (1 − Σ w²)
    const SteinKernel stein{transposed(exec, x), transposed(exec, s), x, s};
    const PairSide side{draws, make_vector("across", n),
                        within_means(exec, stein, padded_weights(exec, draws.log_w), n)};
    Kokkos::deep_copy(exec, side.across, 0);
    return {mean_within(exec, side, 0), pair_standard_error(exec, side, 0)};
  }
};

}  // namespace plumbline::ksd

namespace plumbline {

MetricEntry ksd_metric() {
  return metric_entry<ksd::Ksd>(
      {.name = "ksd",
       .long_name = "squared kernel Stein discrepancy",
       .units = "1",
       .better = Better::lower,
       .least_draws = 2,
       .needs_density = true,
       .pairwise = true,
       .summary =
           "Mean over pairs of the Stein kernel of the inverse multiquadric 1/√(1 + |r|²) "
           "and the exact target's score, in coordinates scaled by the target's standard "
           "deviations: a U-statistic, so mean 0 and sometimes negative on exact draws. "
           "Blind to the masses of modes that lie far apart, as every score is. Standard "
           "error from first-order influences. NaN for one draw, and where the target has no "
           "density",
       .reference = "Gorham & Mackey 2017; Liu, Lee & Jordan 2016",
       .cost = "O(n² d + n K d)"});
}

}  // namespace plumbline
