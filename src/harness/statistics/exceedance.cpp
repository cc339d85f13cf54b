// θ from placements; bounds by Student's law.
#include "harness/statistics/exceedance.hpp"

#include <algorithm>
#include <cmath>

#include "core/errors.hpp"
#include "harness/statistics/distributions.hpp"

namespace plumbline {
namespace {

std::vector<double> sorted_numbers(const std::vector<double>& values) {
  std::vector<double> kept;
  for (const double v : values)
    if (!std::isnan(v)) kept.push_back(v);
  std::sort(kept.begin(), kept.end());
  return kept;
}

/// [i] share of `among` (sorted) below v_i, ties half.
std::vector<double> placements(const std::vector<double>& values,
                               const std::vector<double>& among) {
  std::vector<double> out;
  for (const double v : values) {
    const auto [low, high] = std::equal_range(among.begin(), among.end(), v);
    const auto below = static_cast<double>(low - among.begin());
    const auto ties = static_cast<double>(high - low);
    out.push_back((below + ties / 2) / static_cast<double>(among.size()));
  }
  return out;
}

/// Variance of a mean of `count` numbers, at least that of uniform ones, and never exactly known.
Real variance_of_mean(const std::vector<double>& of) {
  const MeanAndError known = mean_and_error(of);
  const Real least = 1 / (12 * static_cast<Real>(of.size()));
  return of.size() > 1 ? std::max(least, known.error * known.error) : 1.0 / 4;
}

}  // namespace

Exceedance exceedance(const std::vector<double>& values, const std::vector<double>& null,
                      Tail tail) {
  PLUMBLINE_REQUIRE(tail != Tail::both, "exceedance of one side");
  const std::vector<double> v = sorted_numbers(values), u = sorted_numbers(null);
  Exceedance out;
  out.runs = static_cast<Index>(v.size());
  out.sets = static_cast<Index>(u.size());
  if (v.empty() || u.empty()) return out;
  const std::vector<double> of_runs = placements(v, u), of_sets = placements(u, v);
  const Real mean = mean_and_error(of_runs).mean;
  out.estimate = tail == Tail::upper ? mean : 1 - mean;
  const Real a = variance_of_mean(of_runs), b = variance_of_mean(of_sets);
  out.error = std::sqrt(a + b);
  const auto dof = [](Index count) { return static_cast<Real>(std::max<Index>(1, count - 1)); };
  out.dof = (a + b) * (a + b) / (a * a / dof(out.runs) + b * b / dof(out.sets));
  return out;
}

Exceedance paired_exceedance(const std::vector<double>& values, const std::vector<double>& null,
                             Tail tail) {
  PLUMBLINE_REQUIRE(tail != Tail::both, "exceedance of one side");
  PLUMBLINE_REQUIRE(values.size() == null.size(), "{} values paired with {}", values.size(),
                    null.size());
  std::vector<double> worse;
  for (std::size_t r = 0; r < values.size(); ++r) {
    if (std::isnan(values[r]) || std::isnan(null[r])) continue;
    const bool above = tail == Tail::upper ? values[r] > null[r] : values[r] < null[r];
    worse.push_back(values[r] == null[r] ? 0.5 : above);
  }
  Exceedance out;
  out.runs = out.sets = static_cast<Index>(worse.size());
  if (worse.empty()) return out;
  out.estimate = mean_and_error(worse).mean;
  const auto n = static_cast<Real>(worse.size());
  // A sign has variance ¼ under equal laws.
  out.error = worse.size() > 1 ? std::sqrt(std::max(1 / (4 * n), variance_of_mean(worse))) : 0.5;
  out.dof = std::max<Real>(1, n - 1);
  return out;
}

Real Exceedance::upper(Real level) const {
  if (std::isnan(estimate)) return 1;
  return std::min<Real>(1, estimate + student_quantile(1 - level, dof) * error);
}

Real Exceedance::lower(Real level) const {
  if (std::isnan(estimate)) return 0;
  return std::max<Real>(0, estimate - student_quantile(1 - level, dof) * error);
}

Real exceedance_of_shift(Real shift) {
  return std::erfc(-shift / 2) / 2;
}

Real shift_of_exceedance(Real theta) {
  if (theta <= 0) return -infinity;
  return theta >= 1 ? infinity : std::sqrt(Real{2}) * normal_quantile(theta);
}

Real share_upper(Index bad, Index runs, Real level) {
  if (runs < 1 || bad >= runs) return 1;
  return beta_quantile(1 - level, static_cast<Real>(bad + 1), static_cast<Real>(runs - bad));
}

}  // namespace plumbline
