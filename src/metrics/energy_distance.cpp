// metrics/energy_distance.cpp – 2 E|X − Y| − E|X − X'| − E|Y − Y'| between the draws X and exact
// draws Y, by U-statistics. Sees every difference in law, in any dimension, without projections.
//
// Unbiased, so on exact draws its mean is 0 and half its values are negative; the square root that
// some report is biased and undefined there.
#include <cmath>

#include "metrics/kernels/mixture_kernel.hpp"
#include "metrics/kernels/pair_means.hpp"
#include "metrics/metric.hpp"

namespace plumbline::energy_distance {

struct Distance {
  KOKKOS_FUNCTION Real operator()(Real square) const { return Kokkos::sqrt(square); }
};

enum class Against { draws, mixture };
constexpr auto names(Against) {
  return std::array{"draws", "mixture"};
}

struct SquaredDistance {
  Matrix x;
  Vector centre;
  KOKKOS_FUNCTION Real operator()(Index n) const {
    Real sum = 0;
    for (int i = 0; i < x.extent_int(1); ++i)
      sum = Kokkos::fma(x(n, i) - centre(i), x(n, i) - centre(i), sum);
    return sum;
  }
};

/// A length that bounds the distances from the draws to all but the target's far tail.
Real extent(const Exec& exec, const Problem& problem, const Matrix& x) {
  const SquaredDistance distance{x, to_device("centre", problem.target_mean())};
  const Real largest = fixed_max(exec, "plumbline::metrics::extent", x.extent(0), distance);
  return 2 * std::sqrt(largest + problem.target_covariance().trace());
}

/// Against the target itself: only the draws are random.
Estimate to_mixture(const Exec& exec, const Ensemble& draws, const Problem& problem) {
  const Real largest = extent(exec, problem, draws.x);
  if (!(largest > 0)) return {0, 0};  // the target is a point, and so are the draws
  const GaussianSum distance = distance_sum(largest);
  const PairSide x{draws, make_vector("across", draws.draws()),
                   means_within(exec, Distance{}, draws)};
  mean_against(exec, distance, problem.posterior(), draws.x, x.across);
  return {2 * weighted_mean(exec, draws.log_w, x.across) - mean_within(exec, x, 0) -
              mean_between(distance, problem.posterior()),
          pair_standard_error(exec, x, 0)};
}

class EnergyDistance final : public Metric {
 public:
  struct Settings {
    Index reference = 0;
    Against against = Against::draws;

    void visit(auto&& field) {
      field("reference", reference, "exact draws to compare with; 0: as many as there are draws",
            at_least(0));
      field("against", against,
            "draws: exact draws Y of the target; mixture: the target itself, by quadrature (a "
            "target that is no mixture always takes draws)");
    }

    void validate() const {
      if (reference == 1) throw SpecError("reference", "1", "must be 0, or at least 2");
    }
  };
  explicit EnergyDistance(const Settings& settings) : settings_(settings) {}

  Needs needs(const Problem& problem, Index n) const override {
    return {rows_need(problem, Real(n), "draws", "draws"),
            rows_need(problem, Real(settings_.reference), "reference", "exact draws"),
            pairs_need(Real(n), Real(settings_.reference))};
  }

  Estimate evaluate(const Exec& exec, const MetricInput& input) const override {
    const Ensemble& draws = input.ensemble;
    if (draws.draws() < 2 || !measurable(exec, draws)) return {};
    if (settings_.against == Against::mixture && input.problem.is_mixture())
      return to_mixture(exec, draws, input.problem);
    const Index count = settings_.reference > 0 ? settings_.reference : draws.draws();
    const Ensemble exact =
        equally_weighted(input.problem.draw_exact(exec, count, input.rng.stream("reference")));
    const auto [x, y] = pair_sides(exec, Distance{}, draws, exact);
    const Real value = 2 * weighted_mean(exec, draws.log_w, x.across) - mean_within(exec, x, 0) -
                       mean_within(exec, y, 0);
    return {value, std::hypot(pair_standard_error(exec, x, 0), pair_standard_error(exec, y, 0))};
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
       .rounding = Rounding::data,
       .least_draws = 2,
       .pairwise = true,
       .summary = "2 E|X − Y| − E|X − X'| − E|Y − Y'|, X the weighted draws, Y exact draws made "
                  "from the metric's random numbers; U-statistics, so unbiased: mean 0 and "
                  "sometimes negative on exact draws. Not its square root. Standard error from the "
                  "first-order influence of every draw of both samples. With against = "
                  "\"mixture\" the terms of Y are exact to 1e-10 of the largest distance, from "
                  "|z| = (4π)^(−1/2) ∫ (1 − exp(−s z²)) s^(−3/2) ds. NaN for one draw",
       .reference = "Székely & Rizzo 2013",
       .cost = "O(n² d), every pair once: 2 n² distances for n draws on either side; against the "
               "mixture n²/2, and 170 exp per draw and component"});
}

}  // namespace plumbline
