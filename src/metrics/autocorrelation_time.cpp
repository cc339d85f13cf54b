// metrics/autocorrelation_time.cpp – draws of a Markov chain that are worth one independent draw.
#include "metrics/estimates/autocorrelation.hpp"
#include "metrics/estimates/weighted.hpp"
#include "metrics/metric.hpp"

namespace plumbline::autocorrelation_time {

class AutocorrelationTime final : public Metric {
 public:
  struct Settings {
    void visit(auto&&) {}
  };
  explicit AutocorrelationTime(const Settings&) {}

  Estimate evaluate(const Exec& exec, const MetricInput& input) const override {
    if (!measurable(exec, input.ensemble) || input.chain_length <= 1) return {};
    return {.value = largest_integrated_time(exec, input)};
  }
};

}  // namespace plumbline::autocorrelation_time

namespace plumbline {

MetricEntry autocorrelation_time_metric() {
  return metric_entry<autocorrelation_time::AutocorrelationTime>(
      {.name = "autocorrelation_time",
       .long_name = "integrated autocorrelation time",
       .units = "draws",
       .better = Better::lower,
       .has_floor = false,
       .least_draws = 2,
       .needs_chains = true,
       .summary = "τ = 1 + 2 Σ_k ρ_k of the coordinate, or the log target density, that mixes "
                  "slowest: autocovariances averaged over the chains about the target's own mean "
                  "(the log density's about the draws'), summed by Geyer's "
                  "initial monotone sequence. NaN for samplers whose draws are independent, and "
                  "for chains of one draw",
       .reference = "Geyer 1992, section 3.3",
       .cost = "O(n d k), k lags until the sequence ends"});
}

}  // namespace plumbline
