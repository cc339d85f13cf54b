// Student's t of units.
#include "harness/statistics/unit_means.hpp"

#include <algorithm>
#include <cmath>

#include "harness/statistics/distributions.hpp"
#include "harness/statistics/statistics.hpp"

namespace plumbline {
namespace {

constexpr Real rounding = 1e-12;  // of numbers of size 1, or of the mean

}  // namespace

Real UnitMean::reach(Real level) const {
  return units < 2 ? infinity : student_quantile(1 - level / 2, dof) * error;
}

UnitMean unit_mean(const std::vector<double>& units, KnownErrors known) {
  const MeanAndError found = mean_and_error(units);
  UnitMean out;
  out.units = found.count;
  if (found.count == 0) return out;
  out.mean = found.mean;
  if (found.count < 2) return out;
  out.dof = static_cast<Real>(found.count - 1);
  out.error = std::hypot(std::max(found.error, known.least), known.expectation);
  if (out.error > rounding * std::max<Real>(1, std::abs(found.mean)))
    out.p_value = student_two_sided(out.mean / out.error, out.dof);
  else
    out.p_value = std::abs(out.mean) > rounding ? 0 : 1;
  return out;
}

Index batches_per_chain(Index chains) {
  return chains >= enough_chains ? 1 : (fewest_batches + chains - 1) / chains;
}

}  // namespace plumbline
