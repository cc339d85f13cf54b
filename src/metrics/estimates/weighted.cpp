// Health and delta-method errors of weighted draws; sums in a fixed order.
#include "metrics/estimates/weighted.hpp"

#include <cmath>

#include "core/reduce.hpp"

namespace plumbline {
namespace {

struct WeightedInfluence {
  Vector log_w, influence;
  KOKKOS_FUNCTION Real operator()(Index n) const { return exp(log_w(n)) * influence(n); }
};

struct SquaredDeviation {
  Vector log_w, influence;
  Real mean;
  KOKKOS_FUNCTION Real operator()(Index n) const {
    const Real deviation = exp(log_w(n)) * (influence(n) - mean);
    return deviation * deviation;
  }
};

struct LogWeight {
  Vector log_w;
  KOKKOS_FUNCTION Real operator()(Index n) const { return log_w(n); }
};

}  // namespace

bool measurable(const Exec& exec, const Ensemble& ensemble) {
  if (ensemble.draws() == 0 || !has_finite_squares(exec, ensemble)) return false;
  return fixed_max(exec, "plumbline::metrics::largest_weight", ensemble.draws(),
                   LogWeight{ensemble.log_w}) > -infinity;
}

Real influence_standard_error(const Exec& exec, const Ensemble& ensemble, const Vector& influence) {
  const Index n = ensemble.draws();
  const Real spare = 1 - 1 / effective_sample_size(exec, ensemble);
  if (n < 2 || !(spare > 1e-12)) return nan;
  const Real mean = fixed_sum(exec, "plumbline::metrics::mean_influence", n,
                              WeightedInfluence{ensemble.log_w, influence});
  const Real square = fixed_sum(exec, "plumbline::metrics::influence_variance", n,
                                SquaredDeviation{ensemble.log_w, influence, mean});
  return std::sqrt(square / spare);
}

}  // namespace plumbline
