// Runs what of a plan is missing, makes it durable, merges it. harness/README §4, §5.
#pragma once

#include <functional>

#include "harness/run/ledger.hpp"
#include "harness/run/progress.hpp"
#include "harness/run/run_options.hpp"
#include "harness/sweep/plan.hpp"

namespace plumbline {

/// Why a run ended.
enum class Ended { finished, time_limit, interrupted, too_many_failures };
constexpr auto names(Ended) {
  return std::array{"finished", "time_limit", "interrupted", "too_many_failures"};
}

struct RunOutcome {
  Ended ended = Ended::finished;
  Index cells = 0;       ///< of the plan
  Index ran = 0;         ///< cells finished by this run
  Index missing = 0;     ///< cells and exact-draw sets that nobody has finished yet
  Index failed = 0;      ///< finished cells of the plan with a failed replicate
  Index diverged = 0;    ///< replicates of this run with non-finite draws
  Index degenerate = 0;  ///< replicates of this run whose weights vanished
  bool nothing_to_do = false;
  bool merged = false;              ///< the result file is complete
  std::filesystem::path set_aside;  ///< where a result file of another sweep was kept, or empty
  Real seconds = 0;

  /// 4: stopped early, resumable; 1: a cell failed; 0 otherwise (cli/README §1).
  int exit_code() const;
};

/// Run the cells of this shard that are not done, in the plan's order. When afterwards nothing of
/// the whole plan is missing, merge. `interrupted` is asked between replicates; a replicate in
/// flight is finished and, with its cell, forgotten.
///   errors   IoError from the disk; SpecError when y drawn for a later replicate is not possible
///   result   bit-identical for any shards, threads, order, interruptions
RunOutcome run_sweep(const Exec& exec, const Plan& plan, const RunOptions& options,
                     ProgressSink& progress, const std::function<bool()>& interrupted);

/// Write the result file from what is durable, complete or not: `plumbline merge`. The provenance
/// is that of this process. Returns where a result file of another sweep was kept, or empty.
std::filesystem::path merge_sweep(const Exec& exec, const Plan& plan,
                                  const std::filesystem::path& output, const std::string& command,
                                  const std::string& started);

/// All replicates of one cell; nothing when `interrupted` said stop. Used by `show` too.
std::optional<CellRecord> run_cell(const Exec& exec, const Plan& plan, const Cell& cell,
                                   Problems& problems, const std::function<bool()>& interrupted);

/// The metrics' floor at one problem point; nothing when `interrupted` said stop.
std::optional<NullRecord> run_null_point(const Exec& exec, const Plan& plan, Problems& problems,
                                         const std::function<bool()>& interrupted);

}  // namespace plumbline
