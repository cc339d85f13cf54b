// metrics/hpd_coverage.cpp – the region of highest posterior density that just holds x*: its mass
// among the draws. The rank of the posterior log density, under the name the field knows.
#include "core/arrays/elementwise.hpp"
#include "metrics/marginals/truth_rank.hpp"
#include "problem/target_density.hpp"

namespace plumbline::hpd_coverage {

/// value(n) = −log q(x_n), q the exact posterior density; NaN where it has none.
void log_density_lost(const Exec& exec, const Problem& problem, const Matrix& x,
                      const Vector& value) {
  const TargetDensity target(exec, problem);
  if (!target.exists()) return Kokkos::deep_copy(exec, value, nan);
  target.log_density(exec, x, value);
  scale(exec, -1, value);
}

class HpdCoverage final : public Metric {
 public:
  struct Settings {
    void visit(auto&&) {}
  };
  explicit HpdCoverage(const Settings&) {}

  Needs needs(const Problem&, Index n) const override { return {few_need(n)}; }

  void check(const Problem& problem) const override { require_truth(problem, "hpd_coverage"); }
  Estimate evaluate(const Exec& exec, const MetricInput& input) const override {
    return truth_rank(exec, input, log_density_lost);
  }
};

}  // namespace plumbline::hpd_coverage

namespace plumbline {

MetricEntry hpd_coverage_metric() {
  return metric_entry<hpd_coverage::HpdCoverage>(
      {.name = "hpd_coverage",
       .long_name = "credibility of the highest-density region that just holds the truth",
       .units = "probability",
       .better = Better::zero,
       .has_floor = false,
       .law = Law::uniform,
       .needs_density = true,
       .needs_truth = true,
       .summary =
           "Randomised rank in [0, 1] of −log p(x* | y) among −log p(x_n | y), x* what y was "
           "drawn from: the share of draws in the smallest region {p(x | y) ≥ c} that holds "
           "x*. Its distribution function at 1 − α is the coverage of such regions of "
           "credibility 1 − α: uniform over replicates for the exact posterior, and by "
           "itself not the whole law. Draws must be independent: thin chains. NaN where the "
           "posterior has no density",
       .reference = "Talts et al. 2018; Hermans et al. 2022; Zach et al. 2026",
       .cost = "O(n K d)"});
}

}  // namespace plumbline
