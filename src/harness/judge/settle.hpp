// Replicates where they are needed: rounds of running and judging until every claim of a sweep is
// settled. harness/verdict/README §17.
#pragma once

#include "harness/run/runner.hpp"
#include "harness/sweep/enlarge.hpp"
#include "harness/verdict/claim.hpp"

namespace plumbline {

struct SettleOptions {
  JudgeOptions judge;  ///< judged at any time, whatever it says
  Real max_draws = 0;  ///< of all replicates of all cells; no round begins that would exceed it
};

/// Where it ended.
struct Settled {
  RunOutcome outcome;  ///< of the last round's run; nothing was judged unless it is merged
  Replicates asked;    ///< replicates that the last verdict looked at
  Plan plan;           ///< of the file: those, or more where an earlier run had asked for more
  FileVerdict verdict;
  std::vector<VerdictRecord::Round> rounds;
  Index open = 0;       ///< claims that more replicates may settle: stopped by max_draws
  Real next_draws = 0;  ///< that the next round would have needed in all
};

/// Round 1 runs the sweep as it is. After every round the file is judged at any time; of each claim
/// that more replicates may settle, the cells that decide it get twice as many (its finest cell;
/// the lines of its budgets when that cell is inconsistent and its limit undecided; every
/// unresolved cell of `exact`). Claims of `nothing` are never open. A round is a function of the
/// values of its replicates, not of what else is there: stopped and started again, whenever and by
/// whomever, it takes the same way. A line per round goes to `progress`.
///   errors  as of run_sweep and judge_file
Settled run_until_settled(const Exec& exec, const Plan& plan, const RunOptions& run,
                          const SettleOptions& options, ProgressSink& progress,
                          const Signals& signals);

/// The results as they were after so many replicates and sets.
Results first_replicates(Results results, const Plan& plan, const Replicates& replicates);

/// A claim of something: what settling is about.
Index claims_made(const FileVerdict& verdict);
/// Those of them that are consistent, not independent or inconsistent.
Index claims_settled(const FileVerdict& verdict);

/// For /verdict: what a look at any time found.
VerdictRecord::Round describe_round(const FileVerdict& verdict, const Results& results, Real draws);

}  // namespace plumbline
