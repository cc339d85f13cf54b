// The loop over cells. A cell is (problem point, sampler, settings); its replicates share a record.
#include "harness/run/runner.hpp"

#include <algorithm>

#include "core/reduce.hpp"
#include "harness/run/part_writer.hpp"
#include "harness/run/problem_record.hpp"
#include "harness/run/provenance.hpp"
#include "harness/run/replicate.hpp"
#include "harness/sweep/cost.hpp"
#include "harness/sweep/stopwatch.hpp"
#include "harness/sweep/streams.hpp"

namespace plumbline {
namespace {

using Stop = std::function<bool()>;

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

/// A cell, or the exact draws of a problem point (`cell` < 0).
struct Job {
  Index problem = 0;
  std::ptrdiff_t cell = -1;
};

/// Every job in the order that shards are dealt: per problem point its exact draws, then its cells.
std::vector<Job> all_jobs(const Plan& plan) {
  std::vector<Job> jobs;
  std::size_t next = 0;
  for (const ProblemPoint& point : plan.problems) {
    if (!plan.null_hashes.empty()) jobs.push_back({point.index, -1});
    for (; next < plan.cells.size() && plan.cells[next].problem == point.index; ++next)
      jobs.push_back({point.index, static_cast<std::ptrdiff_t>(next)});
  }
  return jobs;
}

std::vector<Job> pending_jobs(const Plan& plan, const Ledger& ledger, const RunOptions& options) {
  std::vector<Job> pending;
  Index number = 0;
  for (const Job& job : all_jobs(plan)) {
    if (!options.shard.owns(number++)) continue;
    const auto cell = static_cast<std::size_t>(job.cell);
    const bool done = job.cell < 0 ? ledger.null(static_cast<std::size_t>(job.problem)) != nullptr
                                   : ledger.cell(cell) != nullptr;
    const bool again = options.force || (options.retry && job.cell >= 0 && ledger.failed(cell));
    if (!done || again) pending.push_back(job);
  }
  return pending;
}

/// The run of one shard: what changes while it goes on.
class Run {
 public:
  Run(const Exec& exec, const Plan& plan, const RunOptions& options, ProgressSink& progress,
      const Stop& interrupted, Index sequence)
      : exec_(exec),
        plan_(plan),
        options_(options),
        progress_(progress),
        interrupted_(interrupted),
        writer_(parts_folder(options.output), sequence) {}

  RunOutcome operator()(const std::vector<Job>& jobs) {
    const Real speed = jobs.empty() ? 0 : measure_speed(exec_, plan_);
    std::vector<Real> cost;
    for (const Job& job : jobs) cost.push_back(cost_of(job, speed));
    const Real total = pairwise_sum(cost);
    Real done = 0;
    for (std::size_t j = 0; j < jobs.size() && outcome_.ended == Ended::finished; ++j) {
      if (!run_one(jobs[j])) break;
      done += cost[j];
      progress_.update({static_cast<Index>(j) + 1, static_cast<Index>(jobs.size()), done / total,
                        clock_.seconds(), name_of_job(jobs[j])});
    }
    writer_.commit();
    return outcome_;
  }

 private:
  Real cost_of(const Job& job, Real speed) const {
    constexpr Real overhead = 0.01;  // s per replicate: metrics, launches
    const Real replicates = plan_.sweep.settings.replicates;
    return overhead * replicates +
           (job.cell < 0 ? 0 : predicted_seconds(plan_, cell_of(job), speed));
  }
  const Cell& cell_of(const Job& job) const {
    return plan_.cells[static_cast<std::size_t>(job.cell)];
  }
  std::string name_of_job(const Job& job) const {
    return job.cell < 0 ? "exact draws" : describe(plan_, cell_of(job));
  }

  /// Sets why when it is time to stop.
  bool stop() {
    if (interrupted_()) outcome_.ended = Ended::interrupted;
    if (clock_.seconds() > options_.max_seconds) outcome_.ended = Ended::time_limit;
    return outcome_.ended != Ended::finished;
  }

  /// False when it was stopped on the way.
  bool run_one(const Job& job) {
    if (!problems_ || problems_->point().index != job.problem)
      problems_.emplace(exec_, plan_.sweep, plan_.problems[static_cast<std::size_t>(job.problem)]);
    const Stop stop_now = [this] { return stop(); };
    if (job.cell < 0) {
      auto record = run_null_point(exec_, plan_, *problems_, stop_now);
      if (record) writer_.add(std::move(*record));
      return record.has_value();
    }
    auto record = run_cell(exec_, plan_, cell_of(job), *problems_, stop_now);
    if (!record) return false;
    count(*record, job);
    writer_.add(std::move(*record));
    return true;
  }

