// Rehashing the plan with the metrics that a record has.
#include "harness/run/kin.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

namespace plumbline {
namespace {

const Series* series_of(const std::vector<Series>& list, const std::string& name) {
  for (const Series& series : list)
    if (series.name == name) return &series;
  return nullptr;
}

bool has(const std::vector<Status>& list, Status status) {
  return std::find(list.begin(), list.end(), status) != list.end();
}

bool has_digests(const std::vector<Series>& list) {
  const Series* digests = series_of(list, draws_digest);
  return digests && std::any_of(digests->value.begin(), digests->value.end(),
                                [](Real digest) { return !std::isnan(digest); });
}

Index sets_of(const NullRecord& record) {
  return record.metrics.empty() ? 0 : static_cast<Index>(record.metrics.front().value.size());
}

/// Settings of the metrics of a sweep file; empty where this program cannot read it.
std::map<std::string, std::string> settings_in(const std::string& text, const Plan& plan) try {
  std::map<std::string, std::string> settings;
  const Sweep sweep = parse_sweep(text, plan.sweep.path, {}, *plan.sweep.known);
  for (const MetricKey& metric : metric_keys(sweep, MetricChoice::all))
    settings[metric.name] = metric.settings;
  return settings;
} catch (const std::exception&) {
  return {};
}

}  // namespace

void Kin::learn(const SweepLayout& file) {
  in_file_.clear();
  for (const MetricInfo& metric : file.metrics)
    if (!metric.settings.empty()) in_file_[metric.name] = metric.settings;
  in_text_ = settings_in(file.spec, plan_);
  families_.clear();
}

/// Lists of the named metrics with the settings that they may have had, the plan's own list apart.
std::vector<std::vector<MetricKey>> Kin::guesses(const std::vector<std::string>& names) const {
  std::map<std::string, std::string> planned, defaults;
  for (const MetricKey& metric : metric_keys(plan_.sweep, MetricChoice::all))
    planned[metric.name] = metric.settings;
  for (const MetricEntry& entry : plan_.sweep.known->metrics)
    defaults[entry.name] = to_text({entry.resolved({})});
  const std::vector<const std::map<std::string, std::string>*> sources = {&planned, &in_file_,
                                                                          &in_text_, &defaults};
  std::vector<std::vector<MetricKey>> lists;
  for (const auto* first : sources) {
    std::vector<MetricKey> list;
    for (const std::string& name : names) {
      const std::string* settings = nullptr;
      if (const auto found = first->find(name); found != first->end()) settings = &found->second;
      for (const auto* other : sources)
        if (const auto found = other->find(name); !settings && found != other->end())
          settings = &found->second;
      if (settings) list.push_back({name, *settings});
    }
    if (list.size() == names.size() && std::find(lists.begin(), lists.end(), list) == lists.end())
      lists.push_back(std::move(list));
  }
  return lists;
}

const std::vector<Kin::Family>& Kin::families(const std::vector<std::string>& names,
                                              MetricChoice choice, Index replicates) {
  const auto [known, is_new] = families_.try_emplace(
      fmt::format("{} {} {}", static_cast<int>(choice), replicates, fmt::join(names, " ")));
  if (!is_new) return known->second;
  for (std::vector<MetricKey>& metrics : guesses(names)) {
    Family family{std::move(metrics), {}};
    if (choice == MetricChoice::all)
      for (std::size_t i = 0; i < plan_.cells.size(); ++i) {
        const auto problem = static_cast<std::size_t>(plan_.cells[i].problem);
        family.index_of.emplace(cell_hash(plan_.sweep, family.metrics, plan_.problems[problem],
                                          plan_.cells[i], replicates),
                                i);
      }
    else
      for (std::size_t p = 0; p < plan_.null_hashes.size(); ++p)
        family.index_of.emplace(
            null_hash(plan_.sweep, family.metrics, plan_.problems[p], replicates), p);
    known->second.push_back(std::move(family));
  }
  return known->second;
}

std::optional<Kin::Found> Kin::adopt(std::vector<Series>& metrics, std::string& hash,
                                     MetricChoice choice, Index replicates) {
  std::vector<std::string> names;
  for (const Series& series : metrics)
    if (series.name != draws_digest) names.push_back(series.name);
  for (const Family& family : families(names, choice, replicates)) {
    const auto found = family.index_of.find(hash);
    if (found == family.index_of.end()) continue;
    std::vector<Series> kept;
    const std::vector<MetricKey> wanted = metric_keys(plan_.sweep, choice);
    for (const MetricKey& metric : wanted)
      if (std::find(family.metrics.begin(), family.metrics.end(), metric) != family.metrics.end())
        kept.push_back(*series_of(metrics, metric.name));
    const bool whole = kept.size() == wanted.size();
    const bool same = whole && family.metrics.size() == wanted.size();
    const Found out{found->second, whole, !kept.empty(), false, same, replicates};
    if (const Series* digests = series_of(metrics, draws_digest)) kept.push_back(*digests);
    metrics = std::move(kept);
    const bool cell = choice == MetricChoice::all;
    if (replicates == (cell ? plan_.cells[out.index].replicates : plan_.null_replicates[out.index]))
      hash = cell ? plan_.cells[out.index].hash : plan_.null_hashes[out.index];
    return out;
  }
  return std::nullopt;
}

std::optional<Kin::Found> Kin::adopt(CellRecord& record) {
  auto found = adopt(record.metrics, record.hash, MetricChoice::all,
                     static_cast<Index>(record.status.size()));
  // What failed may have been a metric that the plan does not have.
  if (found && has(record.status, Status::failed) &&
      !(found->same && found->replicates != plan_.cells[found->index].replicates))
    return std::nullopt;
  if (found)
    found->checkable =
        found->some && (has_digests(record.extras) || !has(record.status, Status::ok));
  return found;
}

std::optional<Kin::Found> Kin::adopt(NullRecord& record) {
  auto found = adopt(record.metrics, record.hash, MetricChoice::with_floor, sets_of(record));
  if (found) found->checkable = found->some && has_digests(record.metrics);
  return found;
}

}  // namespace plumbline
