// Runs what of a plan is missing, makes it durable, merges it. harness/README §4, §5.
#pragma once

#include "harness/run/ledger.hpp"
#include "harness/run/progress.hpp"
#include "harness/run/run_options.hpp"
#include "harness/run/watch.hpp"
#include "harness/sweep/plan.hpp"

namespace plumbline {

struct RunOutcome {
  Ended ended = Ended::finished;
  Index cells = 0;                  ///< of the plan
  Index ran = 0;                    ///< cells finished by this run
  Index missing = 0;                ///< cells and exact-draw sets that nobody has finished yet
  Index own_missing = 0;            ///< those of them that this shard was to do
  std::vector<std::string> absent;  ///< what some of those are
  Index failed = 0;                 ///< finished cells of the plan with a failed replicate
  Index diverged = 0;               ///< replicates of this run with non-finite draws
  Index degenerate = 0;             ///< replicates of this run whose weights vanished
  Index other_draws = 0;            ///< replicates and sets whose draws were not those stored
  bool nothing_to_do = false;
  bool merged = false;              ///< the result file is complete
  std::filesystem::path set_aside;  ///< where a result file of another sweep was kept, or empty
  Real seconds = 0;

  /// 1: a cell failed; 4: something that this run was to do is missing, resumable; 0 otherwise
  /// (cli/README §1).
  int exit_code() const;
};

/// Run the cells of this shard that are not done, in the plan's order. When afterwards nothing of
/// the whole plan is missing, merge. `signals` is asked between replicates and between their steps:
/// watch.hpp.
///   errors   IoError from the disk, before anything runs where it cannot be written to; SpecError
///            when y drawn for a later replicate is not possible
///   result   bit-identical for any shards, threads, order, interruptions
RunOutcome run_sweep(const Exec& exec, const Plan& plan, const RunOptions& options,
                     ProgressSink& progress, const Signals& signals);

/// Write the result file from what is durable, complete or not: `plumbline merge`. The provenance
/// is that of this process. Returns where a result file of another sweep was kept, or empty.
std::filesystem::path merge_sweep(const Exec& exec, const Plan& plan, Ledger& ledger,
                                  const std::string& command, const std::string& started);

}  // namespace plumbline
