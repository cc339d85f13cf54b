// metrics/component_mean_error.cpp – is each mode where it belongs? Error of every component's mean
// in that component's standard deviations.
#include "metrics/components/component_errors.hpp"
#include "metrics/estimates/influence.hpp"

namespace plumbline::component_mean_error {

/// e² = (1/d) Σ_i ((m̂_i − m_i)/s_i)², s_i the component's standard deviation along coordinate i.
ComponentError measure(const Exec& exec, const Ensemble& members, const ComponentLaw& exact,
                       const HostMatrix& overall) {
  const HostVector centre = mean(exec, members);
  const HostVector scale = scales(exact.covariance, overall_scale(overall));
  const HostVector delta = (centre - exact.mean).array() / scale.array();
  const Real d = static_cast<Real>(delta.size());
  return {.square = delta.squaredNorm() / d,
          .centre = centre,
          .linear = 2 * delta.array() / (scale.array() * d)};
}

class ComponentMeanError final : public Metric {
 public:
  struct Settings {
    void visit(auto&&) {}
  };
  explicit ComponentMeanError(const Settings&) {}

  Needs needs(const Problem& problem, Index n) const override {
    return component_needs(problem, n);
  }

  Estimate evaluate(const Exec& exec, const MetricInput& input) const override {
    return component_error(exec, input, measure);
  }
};

}  // namespace plumbline::component_mean_error

namespace plumbline {

MetricEntry component_mean_error_metric() {
  return metric_entry<component_mean_error::ComponentMeanError>(
      {.name = "component_mean_error",
       .long_name = "error of the component means",
       .units = "component standard deviations",
       .better = Better::lower,
       .rounding = Rounding::deviations,
       .summary =
           "√(Σ_k min(π_k, p_k) (1/d) Σ_i ((m̂_ki − m_ki)/s_ki)²), m̂_k the mean of the draws "
           "weighted by w_n r_k(x_n), p_k their mass; m_k, s_ki, π_k mean, standard "
           "deviations (overall ones where a component has none) and weight of component k, "
           "which under the exact posterior that weighted mean is, overlapping or not. A "
           "component without draws counts for nothing: component_mass sees it. About √(K/n) "
           "on n exact draws. A tilted class: the prior's components, their shares from 2^15 "
           "exact draws. Standard error by the delta method, draws taken as independent",
       .reference = "definition",
       .cost = "O(n K d), full covariances O(n K d²)"});
}

}  // namespace plumbline
