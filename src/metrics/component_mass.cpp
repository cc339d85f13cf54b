// metrics/component_mass.cpp – does each mode get its share? Total variation between the mean
// responsibilities of the draws and the weights of the posterior's components.
#include <cmath>

#include "metrics/components/responsible.hpp"
#include "metrics/estimates/weighted.hpp"
#include "metrics/metric.hpp"

namespace plumbline::component_mass {

/// influence(first + n) = Σ_k gradient_k r_k(x_n)
void mass_influence(const Exec& exec, const Matrix& r, const Vector& gradient, Index first,
                    const Vector& influence) {
  const int components = r.extent_int(1);
  parallel_over(
      exec, "plumbline::metrics::mass_influence", r.extent(0), KOKKOS_LAMBDA(Index n) {
        Real sum = 0;
        for (int k = 0; k < components; ++k) sum = Kokkos::fma(gradient(k), r(n, k), sum);
        influence(first + n) = sum;
      });
}

class ComponentMass final : public Metric {
 public:
  struct Settings {
    void visit(auto&&) {}
  };
  explicit ComponentMass(const Settings&) {}

  Needs needs(const Problem& problem, Index n) const override {
    return {few_need(n), responsibilities_need(problem, n)};
  }

  Estimate evaluate(const Exec& exec, const MetricInput& input) const override {
    const Ensemble& ensemble = input.ensemble;
    if (!measurable(exec, ensemble)) return {};
    const GaussianMixture& target = input.problem.target_components();
    const MixtureTables tables = component_tables(exec, target);
    // excess_k = mean responsibility − π_k;  value = ½ Σ |excess_k|
    HostVector excess = -target.weights();
    add_mean_responsibilities(exec, tables, ensemble, excess);
    const Vector gradient = to_device("gradient", HostVector(0.5 * excess.cwiseSign()));
    const Vector influence = make_vector("influence", ensemble.draws());
    over_responsibilities(exec, tables, ensemble.x, [&](const Matrix& r, Index first) {
      mass_influence(exec, r, gradient, first, influence);
    });
    return {0.5 * excess.cwiseAbs().sum(), influence_standard_error(exec, ensemble, influence)};
  }
};

}  // namespace plumbline::component_mass

namespace plumbline {

MetricEntry component_mass_metric() {
  return metric_entry<component_mass::ComponentMass>(
      {.name = "component_mass",
       .long_name = "error of the component masses",
       .units = "probability",
       .better = Better::lower,
       .usual = true,
       .summary = "Total variation ½ Σ_k |Σ_n w_n r_k(x_n) − π_k|, r_k and π_k responsibilities "
                  "and weights of the exact posterior's components (for a tilted class: the "
                  "prior's components and the tilt's masses). Component k is charged by "
                  "responsibility, not by nearest mean, so overlapping components cost nothing. "
                  "Standard error by the delta method, draws taken as independent",
       .reference = "definition",
       .cost = "O(n K d), full covariances O(n K d²); twice"});
}

}  // namespace plumbline
