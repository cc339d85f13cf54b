// metrics/mean_error.cpp – how far the mean of the draws is from the posterior mean, in posterior
// standard deviations.
//
// Per coordinate and root mean square, not Mahalanobis: a posterior with a nearly constant
// direction would make that explode on a direction nobody looks at, and the floor of this one is
// 1/√n in every dimension.
#include <cmath>

#include "metrics/estimates/influence.hpp"
#include "metrics/estimates/weighted.hpp"
#include "metrics/metric.hpp"

namespace plumbline::mean_error {

class MeanError final : public Metric {
 public:
  struct Settings {
    void visit(auto&&) {}
  };
  explicit MeanError(const Settings&) {}

  Needs needs(const Problem&, Index n) const override { return {few_need(n)}; }

  Estimate evaluate(const Exec& exec, const MetricInput& input) const override {
    const Ensemble& ensemble = input.ensemble;
    if (!measurable(exec, ensemble)) return {};
    const HostVector centre = mean(exec, ensemble);
    const HostMatrix& covariance = input.problem.target_covariance();
    const HostVector scale = scales(covariance, overall_scale(covariance));
    // δ_i in standard deviations; value = √(Σ δ_i²/d)
    const HostVector delta = (centre - input.problem.target_mean()).array() / scale.array();
    const Real d = static_cast<Real>(delta.size());
    const Real value = delta.norm() / std::sqrt(d);
    if (!(value > 0)) return {.value = value};
    const HostVector gradient = delta.array() / scale.array() / (d * value);
    const Vector influence = make_vector("influence", ensemble.draws());
    linear_influence(exec, ensemble.x, to_device("centre", centre), to_device("gradient", gradient),
                     influence);
    return {value, influence_standard_error(exec, ensemble, influence)};
  }
};

}  // namespace plumbline::mean_error

namespace plumbline {

MetricEntry mean_error_metric() {
  return metric_entry<mean_error::MeanError>(
      {.name = "mean_error",
       .long_name = "error of the mean",
       .units = "posterior standard deviations",
       .better = Better::lower,
       .rounding = Rounding::deviations,
       .usual = true,
       .summary = "√((1/d) Σ_i ((mean(P)_i − E_Q x_i)/sd_Q(x_i))²), P the weighted draws, Q the "
                  "exact posterior; a coordinate constant under Q is measured in the root mean "
                  "square standard deviation. Standard error by the delta method, draws taken as "
                  "independent. About 1/√n on n exact draws",
       .reference = "definition",
       .cost = "O(n d)"});
}

}  // namespace plumbline
