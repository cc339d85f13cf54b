// Rounds: run, judge, double.
#include "harness/judge/settle.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "core/errors.hpp"
#include "core/text/numbers.hpp"
#include "harness/run/ledger.hpp"

namespace plumbline {
namespace {

void shorten(std::vector<Series>& list, std::size_t count) {
  for (Series& series : list) {
    series.value.resize(std::min(series.value.size(), count));
    series.se.resize(std::min(series.se.size(), count));
  }
}

std::map<CellPlace, std::size_t> places_of(const Plan& plan) {
  std::map<CellPlace, std::size_t> places;
  for (std::size_t i = 0; i < plan.cells.size(); ++i)
    places[{plan.sampler(plan.cells[i]).label, plan.cells[i].index}] = i;
  return places;
}

/// Twice the replicates of every cell that an open claim wants; the claims that are open.
Replicates doubled(const Plan& plan, const FileVerdict& verdict, Replicates replicates,
                   Index& open) {
  const std::map<CellPlace, std::size_t> places = places_of(plan);
  std::set<std::size_t> wanted;
  open = 0;
  for (const ClaimVerdict& claim : verdict.claims) {
    if (claim.claim.is_nothing() || claim.wanting.empty()) continue;
    ++open;
    for (const std::int64_t cell : claim.wanting) wanted.insert(places.at({claim.label, cell}));
  }
  for (const std::size_t i : wanted) replicates.cells[i] *= 2;
  return replicates;
}

std::string round_text(const FileVerdict& verdict, Index round, Real draws) {
  return fmt::format("round {}: {} of {} settled, {:.6g} draws in all", round,
                     claims_settled(verdict), counted(claims_made(verdict), "claim"), draws);
}

Results read_round(const std::filesystem::path& output, const Plan& plan) {
  const ResultFile file = ResultFile::open(output);
  if (file.layout().spec_hash != plan.layout.spec_hash)
    throw IoError(
        fmt::format("cannot judge {}: another sweep was written there meanwhile", output.string()));
  return file.read();
}

}  // namespace

Index claims_made(const FileVerdict& verdict) {
  return std::count_if(verdict.claims.begin(), verdict.claims.end(),
                       [](const ClaimVerdict& claim) { return !claim.claim.is_nothing(); });
}

Index claims_settled(const FileVerdict& verdict) {
  return std::count_if(verdict.claims.begin(), verdict.claims.end(), [](const ClaimVerdict& claim) {
    return !claim.claim.is_nothing() && claim.finding != Finding::unresolved;
  });
}

Results first_replicates(Results results, const Plan& plan, const Replicates& replicates) {
  const std::map<CellPlace, std::size_t> places = places_of(plan);
  for (CellRecord& record : results.cells) {
    const auto found = places.find({record.label, record.cell});
    if (found == places.end()) continue;
    const auto count =
        std::min(record.status.size(), static_cast<std::size_t>(replicates.cells[found->second]));
    record.status.resize(count);
    record.message.resize(count);
    shorten(record.metrics, count);
    shorten(record.extras, count);
  }
  for (NullRecord& record : results.nulls)
    if (const auto p = static_cast<std::size_t>(record.problem); p < replicates.nulls.size())
      shorten(record.metrics, static_cast<std::size_t>(replicates.nulls[p]));
  return results;
}

VerdictRecord::Round describe_round(const FileVerdict& verdict, const Results& results,
                                    Real draws) {
  std::map<CellPlace, std::int64_t> replicates;
  for (const CellRecord& record : results.cells)
    replicates[{record.label, record.cell}] = static_cast<std::int64_t>(record.status.size());
  VerdictRecord::Round round;
  round.draws = draws;
  for (const ClaimVerdict& claim : verdict.claims) {
    Real log_e = 0, low = nan, high = nan;
    for (const Calibrated& metric : claim.verdict.metrics) {
      if (!metric.any_time) continue;
      log_e = std::max(log_e, metric.any_time->log_e);
      if (metric.uniform) continue;
      low = std::fmin(low, metric.any_time->theta.low);
      high = std::fmax(high, metric.any_time->theta.high);
    }
    round.replicates.push_back(replicates[{claim.label, claim.cell}]);
    round.log_e.push_back(log_e);
    round.theta_low.push_back(low);
    round.theta_high.push_back(high);
    round.finding.push_back(claim.finding);
  }
  return round;
}

Settled run_until_settled(const Exec& exec, const Plan& plan, const RunOptions& given,
                          const SettleOptions& options, ProgressSink& progress,
                          const Signals& signals) {
  JudgeOptions judge = options.judge;
  judge.any_time = true;
  RunOptions run = given;
  const Replicates longest = Ledger(plan, run.output).longest();
  Settled out;
  for (Replicates next = replicates_of(plan);;) {
    out.asked = replicates_of(enlarged(plan, next));
    out.plan = enlarged(plan, at_least(out.asked, longest));
    out.outcome = run_sweep(exec, out.plan, run, progress, signals);
    if (!out.outcome.merged) return out;
    run.grows = true;
    const Results results = first_replicates(read_round(run.output, out.plan), plan, out.asked);
    const Real draws = draws_of(plan, out.asked);
    judge.look = static_cast<Index>(out.rounds.size()) + 1;
    out.verdict = judge_file(results, judge);
    out.rounds.push_back(describe_round(out.verdict, results, draws));
    progress.note(round_text(out.verdict, judge.look, draws));
    next = doubled(plan, out.verdict, out.asked, out.open);
    if (out.open == 0) return out;
    out.next_draws = draws_of(plan, next);
    if (!(out.next_draws <= options.max_draws)) return out;
    out.open = 0;
  }
}

}  // namespace plumbline
