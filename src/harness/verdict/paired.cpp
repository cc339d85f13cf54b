// Differences by common random numbers.
#include "harness/verdict/paired.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "core/errors.hpp"
#include "harness/statistics/distributions.hpp"
#include "harness/statistics/statistics.hpp"

namespace plumbline {
namespace {

using Coordinates = std::map<std::string, std::string>;  // axis → value as text

const SamplerLayout& sampler_of(const SweepLayout& layout, const std::string& label) {
  if (const SamplerLayout* sampler = layout.find_sampler(label)) return *sampler;
  std::vector<std::string> labels;
  for (const SamplerLayout& sampler : layout.samplers) labels.push_back(sampler.label);
  throw SpecError("--paired", label, not_one_of(label, labels));
}

/// A finished cell and where it lies.
struct Placed {
  const CellRecord* cell;
  Coordinates at;
  std::string name;
};

std::vector<Placed> placed_cells(const Results& results, const SamplerLayout& sampler) {
  const std::vector<AxisInfo> axes = results.layout.axes(sampler);
  std::vector<Placed> list;
  for (const CellRecord& cell : results.cells) {
    if (cell.label != sampler.label) continue;
    Placed placed{&cell, {}, sampler.label};
    std::vector<std::string> parts;
    for (std::size_t a = 0; a < axes.size(); ++a) {
      const std::string value = value_text(axes[a].values, cell.at[a]);
      placed.at[axes[a].name] = value;
      parts.push_back(axes[a].name + " = " + value);
      for (const Coordinate& zipped : axes[a].zipped)
        placed.at[zipped.name] = value_text(zipped.values, cell.at[a]);
    }
    if (!parts.empty()) placed.name += fmt::format(" ({})", fmt::join(parts, ", "));
    list.push_back(std::move(placed));
  }
  return list;
}

bool meet(const Coordinates& a, const Coordinates& b) {
  return std::all_of(a.begin(), a.end(), [&](const auto& entry) {
    const auto other = b.find(entry.first);
    return other == b.end() || other->second == entry.second;
  });
}

std::vector<double> measured(const CellRecord& cell, const std::string& metric) {
  for (const Series& series : cell.metrics) {
    if (series.name != metric) continue;
    std::vector<double> values = series.value;
    for (std::size_t r = 0; r < values.size() && r < cell.status.size(); ++r)
      if (cell.status[r] != Status::ok) values[r] = nan;
    return values;
  }
  return {};
}

Real correlation(const std::vector<double>& a, const std::vector<double>& b) {
  const Real mean_a = mean_and_error(a).mean, mean_b = mean_and_error(b).mean;
  Real ab = 0, aa = 0, bb = 0;
  for (std::size_t r = 0; r < a.size(); ++r) {
    ab += (a[r] - mean_a) * (b[r] - mean_b);
    aa += (a[r] - mean_a) * (a[r] - mean_a);
    bb += (b[r] - mean_b) * (b[r] - mean_b);
  }
  return ab / std::sqrt(aa * bb);
}

PairedComparison compare(const Placed& a, const Placed& b, const MetricInfo& metric, Real level) {
  PairedComparison out{a.name, b.name, metric.name, *metric.better};
  const std::vector<double> all_a = measured(*a.cell, metric.name);
  const std::vector<double> all_b = measured(*b.cell, metric.name);
  std::vector<double> kept_a, kept_b, differences;
  for (std::size_t r = 0; r < std::min(all_a.size(), all_b.size()); ++r) {
    if (!std::isfinite(all_a[r]) || !std::isfinite(all_b[r])) continue;
    kept_a.push_back(all_a[r]);
    kept_b.push_back(all_b[r]);
    differences.push_back(all_a[r] - all_b[r]);
  }
  const MeanAndError mean = mean_and_error(differences);
  out.pairs = mean.count;
  out.difference = mean.mean;
  out.p_value = sign_flip_p_value(differences);
  if (out.pairs < 2) {
    out.low = -infinity;
    out.high = -out.low;
    return out;
  }
  const Real half = student_quantile(1 - level / 2, static_cast<Real>(out.pairs - 1)) * mean.error;
  out.low = mean.mean - half;
  out.high = mean.mean + half;
  out.correlation = correlation(kept_a, kept_b);
  return out;
}

}  // namespace

std::vector<PairedComparison> compare_paired(const Results& results, const std::string& a,
                                             const std::string& b, Real level) {
  const SamplerLayout &first = sampler_of(results.layout, a),
                      &second = sampler_of(results.layout, b);
  if (a == b) throw SpecError("--paired", a, "must be two different samplers");
  std::vector<PairedComparison> list;
  const std::vector<Placed> cells_b = placed_cells(results, second);
  for (const Placed& cell_a : placed_cells(results, first))
    for (const Placed& cell_b : cells_b)
      if (meet(cell_a.at, cell_b.at))
        for (const MetricInfo& metric : results.layout.metrics) {
          PairedComparison pair = compare(cell_a, cell_b, metric, level);
          if (pair.pairs > 0) list.push_back(std::move(pair));
        }
  std::vector<Real> p_values;
  p_values.reserve(list.size());
  for (const PairedComparison& pair : list) p_values.push_back(pair.p_value);
  const std::vector<Real> adjusted = holm(p_values);
  for (std::size_t i = 0; i < list.size(); ++i) list[i].p_adjusted = adjusted[i];
  return list;
}

}  // namespace plumbline