  void count(const CellRecord& record, const Job& job) {
    ++outcome_.ran;
    outcome_.diverged += std::count(record.status.begin(), record.status.end(), Status::diverged);
    outcome_.degenerate +=
        std::count(record.status.begin(), record.status.end(), Status::degenerate);
    const auto failed = std::find(record.status.begin(), record.status.end(), Status::failed);
    if (failed == record.status.end()) return;
    progress_.note(
        fmt::format("failed: {}: {}", name_of_job(job),
                    record.message[static_cast<std::size_t>(failed - record.status.begin())]));
    if (++failures_ >= options_.max_fail) outcome_.ended = Ended::too_many_failures;
  }

  Exec exec_;
  const Plan& plan_;
  const RunOptions& options_;
  ProgressSink& progress_;
  const Stop& interrupted_;
  PartWriter writer_;
  std::optional<Problems> problems_;
  RunOutcome outcome_;
  Index failures_ = 0;
  Stopwatch clock_;
};

}  // namespace

int RunOutcome::exit_code() const {
  if (ended == Ended::time_limit || ended == Ended::interrupted) return 4;
  return failed > 0 || ended == Ended::too_many_failures ? 1 : 0;
}

std::optional<CellRecord> run_cell(const Exec& exec, const Plan& plan, const Cell& cell,
                                   Problems& problems, const Stop& interrupted) {
  const SamplerSpec& spec = plan.sampler(cell);
  const SweepSettings& settings = plan.sweep.settings;
  const auto sampler = spec.entry->make(cell.settings);
  const ChosenMetrics chosen = chosen_metrics(plan.sweep, false);
  std::vector<Replicate> replicates;
  for (int r = 0; r < settings.replicates; ++r) {
    if (interrupted()) return std::nullopt;
    replicates.push_back(run_replicate(
        exec, *sampler, problems.at(r), chosen.metrics,
        {.draws = settings.draws, .kept = r == 0 ? settings.samples : 0},
        run_stream(seed_of(plan), problems.point().stream, static_cast<std::uint64_t>(r))));
  }
  CellRecord record{spec.label, cell.index, {cell.at.begin(), cell.at.end()}, cell.hash, {}, {},
                    {},         {}};
  std::vector<std::vector<Estimate>> estimates;
  for (Replicate& replicate : replicates) {
    record.status.push_back(replicate.status);
    record.message.push_back(replicate.message);
    estimates.push_back(replicate.metrics);
    if (replicate.samples) record.samples = std::move(replicate.samples);
  }
  record.metrics = metric_series(chosen.names, estimates);
  record.extras = extra_series(replicates);
  record.ess_path = mean_ess_path(replicates);
  return record;
}

std::optional<NullRecord> run_null_point(const Exec& exec, const Plan& plan, Problems& problems,
                                         const Stop& interrupted) {
  const ChosenMetrics chosen = chosen_metrics(plan.sweep, true);
  std::vector<std::vector<Estimate>> estimates;
  for (int r = 0; r < plan.sweep.settings.null_replicates; ++r) {
    if (interrupted()) return std::nullopt;
    estimates.push_back(run_null(
        exec, problems.at(r), chosen.metrics, plan.sweep.settings.draws,
        null_stream(seed_of(plan), problems.point().stream, static_cast<std::uint64_t>(r))));
  }
  const Index p = problems.point().index;
  return NullRecord{p, plan.null_hashes[static_cast<std::size_t>(p)],
                    metric_series(chosen.names, estimates)};
}

std::filesystem::path merge_sweep(const Exec& exec, const Plan& plan,
                                  const std::filesystem::path& output, const std::string& command,
                                  const std::string& started) {
  std::vector<ProblemRecord> problems;
  for (const ProblemPoint& point : plan.problems) {
    Problems built(exec, plan.sweep, point);
    problems.push_back(describe_problem(built, plan.sweep.settings.replicates));
  }
  Provenance origin = provenance(exec, command);
  origin.started = started;
  origin.finished = now_utc();
  return Ledger(plan, output).merge(plan, problems, origin);
}

RunOutcome run_sweep(const Exec& exec, const Plan& plan, const RunOptions& options,
                     ProgressSink& progress, const Stop& interrupted) {
  const Stopwatch clock;
  const std::string started = now_utc();
  if (options.output.has_parent_path())
    std::filesystem::create_directories(options.output.parent_path());
  RunOutcome outcome;
  bool current = false;
  {
    const Ledger before(plan, options.output);
    current = before.merged();
    const std::vector<Job> jobs = pending_jobs(plan, before, options);
    Run run(exec, plan, options, progress, interrupted, before.next_sequence());
    outcome = run(jobs);
    outcome.nothing_to_do = jobs.empty();
  }
  progress.finish();
  const Ledger after(plan, options.output);  // other shards may have finished meanwhile
  outcome.cells = static_cast<Index>(plan.cells.size());
  outcome.missing = after.missing();
  outcome.failed = after.failures();
  outcome.merged = outcome.missing == 0;
  if (outcome.merged && !(current && outcome.nothing_to_do))
    outcome.set_aside = merge_sweep(exec, plan, options.output, options.command, started);
  outcome.seconds = clock.seconds();
  return outcome;
}

}  // namespace plumbline
