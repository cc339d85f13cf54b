// metrics/covariance_error.cpp – relative Frobenius error of the covariance of the draws.
#include <cmath>

#include "metrics/estimates/influence.hpp"
#include "metrics/estimates/weighted.hpp"
#include "metrics/metric.hpp"

namespace plumbline::covariance_error {

class CovarianceError final : public Metric {
 public:
  struct Settings {
    void visit(auto&&) {}
  };
  explicit CovarianceError(const Settings&) {}

  Needs needs(const Problem&, Index n) const override { return {few_need(n)}; }

  Estimate evaluate(const Exec& exec, const MetricInput& input) const override {
    const Ensemble& ensemble = input.ensemble;
    const HostMatrix& target = input.problem.target_covariance();
    if (!measurable(exec, ensemble) || !(target.norm() > 0)) return {};
    const HostMatrix error = covariance(exec, ensemble) - target;
    const Real value = error.norm() / target.norm();
    if (!(value > 0)) return {.value = value};
    // d value = ⟨error, d Cov(P)⟩ / (‖error‖ ‖target‖)
    const HostMatrix gradient = error / (error.norm() * target.norm());
    const Vector influence = make_vector("influence", ensemble.draws());
    quadratic_influence(exec, ensemble.x, to_device("centre", mean(exec, ensemble)),
                        to_device("gradient", gradient), influence);
    return {value, influence_standard_error(exec, ensemble, influence)};
  }
};

}  // namespace plumbline::covariance_error

namespace plumbline {

MetricEntry covariance_error_metric() {
  return metric_entry<covariance_error::CovarianceError>(
      {.name = "covariance_error",
       .long_name = "relative error of the covariance",
       .units = "1",
       .better = Better::lower,
       .rounding = Rounding::deviations,
       .usual = true,
       .summary = "‖Cov(P) − Cov_Q‖_F/‖Cov_Q‖_F, Cov(P) = Σ w (x − mean)(x − mean)ᵀ of the "
                  "weighted draws as they are (no n/(n − 1): one draw has covariance 0 and error "
                  "1), Q the exact posterior. Standard error by the delta method, draws taken as "
                  "independent. NaN when Cov_Q = 0",
       .reference = "definition",
       .cost = "O(n d²)"});
}

}  // namespace plumbline
