// metrics/effective_draws.cpp – how many independent draws the weighted, possibly correlated draws
// are worth: 1/Σ w², divided by the autocorrelation time of the chains they come from.
#include <cmath>

#include "metrics/estimates/autocorrelation.hpp"
#include "metrics/estimates/weighted.hpp"
#include "metrics/metric.hpp"

namespace plumbline::effective_draws {

class EffectiveDraws final : public Metric {
 public:
  struct Settings {
    void visit(auto&&) {}
  };
  explicit EffectiveDraws(const Settings&) {}

  Needs needs(const Problem&, Index n) const override { return {few_need(n)}; }

  Estimate evaluate(const Exec& exec, const MetricInput& input) const override {
    if (!measurable(exec, input.ensemble)) return {};
    const Real weights = effective_sample_size(exec, input.ensemble);
    if (input.chain_length <= 1) return {.value = weights};
    return {.value = weights / std::fmax(largest_integrated_time(exec, input), 1)};
  }
};

}  // namespace plumbline::effective_draws

namespace plumbline {

MetricEntry effective_draws_metric() {
  return metric_entry<effective_draws::EffectiveDraws>(
      {.name = "effective_draws",
       .long_name = "effective number of draws",
       .units = "draws",
       .better = Better::higher,
       .has_floor = false,
       .summary = "1/Σ w_n², the effective sample size of the weights, divided for draws of chains "
                  "by their autocorrelation time (where that is above 1). Correlation inside an "
                  "SMC run is not seen: only repetitions see it",
       .reference = "Kong 1992; Geyer 1992",
       .cost = "O(n), chains O(n d log n)"});
}

}  // namespace plumbline
