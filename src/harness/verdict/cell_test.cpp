// Calibrated metrics → one test of their cell.
#include "harness/verdict/cell_test.hpp"

#include <algorithm>
#include <cmath>

#include "harness/statistics/family.hpp"

namespace plumbline {
namespace {

/// Rows of the metrics with a floor; shorter lists end in NaN.
std::vector<MetricColumn> columns_of(const std::vector<MetricSample>& samples, bool& paired) {
  std::vector<MetricColumn> columns;
  std::size_t runs = 0, sets = 0;
  paired = true;
  for (const MetricSample& given : samples) {
    if (has_own_law(given)) continue;
    const MetricSample sample = rounded(given);
    columns.push_back({sample.values, sample.null, Tail::both});
    runs = std::max(runs, sample.values.size());
    sets = std::max(sets, sample.null.size());
    paired = paired && sample.paired;
  }
  for (MetricColumn& column : columns) {
    column.values.resize(runs, nan);
    column.null.resize(sets, nan);
  }
  paired = paired && runs == sets;
  return columns;
}

/// For levels that no affordable number of dealings reaches: the exact tests of single metrics.
void bonferroni(const std::vector<Calibrated>& metrics, FamilyTest& family) {
  std::size_t next = 0;
  const auto count = static_cast<Real>(family.adjusted.size());
  for (const Calibrated& metric : metrics) {
    if (metric.own_law()) continue;
    Real& adjusted = family.adjusted[next++];
    if (!std::isnan(adjusted)) adjusted = std::min<Real>(1, count * metric.p_value);
    family.smallest = count * metric.smallest_p_value(metric.replicates, metric.null_replicates);
  }
}

}  // namespace

CellTest cell_test(const std::vector<MetricSample>& samples, const std::vector<Calibrated>& metrics,
                   Index permutations, bool by_dealings) {
  bool paired = false;
  const std::vector<MetricColumn> columns = columns_of(samples, paired);
  FamilyTest family = westfall_young(columns, paired, permutations);
  if (!by_dealings) bonferroni(metrics, family);
  CellTest out;
  Real tests = columns.empty() ? 0 : 1;
  for (const Calibrated& metric : metrics) tests += metric.own_law();
  auto next = family.adjusted.begin();
  if (!columns.empty()) out.smallest = tests * family.smallest;
  for (const Calibrated& metric : metrics) {
    const Real p = metric.own_law() ? metric.p_value : *next++;
    out.adjusted.push_back(std::isnan(p) ? nan : std::min<Real>(1, tests * p));
    if (metric.own_law())
      out.smallest = std::min(out.smallest, tests * metric.smallest_p_value(metric.replicates, 0));
    if (!(out.adjusted.back() >= out.p_value)) out.p_value = out.adjusted.back();
  }
  return out;
}

CellTest any_time_test(const std::vector<Calibrated>& metrics) {
  CellTest out;
  out.smallest = 0;
  for (const Calibrated& metric : metrics) {
    const auto tests = static_cast<Real>(metrics.size());
    out.adjusted.push_back(std::min<Real>(1, tests * metric.p_value));
    if (!(out.adjusted.back() >= out.p_value)) out.p_value = out.adjusted.back();
  }
  return out;
}

}  // namespace plumbline
