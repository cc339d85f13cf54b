// metrics/log_density_gap.cpp – E_P log q − E_Q log q, q the exact target: do the draws lie where
// the target is dense? Negative for draws too far out, positive for draws too close to the modes.
#include <cmath>

#include "core/reduce.hpp"
#include "metrics/estimates/weighted.hpp"
#include "metrics/metric.hpp"
#include "problem/target_density.hpp"

namespace plumbline::log_density_gap {

struct WeightedValue {
  Vector log_w, value;
  KOKKOS_FUNCTION Real operator()(Index n) const { return exp(log_w(n)) * value(n); }
};

/// Σ w_n log q(x_n) and its standard error.
Estimate mean_log_density(const Exec& exec, const TargetDensity& target, const Ensemble& draws) {
  const Vector log_q = make_vector("log_q", draws.draws());
  target.log_density(exec, draws.x, log_q);
  return {fixed_sum(exec, "plumbline::metrics::mean_log_density", draws.draws(),
                    WeightedValue{draws.log_w, log_q}),
          influence_standard_error(exec, draws, log_q)};
}

class LogDensityGap final : public Metric {
 public:
  struct Settings {
    Index reference = 16384;

    void visit(auto&& field) {
      field("reference", reference, "exact draws that E_Q log q is averaged over", at_least(2));
    }
  };
  explicit LogDensityGap(const Settings& settings) : settings_(settings) {}

  Needs needs(const Problem& problem, Index n) const override {
    return {few_need(n), rows_need(problem, Real(settings_.reference), "reference", "exact draws")};
  }

  Estimate evaluate(const Exec& exec, const MetricInput& input) const override {
    if (!measurable(exec, input.ensemble)) return {};
    const TargetDensity target(exec, input.problem);
    if (!target.exists()) return {};
    const Ensemble exact = equally_weighted(
        input.problem.draw_exact(exec, settings_.reference, input.rng.stream("reference")));
    const Estimate p = mean_log_density(exec, target, input.ensemble);
    const Estimate q = mean_log_density(exec, target, exact);
    return {p.value - q.value, std::hypot(p.standard_error, q.standard_error)};
  }

 private:
  Settings settings_;
};

}  // namespace plumbline::log_density_gap

namespace plumbline {

MetricEntry log_density_gap_metric() {
  return metric_entry<log_density_gap::LogDensityGap>(
      {.name = "log_density_gap",
       .long_name = "expected log density gap",
       .units = "nats",
       .better = Better::zero,
       .needs_density = true,
       .summary = "E_P log q − E_Q log q, q the exact target's density: Σ w_n log q(x_n) less its "
                  "mean over exact draws made from the metric's random numbers. Negative when "
                  "draws lie too far out, positive when they crowd at the modes; 0 does not mean "
                  "that P = Q. Standard error from both averages. NaN where the target has no "
                  "density (a data set, noise-free)",
       .reference = "Gneiting & Raftery 2007 (logarithmic score)",
       .cost = "O((n + reference) K d), full covariances O((n + reference) K d²)"});
}

}  // namespace plumbline
