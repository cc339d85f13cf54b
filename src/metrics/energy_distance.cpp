// metrics/energy_distance.cpp – 2 E|X − Y| − E|X − X'| − E|Y − Y'| between the draws X and exact
// draws Y, by U-statistics. Sees every difference in law, in any dimension, without projections.
//
// Unbiased, so on exact draws its mean is 0 and half its values are negative; the square root that
// some report is biased and undefined there.
#include <cmath>

#include "core/reduce.hpp"
#include "metrics/detail/weighted.hpp"
#include "metrics/metric.hpp"

namespace plumbline::energy_distance {

/// xᵀ, padded with zeros to whole blocks of columns.
Matrix transposed(const Exec& exec, const Matrix& x) {
  const Index n = x.extent(0), d = x.extent(1);
  const Index padded = (n + block_width - 1) / block_width * block_width;
  const Matrix t = make_matrix("transposed", d, padded);
  parallel_over(
      exec, "plumbline::metrics::transpose", padded, KOKKOS_LAMBDA(Index row) {
        for (Index i = 0; i < d; ++i) t(i, row) = row < n ? x(row, i) : Real(0);
      });
  return t;
}

/// distance(n) = Σ_m w_m |x_n − y_m|, a block of x per index, y in order.
///   shapes  xt [d, n padded], y [m, d], log_w [m] → distance [n]
///   cost    n m (3 d + a root) flops, y read once per block
void mean_distances(const Exec& exec, const Matrix& xt, const Matrix& y, const Vector& log_w,
                    const Vector& distance) {
  const Index d = xt.extent(0), others = y.extent(0), n = distance.extent(0);
  parallel_over(
      exec, "plumbline::metrics::mean_distances", xt.extent(1) / block_width,
      KOKKOS_LAMBDA(Index block) {
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
          for (int l = 0; l < block_width; ++l)
            sum[l] = Kokkos::fma(w, Kokkos::sqrt(square[l]), sum[l]);
        }
        for (Index l = first; l < n && l < first + block_width; ++l) distance(l) = sum[l - first];
      });
}

struct WeightedDistance {
  Vector log_w, distance;
  KOKKOS_FUNCTION Real operator()(Index n) const { return exp(log_w(n)) * distance(n); }
};

Real weighted_mean(const Exec& exec, const Vector& log_w, const Vector& distance) {
  return fixed_sum(exec, "plumbline::metrics::weighted_mean", log_w.extent(0),
                   WeightedDistance{log_w, distance});
}

/// What one of the two samples adds: its mean distances across and within.
struct Side {
  Ensemble sample;
  Vector across, within;
};

Side measure(const Exec& exec, const Ensemble& sample, const Ensemble& other) {
  const Side side{sample, make_vector("across", sample.draws()),
                  make_vector("within", sample.draws())};
  const Matrix t = transposed(exec, sample.x);
  mean_distances(exec, t, other.x, other.log_w, side.across);
  mean_distances(exec, t, sample.x, sample.log_w, side.within);
  return side;
}

/// Σ_{i≠j} w_i w_j |x_i − x_j| / (1 − Σ w_i²): without the vanishing i = j, so unbiased.
Real mean_within(const Exec& exec, const Side& side) {
  const Real spare = 1 - 1 / effective_sample_size(exec, side.sample);
  return spare > 1e-12 ? weighted_mean(exec, side.sample.log_w, side.within) / spare : math::nan;
}

/// Influence of draw n: 2 (mean distance across − mean distance to the others within).
Real standard_error(const Exec& exec, const Side& side) {
  const Vector influence = make_vector("influence", side.sample.draws());
  const Vector log_w = side.sample.log_w, across = side.across, within = side.within;
  parallel_over(
      exec, "plumbline::metrics::energy_influence", influence.extent(0),
      KOKKOS_LAMBDA(Index n) { influence(n) = 2 * (across(n) - within(n) / (1 - exp(log_w(n)))); });
  return influence_standard_error(exec, side.sample, influence);
}

class EnergyDistance final : public Metric {
 public:
  struct Settings {
    Index reference = 0;

    void visit(auto&& field) {
      field("reference", reference, "exact draws to compare with; 0: as many as there are draws",
            at_least(0));
    }

    void validate() const {
      if (reference == 1) throw SpecError("reference", "1", "0, or at least 2");
    }
  };
  explicit EnergyDistance(const Settings& settings) : settings_(settings) {}

  Estimate evaluate(const Exec& exec, const MetricInput& input) const override {
    const Ensemble& draws = input.ensemble;
    if (draws.draws() < 2 || !measurable(exec, draws)) return {};
    const Index count = settings_.reference > 0 ? settings_.reference : draws.draws();
    const Ensemble exact =
        equally_weighted(input.problem.draw_exact(exec, count, input.rng.stream("reference")));
    const Side x = measure(exec, draws, exact), y = measure(exec, exact, draws);
    const Real value = 2 * weighted_mean(exec, draws.log_w, x.across) - mean_within(exec, x) -
                       mean_within(exec, y);
    return {value, std::hypot(standard_error(exec, x), standard_error(exec, y))};
  }

 private:
  Settings settings_;
};

}  // namespace plumbline::energy_distance

namespace plumbline {

MetricEntry energy_distance_metric() {
  return metric_entry<energy_distance::EnergyDistance>(
      {.name = "energy_distance",
       .long_name = "energy distance",
       .units = "data units",
       .better = Better::lower,
       .summary = "2 E|X − Y| − E|X − X'| − E|Y − Y'|, X the weighted draws, Y exact draws made "
                  "from the metric's random numbers; U-statistics, so unbiased: mean 0 and "
                  "sometimes negative on exact draws. Not its square root. Standard error from the "
                  "first-order influence of every draw of both samples. NaN for one draw",
       .reference = "Székely & Rizzo 2013",
       .cost = "O(n² d), four passes over all pairs"});
}

}  // namespace plumbline
