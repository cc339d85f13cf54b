// metrics/energy_distance.cpp – 2 E|X − Y| − E|X − X'| − E|Y − Y'| between the draws X and exact
// draws Y, by U-statistics. Sees every difference in law, in any dimension, without projections.
//
// Unbiased, so on exact draws its mean is 0 and half its values are negative; the square root that
// some report is biased and undefined there.
#include <cmath>

#include "metrics/detail/pair_means.hpp"
#include "metrics/metric.hpp"

namespace plumbline::energy_distance {

struct Distance {
  KOKKOS_FUNCTION Real operator()(Real square) const { return Kokkos::sqrt(square); }
};

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
    const PairSide x = pair_side(exec, Distance{}, draws, exact);
    const PairSide y = pair_side(exec, Distance{}, exact, draws);
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
       .least_draws = 2,
       .summary = "2 E|X − Y| − E|X − X'| − E|Y − Y'|, X the weighted draws, Y exact draws made "
                  "from the metric's random numbers; U-statistics, so unbiased: mean 0 and "
                  "sometimes negative on exact draws. Not its square root. Standard error from the "
                  "first-order influence of every draw of both samples. NaN for one draw",
       .reference = "Székely & Rizzo 2013",
       .cost = "O(n² d), four passes over all pairs"});
}

}  // namespace plumbline
