// spread_error.cpp – how far the draws are from the posterior mean, as a mean square, against how
// far exact ones are. An example of a complete metric file.
#include <cmath>

#include "metrics/estimates/influence.hpp"
#include "metrics/estimates/weighted.hpp"
#include "metrics/metric.hpp"

namespace plumbline::spread_error {

class SpreadError final : public Metric {
 public:
  struct Settings {
    void visit(auto&&) {}
  };
  explicit SpreadError(const Settings&) {}

  Estimate evaluate(const Exec& exec, const MetricInput& input) const override {
    const Ensemble& ensemble = input.ensemble;
    const HostVector& centre = input.problem.target_mean();
    const Real expected = input.problem.target_covariance().trace();
    if (!measurable(exec, ensemble) || !(expected > 0)) return {};
    // E_P ‖x − μ‖² = tr Cov(P) + ‖mean(P) − μ‖²
    const Real square =
        covariance(exec, ensemble).trace() + (mean(exec, ensemble) - centre).squaredNorm();
    // d log E_P ‖x − μ‖² = Σ_n w_n ‖x_n − μ‖²/E_P ‖x − μ‖²
    const Index d = centre.size();
    const Vector influence = make_vector("influence", ensemble.draws());
    quadratic_influence(exec, ensemble.x, to_device("centre", centre),
                        to_device("gradient", HostMatrix(HostMatrix::Identity(d, d) / square)),
                        influence);
    return {std::log(square / expected), influence_standard_error(exec, ensemble, influence)};
  }
};

}  // namespace plumbline::spread_error

namespace plumbline {

MetricEntry spread_error_metric() {
  return metric_entry<spread_error::SpreadError>(
      {.name = "spread_error",
       .long_name = "log ratio of mean squared distances from the posterior mean",
       .units = "1",
       .better = Better::zero,
       .summary = "log(E_P ‖x − μ‖²/E_Q ‖x − μ‖²), P the weighted draws, Q the exact posterior, μ "
                  "its mean. Standard error by the delta method, draws taken as independent. Blind "
                  "to where the draws are at that distance. NaN where Q is a point",
       .reference = "the example of CONTRIBUTING §2",
       .cost = "O(n d²)"});
}

}  // namespace plumbline
