// metrics/coverage_error.cpp – do the sampler's own credible intervals hold what they promise? The
// exact posterior mass of each against its level.
#include <cmath>

#include "metrics/estimates/weighted.hpp"
#include "metrics/marginals/marginals.hpp"

namespace plumbline::coverage_error {

struct Settings {
  Real level = 0.9;

  void visit(auto&& field) {
    field("level", level, "posterior mass that the intervals claim",
          Range{.low = 0, .high = 1, .open_low = true, .open_high = true});
  }
};

/// The first draw with level ≥ u: the u-quantile of the weighted draws.
KOKKOS_INLINE_FUNCTION Index quantile(const ProjectedDraws& draws, Index j, Real u) {
  Index low = 0, high = draws.draws() - 1;
  while (low < high) {
    const Index middle = (low + high) / 2;
    const bool below = draws.level(j, middle) < u;
    (below ? low : high) = below ? middle + 1 : middle;
  }
  return low;
}

/// mass(j) = F_Q(upper) − F_Q(lower−) of the central interval of the draws.
void interval_masses(const Exec& exec, const Marginals& at, Real level, const Vector& mass) {
  constexpr Real rounding = 1e-12;  // (i + 1)/n may miss a level that it means
  const Real tail = (1 - level) / 2;
  parallel_over(
      exec, "plumbline::metrics::interval_masses", at.coordinates(), KOKKOS_LAMBDA(Index j) {
        const Index lower = quantile(at.draws, j, tail - rounding);
        const Index upper = quantile(at.draws, j, 1 - tail - rounding);
        mass(j) = at.right(j, upper) - at.left(j, lower);
      });
}

class CoverageError final : public Metric {
 public:
  using Settings = coverage_error::Settings;
  explicit CoverageError(const Settings& settings) : settings_(settings) {}

  Needs needs(const Problem& problem, Index n) const override { return marginal_needs(problem, n); }

  Estimate evaluate(const Exec& exec, const MetricInput& input) const override {
    if (!measurable(exec, input.ensemble)) return {};
    Real sum = 0;
    over_marginals(exec, input, [&](const Marginals& at) {
      const Vector mass = make_vector("mass", at.coordinates());
      interval_masses(exec, at, settings_.level, mass);
      exec.fence("plumbline::metrics::coverage_error");
      for (const Real m : to_host(mass)) sum += std::abs(m - settings_.level);
    });
    return {.value = sum / input.ensemble.dimension()};
  }

 private:
  Settings settings_;
};

}  // namespace plumbline::coverage_error

namespace plumbline {

MetricEntry coverage_error_metric() {
  return metric_entry<coverage_error::CoverageError>(
      {.name = "coverage_error",
       .long_name = "coverage error of the credible intervals",
       .units = "probability",
       .better = Better::lower,
       .summary =
           "(1/d) Σ_i |Q_i([a_i, b_i]) − level|, [a_i, b_i] the central interval between the "
           "(1 ∓ level)/2 quantiles of the weighted draws' coordinate i (quantile u: the "
           "first draw up to which their weight is ≥ u), Q_i the exact posterior marginal: "
           "closed form (a tilted class: shares of as many exact draws). Sees spread and "
           "location where it matters to who reports intervals. No standard error: that needs "
           "the sampler's density, repetitions give it",
       .reference = "definition",
       .cost = "O(d n (log n + K)), K components of weight above 1e-14"});
}

}  // namespace plumbline
