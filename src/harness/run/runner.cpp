// The loop over cells. A cell is (problem point, sampler, settings); its replicates share a record.
#include "harness/run/runner.hpp"

#include <algorithm>

#include "core/reduce.hpp"
#include "core/steps/phase.hpp"
#include "harness/run/cell_run.hpp"
#include "harness/run/pending.hpp"
#include "harness/run/problem_record.hpp"
#include "harness/run/provenance.hpp"
#include "io/parts/durable.hpp"

namespace plumbline {
namespace {

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

/// The jobs of this shard.
std::vector<Job> own_jobs(const Plan& plan, const Shard& shard) {
  std::vector<Job> own;
  Index number = 0;
  for (const Job& job : all_jobs(plan))
    if (shard.owns(number++)) own.push_back(job);
  return own;
}

bool is_done(const Ledger& ledger, const Job& job) {
  return job.cell < 0 ? ledger.null(static_cast<std::size_t>(job.problem)) != nullptr
                      : ledger.cell(static_cast<std::size_t>(job.cell)) != nullptr;
}

std::vector<Job> pending_jobs(const Plan& plan, const Ledger& ledger, const RunOptions& options) {
  std::vector<Job> pending;
  for (const Job& job : own_jobs(plan, options.shard)) {
    const bool failed = job.cell >= 0 && ledger.failed(static_cast<std::size_t>(job.cell));
    if (!is_done(ledger, job) || options.force || (options.retry && failed)) pending.push_back(job);
  }
  return pending;
}

std::string name_of(const Plan& plan, const Job& job) {
  if (job.cell >= 0) return describe(plan, plan.cells[static_cast<std::size_t>(job.cell)]);
  return plan.problems.size() == 1 ? "exact draws"
                                   : fmt::format("exact draws of problem point {}", job.problem);
}

/// The run of one shard: what changes while it goes on.
class Run {
 public:
  Run(const Exec& exec, const Plan& plan, const RunOptions& options, ProgressSink& progress,
      Watch& watch, Ledger& ledger)
      : exec_(exec),
        plan_(plan),
        options_(options),
        progress_(progress),
        watch_(watch),
        ledger_(ledger),
        writer_(
            parts_folder(options.output), ledger.next_sequence(), options.command,
            [&ledger](const std::filesystem::path& file, Part part) {
              ledger.wrote(file, std::move(part));
            },
            ledger.own_parts()) {}

  RunOutcome operator()(const std::vector<Job>& jobs) {
    if (jobs.empty()) return outcome_;
    const std::optional<Costs> costs = predict(jobs);
    if (!costs) return outcome_;
    Pace pace(plan_, &*costs);
    const Going going{exec_, plan_, watch_, pace, writer_, outcome_.other_draws, !options_.force};
    std::vector<Real> cost;
    Index cells = 0;
    for (const Job& job : jobs) {
      cost.push_back(cost_of(job, *costs));
      cells += job.cell >= 0;
    }
    const Real total = pairwise_sum(cost);
    Real done = 0;
    const StopScope scope([this] { return watch_.drop(); });
    try {
      for (std::size_t j = 0; j < jobs.size() && outcome_.ended == Ended::finished; ++j) {
        if (!run_one(going, jobs[j])) break;
        done += cost[j];
        const Real fraction = j + 1 == jobs.size() ? 1 : done / total;
        progress_.update(
            {outcome_.ran, cells, fraction, watch_.seconds(), name_of(plan_, jobs[j])});
      }
    } catch (const Stopped&) {
      outcome_.ended = watch_.ended();
    } catch (...) {
      writer_.commit();  // what was finished is kept, whatever happened
      throw;
    }
    writer_.commit();
    return outcome_;
  }

 private:
  /// What is to be done, timed for a moment; nothing when it was time to stop.
  std::optional<Costs> predict(const std::vector<Job>& jobs) {
    std::vector<bool> wanted(plan_.cells.size(), false);
    for (const Job& job : jobs)
      if (job.cell >= 0) wanted[static_cast<std::size_t>(job.cell)] = true;
    const StopScope scope([this] { return !watch_.go_on(); });
    const Phase phase("costs");
    try {
      return Costs(exec_, plan_, options_.probe, [&](std::size_t cell) { return wanted[cell]; });
    } catch (const Stopped&) {
      outcome_.ended = watch_.ended();
      return std::nullopt;
    }
  }

  Real cost_of(const Job& job, const Costs& costs) const {
    constexpr Real record = 1e-4;  // s: nothing is for nothing
    return record + seconds_left(costs, ledger_, job.problem, job.cell);
  }
  const Cell& cell_of(const Job& job) const {
    return plan_.cells[static_cast<std::size_t>(job.cell)];
  }

