// Series of records → samples of metrics.
#include "harness/verdict/metric_samples.hpp"

#include <algorithm>
#include <cmath>

#include "harness/verdict/evidence.hpp"
#include "harness/verdict/sequential.hpp"
#include "harness/verdict/verdict.hpp"
#include "metrics/metric.hpp"
#include "record/functionals.hpp"

namespace plumbline {
namespace {

const Series* find(const std::vector<Series>& list, const std::string& name) {
  for (const Series& series : list)
    if (series.name == name) return &series;
  return nullptr;
}

/// What rounding can do to a metric at one problem point; of a metric that this version does not
/// know, or a file without problems, that of numbers of size 1.
Real resolution_of(const std::string& metric, const ProblemRecord* problem) {
  Rounding rounding = Rounding::relative;
  for (const MetricEntry& entry : metric_catalogue())
    if (entry.name == metric) rounding = entry.rounding;
  if (!problem || problem->target_mean.empty()) return resolution(Rounding::relative, {}, {});
  const auto d = static_cast<Index>(problem->target_mean.size());
  if (static_cast<Index>(problem->target_covariance.values.size()) != d * d)
    return resolution(Rounding::relative, {}, {});
  return resolution(rounding, Eigen::Map<const HostVector>(problem->target_mean.data(), d),
                    Eigen::Map<const HostMatrix>(problem->target_covariance.values.data(), d, d));
}

/// Files that do not say it: what this version says of the same settings, else no.
bool depends_on_y(const MetricInfo& info) {
  if (!is_uniform_law(info)) return true;
  if (info.depends_on_y) return *info.depends_on_y;
  for (const MetricEntry& entry : metric_catalogue()) {
    if (entry.name != info.name) continue;
    const bool as_default = info.settings.empty() ? entry.fields.empty()
                                                  : info.settings == to_text({entry.resolved({})});
    return as_default && entry.make({})->depends_on_y();
  }
  return false;
}

/// Numbers of replicates that ended well; what divergence and vanished weights are worth.
std::vector<double> judged_values(const MetricInfo& info, const Series& series,
                                  const std::vector<Status>& status) {
  const double lost = is_mean_law(info) ? no_estimate(info) : MetricSample::not_a_draw;
  std::vector<double> values = series.value;
  for (std::size_t r = 0; r < values.size() && r < status.size(); ++r) {
    if (status[r] == Status::failed || status[r] == Status::missing) values[r] = nan;
    if (status[r] == Status::diverged || status[r] == Status::degenerate) values[r] = lost;
  }
  return values;
}

/// Row-major over the problem's axes.
std::int64_t point_of_cell(const SweepLayout& layout, const CellRecord& cell) {
  std::int64_t own = 1;
  for (const AxisInfo& axis : layout.find_sampler(cell.label)->axes)
    own *= static_cast<std::int64_t>(axis.size());
  return cell.cell / own;
}

}  // namespace

MetricSamples::MetricSamples(const Results& results, const Tolerances& tolerances)
    : results_(results), tolerances_(tolerances) {
  for (const NullRecord& record : results.nulls) nulls_[record.problem] = &record;
  for (const ProblemRecord& record : results.problems) problems_[record.problem] = &record;
}

const ProblemRecord* MetricSamples::problem_of(const CellRecord& cell) const {
  const auto at = problems_.find(point_of_cell(results_.layout, cell));
  return at == problems_.end() ? nullptr : at->second;
}

bool MetricSamples::has_drawn_y(const CellRecord& cell) const {
  const ProblemRecord* record = problem_of(cell);
  return record && record->y.shape.size() > 1;
}

std::vector<MetricSample> MetricSamples::averages_of(const CellRecord& cell) const {
  std::vector<MetricSample> samples;
  const bool drawn = has_drawn_y(cell);
  for (const Series& series : cell.extras) {
    if (!judges_dependent_draws(series)) continue;
    const std::string name = series.name.substr(functional_prefix.size());
    const std::optional<Tolerated> tolerance = tolerated(tolerances_, name);
    if (!tolerance) continue;
    const MetricInfo info{name, name, "", Better::zero};
    MetricSample sample{info, judged_values(info, series, cell.status), {}};
    sample.average = AverageLaw{*tolerance, series.se};
    if (name == log_density_functional && !drawn)
      sample.average->expectation = 1 / std::sqrt(Real{functional_exact_draws});
    samples.push_back(std::move(sample));
  }
  return samples;
}

std::vector<MetricSample> MetricSamples::as_independent(const CellRecord& cell) const {
  const auto null = nulls_.find(point_of_cell(results_.layout, cell));
  const ProblemRecord* record = problem_of(cell);
  const Claim evidence = parse_claim(cell.evidence_claim).value_or(Claim::nothing());
  std::vector<MetricSample> samples;
  for (MetricInfo info : results_.layout.metrics) {
    const Series* series = find(cell.metrics, info.name);
    if (!series) continue;
    if (is_mean_law(info) && evidence.is_nothing()) info.law = Law::none;
    MetricSample sample{info, judged_values(info, *series, cell.status), {}, false};
    sample.at_any_budget = evidence.is_exact();
    if (null != nulls_.end())
      if (const Series* floor = find(null->second->metrics, info.name)) sample.null = floor->value;
    sample.paired = has_drawn_y(cell);
    sample.resolution = resolution_of(info.name, record);
    sample.depends_on_y = depends_on_y(info);
    sample.ties =
        tie_uniforms(results_.layout.seed, cell.label, cell.cell, info.name, sample.values.size());
    samples.push_back(std::move(sample));
  }
  return samples;
}

std::vector<MetricSample> MetricSamples::of(const CellRecord& cell) const {
  std::vector<MetricSample> samples = as_independent(cell), averages = averages_of(cell);
  if (averages.empty()) return samples;
  for (MetricSample& sample : samples) {
    if (!can_be_judged(sample.info)) continue;
    sample.info.has_floor = false;
    sample.info.law = Law::none;
  }
  for (MetricSample& average : averages) samples.push_back(std::move(average));
  return samples;
}

std::vector<std::string> ranks_that_depend_on_y() {
  std::vector<std::string> names;
  for (const MetricEntry& entry : metric_catalogue())
    if (entry.law == Law::uniform && entry.make({})->depends_on_y()) names.push_back(entry.name);
  return names;
}

void calibrate_cells(Results& results) {
  const MetricSamples samples(results);
  for (CellRecord& cell : results.cells) {
    cell.calibration.clear();
    for (const Calibrated& c : calibrate_all(samples.as_independent(cell)))
      if (!c.mean_one) cell.calibration.push_back({c.metric, c.floor, c.excess, c.p_value});
  }
}

}  // namespace plumbline
