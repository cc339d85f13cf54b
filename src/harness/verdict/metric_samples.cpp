// Series of records → samples of metrics.
#include "harness/verdict/metric_samples.hpp"

#include <algorithm>

#include "harness/verdict/sequential.hpp"
#include "harness/verdict/verdict.hpp"
#include "metrics/metric.hpp"

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

/// Numbers of replicates that ended well; what divergence and vanished weights are worth.
std::vector<double> judged_values(const Series& series, const std::vector<Status>& status) {
  std::vector<double> values = series.value;
  for (std::size_t r = 0; r < values.size() && r < status.size(); ++r) {
    if (status[r] == Status::failed || status[r] == Status::missing) values[r] = nan;
    if (status[r] == Status::diverged || status[r] == Status::degenerate)
      values[r] = MetricSample::not_a_draw;
  }
  return values;
}

}  // namespace

MetricSamples::MetricSamples(const Results& results) : results_(results) {
  for (const NullRecord& record : results.nulls) nulls_[record.problem] = &record;
  for (const ProblemRecord& record : results.problems) problems_[record.problem] = &record;
}

std::vector<MetricSample> MetricSamples::of(const CellRecord& cell) const {
  const SamplerLayout* sampler = results_.layout.find_sampler(cell.label);
  std::int64_t own = 1;
  for (const AxisInfo& axis : sampler->axes) own *= static_cast<std::int64_t>(axis.size());
  const std::int64_t problem = cell.cell / own;
  const auto null = nulls_.find(problem);
  const auto at = problems_.find(problem);
  const ProblemRecord* record = at == problems_.end() ? nullptr : at->second;
  std::vector<MetricSample> samples;
  for (const MetricInfo& info : results_.layout.metrics) {
    const Series* series = find(cell.metrics, info.name);
    if (!series) continue;
    MetricSample sample{info, judged_values(*series, cell.status), {}, false};
    if (null != nulls_.end())
      if (const Series* floor = find(null->second->metrics, info.name)) sample.null = floor->value;
    sample.paired = record && record->y.shape.size() > 1;
    sample.resolution = resolution_of(info.name, record);
    sample.ties =
        tie_uniforms(results_.layout.seed, cell.label, cell.cell, info.name, sample.values.size());
    samples.push_back(std::move(sample));
  }
  return samples;
}

void calibrate_cells(Results& results) {
  const MetricSamples samples(results);
  for (CellRecord& cell : results.cells) {
    cell.calibration.clear();
    for (const Calibrated& c : calibrate_all(samples.of(cell)))
      cell.calibration.push_back({c.metric, c.floor, c.excess, c.p_value});
  }
}

}  // namespace plumbline
