// The gallery of metrics: ensemble × problem → value ± Monte-Carlo error. metrics/README §1.
#pragma once

#include <functional>
#include <memory>

#include "core/ensemble.hpp"
#include "core/settings.hpp"
#include "metrics/estimates/rounding.hpp"
#include "problem/need.hpp"
#include "problem/problem.hpp"
#include "record/metric_info.hpp"

namespace plumbline {

/// A number and its Monte-Carlo standard error (NaN where the metric has none).
struct Estimate {
  Real value = nan;
  Real standard_error = nan;
};

/// What a metric may look at beside the draws.
struct MetricInput {
  const Problem& problem;
  const Ensemble& ensemble;
  Real log_evidence;  ///< the sampler's estimate of log p(y); NaN when it makes none
  Rng rng;  ///< for projections and reference draws: common to all samplers of a replicate
  Index chain_length = 0;  ///< rows chain · length + i are draws of one chain; 0: independent draws
  /// The sampler's estimate by runs that keep an exact path (Sampler::retained_log_evidence), made
  /// when asked; empty where there is no sampler.
  std::function<Real()> retained_log_evidence = {};
};

struct MetricEntry;
template <class M>
MetricEntry metric_entry(MetricEntry entry);

class Metric {
 public:
  virtual ~Metric() = default;
  /// Of the entry that made it.
  const std::string& name() const { return name_; }
  /// Throws SpecError("use") when the metric means nothing on this problem. Called before anything
  /// runs.
  virtual void check(const Problem&) const {}
  /// Of ranks (Law::uniform): whether what is ranked depends on y. Ranks that do not are uniform
  /// for draws of the prior too (metrics/README §8).
  virtual bool depends_on_y() const { return true; }
  virtual Estimate evaluate(const Exec& exec, const MetricInput& input) const = 0;
  /// What `evaluate` holds at once beside `n` draws, to within a factor of a few and not less than
  /// it is: by default a few arrays as large as they are.
  virtual Needs needs(const Problem& problem, Index n) const;

 private:
  template <class M>
  friend MetricEntry metric_entry(MetricEntry entry);
  std::string name_;
};

/// Arrays [rows, d] and some of [rows], d that of a draw: what metrics of every coordinate hold.
Need rows_need(const Problem& problem, Real rows, const std::string& key, const std::string& what);
/// Two numbers per draw, and no copy of it: what most others hold.
Need few_need(Index n);

struct MetricEntry {
  std::string name;
  std::string long_name;  ///< axis label: "sliced 2-Wasserstein distance"
  std::string units;      ///< "1", "posterior standard deviations", "data units", "nats"
  Better better = Better::lower;
  bool has_floor = true;  ///< false: not computable from exact draws alone (log evidence error)
  Law law = Law::floor;   ///< Law::floor without has_floor is Law::none
  Rounding rounding = Rounding::relative;  ///< what the value is computed from
  Index least_draws = 1;                   ///< fewer give NaN
  bool needs_chains = false;               ///< NaN for independent draws
  bool needs_density = false;              ///< NaN where the target has none (a data set)
  bool needs_mixture = false;              ///< NaN where the target is none
  bool needs_truth = false;                ///< NaN where y was given, and `check` refuses it
  bool needs_evidence = false;             ///< NaN where the target has none (a tilted class)
  bool runs_sampler = false;               ///< takes as long as the draws: retained_log_evidence
  bool pairwise = false;                   ///< looks at all pairs of draws: O(n²)
  bool usual = false;                      ///< measured where a sweep names no metrics
  std::string summary;                     ///< definition and estimator
  std::string reference;
  std::string cost;  ///< "O(n d)", …
  std::vector<FieldDoc> fields = {};
  std::function<std::unique_ptr<Metric>(const Table&)> make = {};
  std::function<Table(const Table&)> resolved = {};
};

template <class M>
MetricEntry metric_entry(MetricEntry entry) {
  using Settings = typename M::Settings;
  entry.fields = describe_settings<Settings>();
  entry.make = [name = entry.name](const Table& table) {
    Settings settings{};
    read_settings(settings, table);
    std::unique_ptr<Metric> metric = std::make_unique<M>(settings);
    metric->name_ = name;
    return metric;
  };
  entry.resolved = [](const Table& table) {
    Settings settings{};
    read_settings(settings, table);
    return write_settings(settings);
  };
  return entry;
}

const std::vector<MetricEntry>& metric_catalogue();
const MetricEntry& find_metric(std::string_view name);

}  // namespace plumbline