  /// False when it was stopped on the way.
  bool run_one(const Going& going, const Job& job) {
    if (!problems_ || problems_->point().index != job.problem)
      problems_ = problems_of(exec_, plan_, job.problem);
    if (job.cell < 0) {
      const NullRecord* akin = ledger_.null_akin(static_cast<std::size_t>(job.problem));
      const NullRecord* begun = ledger_.null_begun(static_cast<std::size_t>(job.problem));
      auto record = run_null_point(going, *problems_, options_.force ? nullptr : akin,
                                   options_.force ? nullptr : begun);
      if (record) writer_.add(std::move(*record));
      if (!record) outcome_.ended = watch_.ended();
      return record.has_value();
    }
    const CellRecord* akin = ledger_.cell_akin(static_cast<std::size_t>(job.cell));
    const CellRecord* begun = ledger_.cell_begun(static_cast<std::size_t>(job.cell));
    auto record = run_cell(going, cell_of(job), *problems_, options_.force ? nullptr : akin,
                           options_.force ? nullptr : begun);
    if (!record) {
      outcome_.ended = watch_.ended();
      return false;
    }
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
        fmt::format("failed: {}: {}", name_of(plan_, job),
                    record.message[static_cast<std::size_t>(failed - record.status.begin())]));
    if (++failures_ >= options_.max_fail) outcome_.ended = Ended::too_many_failures;
  }

  Exec exec_;
  const Plan& plan_;
  const RunOptions& options_;
  ProgressSink& progress_;
  Watch& watch_;
  const Ledger& ledger_;
  PartWriter writer_;
  std::shared_ptr<Problems> problems_;
  RunOutcome outcome_;
  Index failures_ = 0;
};

/// Everything that will be written to.
void require_writable_output(const std::filesystem::path& output) {
  make_folder(folder_of(output));
  require_writable(output);
  const std::filesystem::path parts = parts_folder(output);
  std::error_code none;
  if (std::filesystem::exists(parts, none)) {
    try {
      require_writable(parts / "part");
    } catch (const IoError&) {
      if (std::filesystem::exists(parts, none)) throw;  // not merged away at this moment
    }
  } else if (write_target(output) != output) {
    require_writable(parts);  // beside the link, not where it leads
  }
}

/// `what_runs` of these jobs; "" where nothing is to be said.
std::string what_runs(const Ledger& ledger, const std::vector<Job>& jobs,
                      const RunOptions& options) {
  if (options.force || options.grows) return "";
  Pending pending{static_cast<Index>(jobs.size())};
  for (const Job& job : jobs) {
    const auto i = static_cast<std::size_t>(job.cell < 0 ? job.problem : job.cell);
    pending.akin += job.cell < 0 ? ledger.null_akin(i) != nullptr : ledger.cell_akin(i) != nullptr;
    pending.begun +=
        job.cell < 0 ? ledger.null_begun(i) != nullptr : ledger.cell_begun(i) != nullptr;
  }
  return what_runs(pending, options.output.string(), ledger.why_pending(),
                   ledger.without_digests());
}

void note_absent(const Plan& plan, const Ledger& ledger, const Shard& shard, RunOutcome& outcome) {
  constexpr std::size_t most = 5;
  for (const Job& job : own_jobs(plan, shard)) {
    if (is_done(ledger, job)) continue;
    if (++outcome.own_missing <= static_cast<Index>(most))
      outcome.absent.push_back(name_of(plan, job));
  }
}

}  // namespace

int RunOutcome::exit_code() const {
  if (ended == Ended::too_many_failures) return 1;
  if (own_missing > 0) return 4;
  return failed > 0 ? 1 : 0;
}

std::filesystem::path merge_sweep(const Exec& exec, const Plan& plan, Ledger& ledger,
                                  const std::string& command, const std::string& started) {
  std::vector<ProblemRecord> problems;
  for (const ProblemPoint& point : plan.problems) {
    const std::shared_ptr<Problems> built = problems_of(exec, plan, point.index);
    Index most = 1;
    for (const Cell& cell : plan.cells)
      if (cell.problem == point.index) most = std::max(most, cell.replicates);
    problems.push_back(describe_problem(*built, most));
  }
  Provenance origin = provenance(exec, command);
  origin.started = started;
  origin.finished = now_utc();
  const Phase phase("files");
  return ledger.merge(problems, origin);
}

RunOutcome run_sweep(const Exec& exec, const Plan& plan, const RunOptions& options,
                     ProgressSink& progress, const Signals& signals) {
  Watch watch(signals, options.max_seconds, progress);
  const std::string started = now_utc();
  std::optional<Phase> files("files");
  Ledger ledger(plan, options.output);
  files.reset();
  const bool current = ledger.merged();
  const std::vector<Job> jobs = pending_jobs(plan, ledger, options);
  if (!jobs.empty() || !current) require_writable_output(options.output);
  if (const std::string words = what_runs(ledger, jobs, options); !words.empty())
    progress.note(words);
  RunOutcome outcome = Run(exec, plan, options, progress, watch, ledger)(jobs);
  outcome.nothing_to_do = jobs.empty();
  progress.finish();
  if (outcome.other_draws > 0)
    progress.note(
        fmt::format("in {} of the replicates and sets the draws are not those stored (another "
                    "machine or build?): all of their metrics were measured again",
                    outcome.other_draws));
  ledger.refresh();  // other shards may have finished meanwhile; somebody may have removed parts
  outcome.cells = static_cast<Index>(plan.cells.size());
  outcome.missing = ledger.missing();
  outcome.merged = outcome.missing == 0;
  if (outcome.merged && !(current && outcome.nothing_to_do))
    outcome.set_aside = merge_sweep(exec, plan, ledger, options.command, started);
  outcome.failed = ledger.failures();
  note_absent(plan, ledger, options.shard, outcome);
  outcome.seconds = watch.seconds();
  return outcome;
}

}  // namespace plumbline
