// Student's test of every functional, and words for what it finds.
#include "harness/verdict/misses.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "harness/statistics/local_order.hpp"
#include "harness/statistics/unit_means.hpp"
#include "record/functionals.hpp"

namespace plumbline {
namespace {

/// "dependence_1_2" → {"dependence", "1_2"}.
std::pair<std::string, std::string> parts_of(const std::string& name) {
  const std::size_t end = name.find('_');
  return {name.substr(0, end), end == name.npos ? "" : name.substr(end + 1)};
}

/// "4.9 % ± 0.6 too little mass".
std::string mass_text(const Miss& miss) {
  std::string share = with_error(100 * std::abs(miss.mean), 100 * miss.error);
  if (const std::size_t end = share.find(' '); end != share.npos) share.insert(end, " %");
  return fmt::format("{} too {} mass", share, miss.mean > 0 ? "much" : "little");
}

std::string text_of(const Miss& miss) {
  auto [kind, at] = parts_of(miss.name);
  if (const std::size_t between = at.find('_'); between != at.npos) at.replace(between, 1, " and ");
  if (kind == "location")
    return fmt::format("mean off by {} posterior deviations along principal axis {}",
                       with_error(std::abs(miss.mean), miss.error), at);
  if (kind == "spread")
    return fmt::format("second moment along principal axis {} is {} times what is right", at,
                       with_error(1 + miss.mean, miss.error));
  if (kind == "dependence")
    return fmt::format("principal axes {} correlate by {} {} than in the posterior", at,
                       with_error(std::abs(miss.mean), miss.error),
                       miss.mean > 0 ? "more" : "less");
  if (kind == "tails")
    return fmt::format("{} in the outer tenth along principal axis {}", mass_text(miss), at);
  if (miss.name.starts_with(mass_rank_prefix))
    return fmt::format("{} in the component of rank {}", mass_text(miss),
                       miss.name.substr(mass_rank_prefix.size()));
  if (kind == "masses") return fmt::format("{} in component {}", mass_text(miss), at);
  if (miss.name == log_density_functional)
    return fmt::format("log density off by {} deviations of exact draws",
                       with_error(miss.mean, miss.error));
  return fmt::format("{} off by {}", miss.name, with_error(miss.mean, miss.error));
}

}  // namespace

std::vector<Miss> misses_of(const CellRecord& cell, Real level) {
  std::vector<Miss> misses;
  Real asked = 0;
  for (const Series& series : cell.extras) {
    if (!is_functional(series.name)) continue;
    ++asked;
    const std::string name = series.name.substr(functional_prefix.size());
    // The one expectation that is a mean over exact draws, which all replicates share.
    const Real error =
        name == log_density_functional ? 1 / std::sqrt(Real{functional_exact_draws}) : 0;
    const UnitMean mean = unit_mean(where_ok(series, cell.status), {.expectation = error});
    misses.push_back({name, mean.mean, mean.error, mean.p_value});
  }
  for (Miss& miss : misses) miss.p_value *= asked;
  std::erase_if(misses, [&](const Miss& miss) { return !(miss.p_value < level); });
  std::stable_sort(misses.begin(), misses.end(), [](const Miss& a, const Miss& b) {
    return std::abs(a.mean) * b.error > std::abs(b.mean) * a.error;
  });
  if (misses.size() > most_misses) misses.resize(most_misses);
  return misses;
}

std::string misses_text(const std::vector<Miss>& misses) {
  std::string text;
  for (const Miss& miss : misses) text += (text.empty() ? "" : "; ") + text_of(miss);
  return text;
}

}  // namespace plumbline
