// From small errors to large ones, until one is excluded.
#include "harness/judge/exclusion.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/steps/stop.hpp"
#include "harness/statistics/distributions.hpp"
#include "harness/statistics/family.hpp"

namespace plumbline {
namespace {

/// The median over the first exact sets of how far each deviates from all: an error that deviates
/// no further is one that nobody could see, however near the given draws happen to lie. NaN without
/// sets. Of one given set in the units of `largest_deviation`; of several, whose rank sums are
/// normal deviations, by the median of as many normal ones.
Real typical_deviation(std::vector<MetricColumn> columns) {
  if (!columns.empty() && columns.front().values.size() > 1)
    return normal_quantile((1 + std::pow(Real{0.5}, 1 / static_cast<Real>(columns.size()))) / 2);
  constexpr std::size_t looked_at = 99;
  std::vector<Real> deviations;
  const std::size_t sets = columns.empty() ? 0 : columns.front().null.size();
  for (std::size_t s = 0; s < std::min(looked_at, sets); ++s) {
    for (MetricColumn& column : columns) column.values = {column.null[s]};
    if (const Real d = largest_deviation(columns).value; !std::isnan(d)) deviations.push_back(d);
  }
  if (deviations.empty()) return nan;
  const auto middle = deviations.begin() + static_cast<std::ptrdiff_t>(deviations.size() / 2);
  std::nth_element(deviations.begin(), middle, deviations.end());
  return *middle;
}

/// Sets that are wrong, measured beside the null of a comparison.
class Trial {
 public:
  Trial(const Exec& exec, const Problem& problem, NullSets& nulls, const Comparison& comparison,
        const Rng& rng)
      : perturbation_(exec, problem), nulls_(nulls), sets_(comparison.sets), rng_(rng) {
    for (const MetricSample& sample : comparison.samples) {
      const MetricSample judged = rounded(sample);
      columns_.push_back({judged.values, judged.null, Tail::both});
      samples_.push_back(sample);
    }
    seen_ = largest_deviation(columns_).value;
    if (const Real typical = typical_deviation(columns_); typical > seen_) seen_ = typical;
  }

  /// False as soon as a set with the error is no further off than the given draws.
  bool excludes(Aspect aspect, Real size, std::size_t& deciding) {
    if (std::isnan(seen_)) return false;
    const Rng rng = rng_.stream(name_of(aspect));  // for all sizes: none is seen by luck alone
    for (Index trial = 0; trial < exclusion_sets; ++trial) {
      for (MetricColumn& column : columns_) column.values.clear();
      for (Index s = 0; s < sets_; ++s) {
        stop_if_asked();
        const Index turn = trial * sets_ + s;
        const Rng own = rng.stream(static_cast<std::uint64_t>(turn));
        const HostMatrix x =
            perturbation_.draws(aspect, size, nulls_.draws(), trial, own.stream("draws"));
        const std::vector<Real> values = nulls_.measure_as_given(x, own.stream("metrics"));
        for (std::size_t m = 0; m < columns_.size(); ++m)
          columns_[m].values.push_back(rounded(values[m], samples_[m]));
      }
      const Deviation found = largest_deviation(columns_);
      if (trial == 0) deciding = found.metric;
      if (!(found.value > seen_)) return false;
    }
    return true;
  }
  const std::string& metric(std::size_t m) const { return samples_[m].info.name; }
  std::size_t metrics() const { return samples_.size(); }

 private:
  Perturbation perturbation_;
  NullSets& nulls_;
  Index sets_;
  Rng rng_;
  std::vector<MetricColumn> columns_;
  std::vector<MetricSample> samples_;
  Real seen_ = nan;
};

}  // namespace

std::string Excluded::text() const {
  if (std::isfinite(bound)) return sizes.beyond(bound);
  return sizes.beyond(sizes.sizes.back()) + " is not";
}

Excluded excluded_from(const ErrorSizes& sizes,
                       const std::function<bool(Real size, std::string& by)>& excludes) {
  Excluded out{sizes, infinity, ""};
  const std::vector<Real>& all = sizes.sizes;
  const auto try_size = [&](std::size_t i) {
    std::string by;
    if (!excludes(all[i], by)) return false;
    out.bound = all[i];
    out.metric = by;
    return true;
  };
  if (!sizes.grows() && !try_size(all.size() - 1)) return out;
  for (std::size_t i = 0; i < all.size(); ++i)
    if (try_size(i)) break;
  return out;
}

std::vector<Excluded> excluded_errors(const Exec& exec, const Problem& problem, NullSets& nulls,
                                      const Comparison& comparison, const Tolerances& tolerances,
                                      Rng rng) {
  Trial trial(exec, problem, nulls, comparison, rng);
  std::vector<Excluded> all;
  for (const ErrorSizes& sizes : error_sizes(problem, tolerances))
    all.push_back(excluded_from(sizes, [&](Real size, std::string& by) {
      std::size_t deciding = trial.metrics();
      const bool excluded = trial.excludes(sizes.aspect, size, deciding);
      if (deciding < trial.metrics()) by = trial.metric(deciding);
      return excluded;
    }));
  return all;
}

}  // namespace plumbline
