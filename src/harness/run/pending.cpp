// Plan against result file, in words.
#include "harness/run/pending.hpp"

#include <fmt/ranges.h>

#include <algorithm>

#include "harness/run/provenance.hpp"

namespace plumbline {
namespace {

using Reasons = std::vector<std::string>;

void add_numbers(const SweepLayout& then, const SweepLayout& now, Reasons& reasons) {
  const auto changed = [&](const char* key, auto a, auto b) {
    if (a != b) reasons.push_back(fmt::format("{} {} → {}", key, a, b));
  };
  changed("seed", then.seed, now.seed);
  changed("draws", then.draws, now.draws);
  changed("replicates", then.replicates, now.replicates);
  changed("null_replicates", then.null_replicates, now.null_replicates);
}

const MetricInfo* find_metric_in(const SweepLayout& layout, const std::string& name) {
  for (const MetricInfo& metric : layout.metrics)
    if (metric.name == name) return &metric;
  return nullptr;
}

void add_metrics(const SweepLayout& then, const SweepLayout& now, Reasons& reasons) {
  for (const MetricInfo& metric : now.metrics) {
    const MetricInfo* before = find_metric_in(then, metric.name);
    if (!before)
      reasons.push_back("metric " + metric.name + " is new");
    else if (!before->settings.empty() && before->settings != metric.settings)
      reasons.push_back("settings of metric " + metric.name + " changed");
  }
  for (const MetricInfo& metric : then.metrics)
    if (!find_metric_in(now, metric.name)) reasons.push_back("metric " + metric.name + " is gone");
}

/// One of the problem's three tables, where the file has it nowhere.
void add_problem(const Plan& plan, const std::vector<ProblemRecord>& then, Reasons& reasons) {
  if (then.empty()) return;
  const auto look = [&](const char* part, std::string ProblemPoint::*now,
                        std::string ProblemRecord::*before) {
    for (const ProblemPoint& point : plan.problems)
      if (std::none_of(then.begin(), then.end(),
                       [&](const ProblemRecord& known) { return known.*before == point.*now; }))
        return reasons.push_back(fmt::format("the {} changed", part));
  };
  look("process", &ProblemPoint::process, &ProblemRecord::process);
  look("prior", &ProblemPoint::prior, &ProblemRecord::prior);
  look("observation", &ProblemPoint::observation, &ProblemRecord::observation);
}

void add_samplers(const SweepLayout& then, const SweepLayout& now, Reasons& reasons) {
  for (const SamplerLayout& sampler : now.samplers) {
    const SamplerLayout* before = then.find_sampler(sampler.label);
    if (!before)
      reasons.push_back("sampler " + sampler.label + " is new");
    else if (before->settings != sampler.settings)
      reasons.push_back("settings of " + sampler.label + " changed");
  }
}

/// What only the sweep's text says: settings of metrics, kept samples.
void add_text(const Plan& plan, const std::string& then, Reasons& reasons) {
  try {
    const Sweep before = parse_sweep(then, plan.sweep.path, {}, *plan.sweep.known);
    for (const MetricSpec& metric : plan.sweep.metrics)
      for (const MetricSpec& other : before.metrics)
        if (other.entry == metric.entry && to_text({other.entry->resolved(other.settings)}) !=
                                               to_text({metric.entry->resolved(metric.settings)}))
          reasons.push_back("settings of metric " + metric.entry->name + " changed");
    if (before.settings.samples != plan.sweep.settings.samples)
      reasons.push_back(
          fmt::format("samples {} → {}", before.settings.samples, plan.sweep.settings.samples));
  } catch (const std::exception&) {
    // A sweep file of another version: its version says so.
  }
}

}  // namespace

std::string why_pending(const Plan& plan, const ResultFile& file) {
  const SweepLayout &then = file.layout(), &now = plan.layout;
  Reasons reasons;
  add_numbers(then, now, reasons);
  add_metrics(then, now, reasons);
  add_problem(plan, file.problems(), reasons);
  add_samplers(then, now, reasons);
  if (reasons.empty()) add_text(plan, then.spec, reasons);
  if (const std::string version = file.provenance().plumbline_version; version != program_version())
    reasons.push_back(fmt::format("version {} → {}", version, program_version()));
  return reasons.empty() ? "other cells of this sweep"
                         : fmt::format("{}", fmt::join(reasons, ", "));
}

std::string what_runs(const Pending& pending, const std::string& file, const std::string& why,
                      bool without_digests) {
  const auto [jobs, akin, begun] = pending;
  if (jobs == 0 || (akin == 0 && begun == 0 && why.empty())) return "";
  std::string text = file + " has the same draws with other metrics";
  if (!why.empty())
    text = fmt::format("{} has other cells: {}", file, why);
  else if (akin == 0)
    text = file + " has fewer replicates";
  if (akin == jobs)
    text += "; their draws are made again, and only what is new is measured";
  else if (akin > 0)
    text += fmt::format(
        "; of {} of the {} to run only what is new is measured, on their draws "
        "made again",
        akin, jobs);
  if (begun > 0)
    text += begun == jobs
                ? "; only those behind them are run"
                : fmt::format("; of {} of the {} to run only new replicates are", begun, jobs);
  if (akin > 0 || begun > 0) return text;
  if (without_digests)
    return text +
           "; it was written without digests of its draws, so all metrics are measured again";
  return text + "; these run anew";
}

}  // namespace plumbline
