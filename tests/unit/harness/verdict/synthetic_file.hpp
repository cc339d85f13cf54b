// Result files of one sampler whose errors are known functions of its budgets.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "core/rng.hpp"
#include "harness/verdict/claim.hpp"

namespace plumbline {

constexpr Real floor_mean = 0.02, floor_sd = 0.005;
constexpr std::int64_t synthetic_runs = 12, nulls = 24;

using Values = std::vector<std::pair<std::string, Real>>;  // axis → value, of one cell
using Error = std::function<Real(const Values&)>;

inline Real at(const Values& values, const std::string& axis) {
  for (const auto& [name, value] : values)
    if (name == axis) return value;
  return 0;
}

inline const std::vector<BudgetSetting> budgets = {"steps",          shrinking("last_time"),
                                                   "particles",      "burn_in",
                                                   "langevin_steps", shrinking("langevin_step")};

/// One sampler over numeric axes; its metric is √(floor² + error²) + noise, of which exact draws
/// show the floor alone.
struct File {
  std::vector<std::pair<std::string, std::vector<double>>> axes;
  std::string claim;
  std::uint64_t seed = 1;
  /// Signed functionals: name → error, of which a replicate has noise 0.01.
  std::vector<std::pair<std::string, Error>> functionals = {};

  Results operator()(const Error& error) const {
    Results results;
    results.layout.name = "file";
    results.layout.draws = 100;
    results.layout.replicates = synthetic_runs;
    results.layout.null_replicates = nulls;
    results.layout.metrics = {{"gap", "", "1", Better::lower, true, Law::floor}};
    SamplerLayout sampler{"s", "kind", claim, "", "", {}, budgets};
    for (const auto& [name, values] : axes) sampler.axes.push_back({name, "", values});
    results.layout.samplers = {sampler};
    const Rng rng = Rng::from_seed(seed);
    std::int64_t cells = 1;
    for (const AxisInfo& axis : sampler.axes) cells *= static_cast<std::int64_t>(axis.size());
    for (std::int64_t cell = 0; cell < cells; ++cell)
      results.cells.push_back(record(cell, error, rng.stream("run")));
    NullRecord null{0, "h", {{"gap", {}}}};
    for (std::uint64_t r = 0; r < nulls; ++r)
      null.metrics[0].value.push_back(floor_mean + floor_sd * rng.stream("null").normal(r, 0, 0));
    results.nulls = {null};
    return results;
  }

 private:
  CellRecord record(std::int64_t cell, const Error& error, const Rng& rng) const {
    CellRecord out{"s", cell, std::vector<std::int64_t>(axes.size()), "h", {}, {}, {}, {}};
    Values values;
    std::int64_t rest = cell;
    for (std::size_t a = axes.size(); a-- > 0;) {
      const auto size = static_cast<std::int64_t>(axes[a].second.size());
      out.at[a] = rest % size;
      values.emplace_back(axes[a].first, axes[a].second[static_cast<std::size_t>(rest % size)]);
      rest /= size;
    }
    const Real size = error(values), mean = std::sqrt(floor_mean * floor_mean + size * size);
    Series series{"gap", {}};
    for (std::uint64_t r = 0; r < synthetic_runs; ++r)
      series.value.push_back(mean + floor_sd * rng.normal(r, static_cast<std::uint32_t>(cell), 0));
    out.metrics = {series};
    for (std::uint32_t f = 0; f < functionals.size(); ++f) {
      Series errors{"functional:" + functionals[f].first, {}};
      for (std::uint64_t r = 0; r < synthetic_runs; ++r)
        errors.value.push_back(functionals[f].second(values) +
                               0.01 * rng.normal(r, static_cast<std::uint32_t>(cell), f + 1));
      out.extras.push_back(std::move(errors));
    }
    out.status.assign(synthetic_runs, Status::ok);
    out.message.assign(synthetic_runs, "");
    out.claim = claim;
    return out;
  }
};

inline const std::vector<double> many_steps = {3, 5, 10, 30, 100, 300};

inline ClaimVerdict only_claim(const Results& results) {
  const FileVerdict verdict = judge_file(results, {});
  EXPECT_EQ(verdict.claims.size(), 1u);
  return verdict.claims.front();
}

}  // namespace plumbline
