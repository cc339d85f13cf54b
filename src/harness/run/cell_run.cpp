// Replicates → record. What is kept of a cell in hand is a record per replicate, joined again by
// the functions that join fresh ones.
#include "harness/run/cell_run.hpp"

#include <algorithm>
#include <cmath>

#include "core/steps/phase.hpp"
#include "harness/run/replicate.hpp"
#include "harness/sweep/streams.hpp"
#include "record/functionals.hpp"

namespace plumbline {
namespace {

std::uint64_t seed_of(const Plan& plan) {
  return static_cast<std::uint64_t>(plan.sweep.settings.seed);
}

/// The metrics of the sweep, or those that exact draws have.
struct ChosenMetrics {
  std::vector<std::string> names;
  Metrics metrics;
};
ChosenMetrics chosen_metrics(const Sweep& sweep, bool floor_only) {
  ChosenMetrics chosen;
  for (const MetricSpec& spec : sweep.metrics) {
    if (floor_only && !spec.entry->has_floor) continue;
    chosen.names.push_back(spec.entry->name);
    chosen.metrics.push_back(spec.entry->make(spec.settings));
  }
  return chosen;
}

CellRecord cell_record(const Plan& plan, const Cell& cell, const std::vector<std::string>& metrics,
                       const std::vector<Replicate>& replicates) {
  CellRecord record{plan.sampler(cell).label,
                    cell.index,
                    {cell.at.begin(), cell.at.end()},
                    cell.hash,
                    {},
                    {},
                    {},
                    {}};
  std::vector<std::vector<Estimate>> estimates;
  for (const Replicate& replicate : replicates) {
    record.status.push_back(replicate.status);
    record.message.push_back(replicate.message);
    estimates.push_back(replicate.metrics);
    if (replicate.samples) record.samples = replicate.samples;
  }
  record.metrics = metric_series(metrics, estimates);
  record.extras = extra_series(replicates);
  record.ess_path = mean_ess_path(replicates);
  return record;
}

/// The value of a quantity in replicate `r` of a record; nothing where it has none.
std::optional<Estimate> value_of(const std::vector<Series>& list, const std::string& name,
                                 std::size_t r) {
  const auto series =
      std::find_if(list.begin(), list.end(), [&](const Series& s) { return s.name == name; });
  if (series == list.end() || r >= series->value.size()) return std::nullopt;
  Estimate out;
  out.value = series->value[r];
  if (r < series->se.size()) out.standard_error = series->se[r];
  return out;
}

/// Those in replicate `r`; NaN where it has none.
Estimate value_at(const std::vector<Series>& list, const std::string& name, std::size_t r) {
  return value_of(list, name, r).value_or(Estimate{});
}

std::vector<Estimate> values_at(const std::vector<Series>& list,
                                const std::vector<std::string>& names, std::size_t r) {
  std::vector<Estimate> out;
  out.reserve(names.size());
  for (const std::string& name : names) out.push_back(value_at(list, name, r));
  return out;
}

std::vector<std::optional<Estimate>> known_values(const std::vector<Series>& list,
                                                  const std::vector<std::string>& names,
                                                  std::size_t r) {
  std::vector<std::optional<Estimate>> out;
  out.reserve(names.size());
  for (const std::string& name : names) out.push_back(value_of(list, name, r));
  return out;
}

/// Replicate `r` of a record that has some of the metrics.
std::optional<Stored> stored_of(const CellRecord* record, const std::vector<std::string>& metrics,
                                std::size_t r) {
  if (!record || r >= record->status.size()) return std::nullopt;
  const auto extra = [&](const char* name) {
    return value_of(record->extras, name, r).value_or(Estimate{}).value;
  };
  return Stored{record->status[r], extra(draws_digest), extra("log_evidence"),
                known_values(record->metrics, metrics, r)};
}

std::optional<Stored> stored_of(const NullRecord* record, const std::vector<std::string>& metrics,
                                std::size_t r) {
  if (!record) return std::nullopt;
  const Estimate digest = value_of(record->metrics, draws_digest, r).value_or(Estimate{});
  return Stored{Status::ok, digest.value, nan, known_values(record->metrics, metrics, r)};
}

NullRecord null_record(Index problem, const std::string& hash,
                       const std::vector<std::string>& metrics, const std::vector<NullSet>& sets) {
  std::vector<std::vector<Estimate>> estimates;
  Series digests{draws_digest, {}, {}};
  for (const NullSet& set : sets) {
    estimates.push_back(set.metrics);
    digests.value.push_back(set.digest);
  }
  NullRecord record{problem, hash, metric_series(metrics, estimates)};
  record.metrics.push_back(std::move(digests));
  return record;
}

/// cell_record undone. Of the effective sample sizes of several replicates the mean is known: it
/// stands for each.
std::vector<Replicate> replicates_in(const CellRecord& record,
                                     const std::vector<std::string>& metrics) {
  std::vector<Replicate> all;
  for (std::size_t r = 0; r < record.status.size(); ++r) {
    const auto extra = [&](const char* name) { return value_at(record.extras, name, r); };
    Replicate out;
    out.status = record.status[r];
    out.message = record.message[r];
    out.metrics = values_at(record.metrics, metrics, r);
    out.score_evaluations = extra("score_evaluations").value;
    out.wall_seconds = extra("wall_seconds").value;
    out.log_evidence = extra("log_evidence");
    out.ess_min = extra("ess_min").value;
    out.acceptance = extra("acceptance").value;
    out.digest = extra(draws_digest).value;
    for (const Series& series : record.extras) {
      const Estimate at = value_at(record.extras, series.name, r);
      if (std::isnan(at.value)) continue;
      if (is_functional(series.name))
        out.signed_errors.push_back({series.name.substr(functional_prefix.size()), at});
    }
    if (record.status.size() == 1 || !std::isnan(out.ess_min)) out.ess_path = record.ess_path;
    if (r == 0) out.samples = record.samples;
    all.push_back(std::move(out));
  }
  return all;
}

std::vector<NullSet> sets_in(const NullRecord& record, const std::vector<std::string>& metrics) {
  std::vector<NullSet> all;
  const std::size_t count = record.metrics.empty() ? 0 : record.metrics.front().value.size();
  for (std::size_t r = 0; r < count; ++r)
    all.push_back(
        {values_at(record.metrics, metrics, r), value_at(record.metrics, draws_digest, r).value});
  return all;
}

/// What was kept of a cell or of exact draws in hand, a record each, joined; what an earlier run
/// finished of it, when that is more.
template <class Record, class In>
auto finished(const std::vector<Record>& kept, const std::string& hash, const Record* begun,
              const In& in) {
  auto all = begun ? in(*begun) : decltype(in(*begun)){};
  decltype(all) joined;
  for (const Record& record : kept)
    if (record.hash == hash)
      for (auto& one : in(record)) joined.push_back(std::move(one));
  return joined.size() >= all.size() ? joined : all;
}

/// Does `one(r)` for r = `first` … `count` − 1. After every `one`, and when it is time to stop,
/// `keep` makes durable what there is: at most once a second, and at a twentieth of the time.
template <class One, class Keep>
bool each_replicate(Watch& watch, Index first, Index count, const One& one, const Keep& keep) {
  Stopwatch since_kept;
  Real cost = 0;
  bool news = false;
  const auto kept_now = [&] {
    const Stopwatch stopwatch;
    if (news) keep();
    cost = stopwatch.seconds();
    since_kept = {};
    news = false;
  };
  for (Index r = first; r < count; ++r) {
    if (!watch.go_on()) {
      kept_now();
      return false;
    }
    try {
      one(r);
    } catch (const Stopped&) {
      watch.end();
      kept_now();
      return false;
    } catch (...) {
      kept_now();
      throw;
    }
    watch.end();
    news = true;
    if (r + 1 < count && since_kept.seconds() > std::max(PartWriter::patience, 20 * cost))
      kept_now();
  }
  return true;
}

}  // namespace

std::optional<CellRecord> run_cell(const Going& going, const Cell& cell, Problems& problems,
                                   const CellRecord* akin, const CellRecord* begun) {
  const Plan& plan = going.plan;
  const SweepSettings& settings = plan.sweep.settings;
  const auto sampler = plan.sampler(cell).entry->make(cell.settings);
  const ChosenMetrics chosen = chosen_metrics(plan.sweep, false);
  std::vector<Replicate> replicates;
  if (going.resume)
    replicates =
        finished(going.writer.kept(cell.hash).cells, cell.hash, begun,
                 [&](const CellRecord& record) { return replicates_in(record, chosen.names); });

  const auto one = [&](Index r) {
    const Phase phase(plan.sampler(cell).label);
    const Stopwatch stopwatch;
    const Problem& problem = problems.at(r);
    going.watch.begin("replicate", going.pace.replicate(cell));
    replicates.push_back(run_replicate(
        going.exec, *sampler, problem,
        [&]() -> const KnownFunctionals& { return problems.functionals(r); }, chosen.metrics,
        {.draws = settings.draws, .kept = r == 0 ? settings.samples : 0},
        run_stream(seed_of(plan), problems.point().stream, static_cast<std::uint64_t>(r)),
        stored_of(akin, chosen.names, static_cast<std::size_t>(r))));
    going.other_draws += replicates.back().other_draws;
    going.pace.took(cell, stopwatch.seconds());
  };
  const auto keep = [&] {
    Part part;
    for (const Replicate& replicate : replicates)
      part.cells.push_back(cell_record(plan, cell, chosen.names, {replicate}));
    going.writer.keep(cell.hash, part);
  };
  const auto first = static_cast<Index>(replicates.size());
  if (!each_replicate(going.watch, first, cell.replicates, one, keep)) return std::nullopt;
  return cell_record(plan, cell, chosen.names, replicates);
}

std::optional<NullRecord> run_null_point(const Going& going, Problems& problems,
                                         const NullRecord* akin, const NullRecord* begun) {
  const Plan& plan = going.plan;
  const SweepSettings& settings = plan.sweep.settings;
  const ProblemPoint& point = problems.point();
  const std::string& hash = plan.null_hashes[static_cast<std::size_t>(point.index)];
  const ChosenMetrics chosen = chosen_metrics(plan.sweep, true);
  std::vector<NullSet> sets;
  if (going.resume)
    sets = finished(going.writer.kept(hash).nulls, hash, begun,
                    [&](const NullRecord& record) { return sets_in(record, chosen.names); });

  const auto one = [&](Index r) {
    const Phase phase("exact draws");
    const Stopwatch stopwatch;
    const Problem& problem = problems.at(r);
    going.watch.begin("set of exact draws", going.pace.exact_set(point.index));
    sets.push_back(run_null(going.exec, problem, chosen.metrics, settings.draws,
                            null_stream(seed_of(plan), point.stream, static_cast<std::uint64_t>(r)),
                            stored_of(akin, chosen.names, static_cast<std::size_t>(r))));
    going.other_draws += sets.back().other_draws;
    going.pace.took_set(point.index, stopwatch.seconds());
  };
  const auto keep = [&] {
    Part part;
    for (const NullSet& set : sets)
      part.nulls.push_back(null_record(point.index, hash, chosen.names, {set}));
    going.writer.keep(hash, part);
  };
  const auto first = static_cast<Index>(sets.size());
  const Index count = plan.null_replicates[static_cast<std::size_t>(point.index)];
  if (!each_replicate(going.watch, first, count, one, keep)) return std::nullopt;
  return null_record(point.index, hash, chosen.names, sets);
}

}  // namespace plumbline
