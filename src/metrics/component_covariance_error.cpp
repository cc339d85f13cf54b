// metrics/component_covariance_error.cpp – is each mode as wide as it should be? Relative Frobenius
// error of every component's covariance.
#include "metrics/components/component_errors.hpp"

namespace plumbline::component_covariance_error {

/// e = ‖Ĉ − C‖_F/‖C‖_F; a point is measured in the covariance of the whole target.
ComponentError measure(const Exec& exec, const Ensemble& members, const ComponentLaw& exact,
                       const HostMatrix& overall) {
  const HostMatrix drawn = covariance(exec, members), error = drawn - exact.covariance;
  const Real own = exact.covariance.norm(), whole = overall.norm();
  const Real unit = own > 0 ? own : whole > 0 ? whole : Real(1);
  const HostMatrix gradient = 2 * error / (unit * unit);
  return {.square = error.squaredNorm() / (unit * unit),
          .centre = mean(exec, members),
          .quadratic = gradient,
          .constant = gradient.cwiseProduct(drawn).sum()};
}

class ComponentCovarianceError final : public Metric {
 public:
  struct Settings {
    void visit(auto&&) {}
  };
  explicit ComponentCovarianceError(const Settings&) {}

  Needs needs(const Problem& problem, Index n) const override {
    return component_needs(problem, n);
  }

  Estimate evaluate(const Exec& exec, const MetricInput& input) const override {
    return component_error(exec, input, measure);
  }
};

}  // namespace plumbline::component_covariance_error

namespace plumbline {

MetricEntry component_covariance_error_metric() {
  return metric_entry<component_covariance_error::ComponentCovarianceError>(
      {.name = "component_covariance_error",
       .long_name = "relative error of the component covariances",
       .units = "1",
       .better = Better::lower,
       .rounding = Rounding::deviations,
       .summary =
           "√(Σ_k min(π_k, p_k) ‖Ĉ_k − C_k‖_F²/‖C_k‖_F²), Ĉ_k the covariance of the draws "
           "weighted by w_n r_k(x_n) about their own mean, p_k their mass; C_k and π_k "
           "covariance and weight of component k, which under the exact posterior that "
           "weighted covariance is. Points (C_k = 0) are measured in ‖Cov_Q‖_F. A component "
           "without draws counts for nothing. A tilted class: the prior's components, their "
           "shares from 2^15 exact draws. Standard error by the delta method, draws taken as "
           "independent",
       .reference = "definition",
       .cost = "O(n K d²)"});
}

}  // namespace plumbline
