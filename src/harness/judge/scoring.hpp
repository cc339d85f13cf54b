// Draws made elsewhere, judged by the sweep's metrics beside as many exact draws.
// harness/verdict/README §5.
#pragma once

#include <functional>

#include "harness/judge/null_sets.hpp"
#include "harness/statistics/statistics.hpp"
#include "io/user/draws_file.hpp"

namespace plumbline {

struct ScoreOptions {
  JudgeOptions judge;
  std::optional<Index> null_sets;  ///< sets of exact draws; chosen when absent
  std::optional<Index> batches;    ///< cut every set into so many; chosen when absent
  Real seconds = 60;               ///< what a choice may cost, predicted from sets that were timed
  std::function<void(const std::string&)> say = [](const std::string&) {};  ///< what is going on
};

struct Score {
  Index sets = 0, draws = 0;  ///< as handed over
  /// The smallest effective sample size, rounded down: so many exact draws a set is compared with.
  /// `draws` when all weights are equal.
  Index effective_draws = 0;
  Index batches = 1;  ///< into which every set was cut for `main`
  Comparison main;
  /// The sets in batches, looked at only when `main` left it open: whether the draws are consistent
  /// up to the margin.
  std::optional<Comparison> batched;
  std::vector<std::string> notes;       ///< what was chosen, and metrics that gave no number
  std::vector<std::string> not_judged;  ///< metrics of the sweep that exact draws do not have

  Finding finding() const;
  /// "1200 further draws … would settle it"; "" when settled.
  std::string what_would_settle() const;
};

/// The set in the d coordinates of a draw, on the device. Observed coordinates may be there as well
/// (all D, in order) when they equal y to float32 rounding. SpecError, placed at `where`; also for
/// weights that are worth less than 2 draws.
Ensemble place_draws(const Exec& exec, const Problem& problem, const GivenDraws& given,
                     const Location& where);

/// Judge sets of equally many draws that claim to be independent draws of the posterior.
///
/// A set is compared whole, at its own n, with R₀ sets of n exact draws: nothing sees more. One set
/// among R₀ + 1 has a p-value of 1/(R₀ + 1) at best, so R₀ is chosen for Holm over the metrics to
/// reach the level, about metrics/level sets. "Inconsistent" rests on this comparison alone, so its
/// level needs no correction for what follows.
///
/// That an excess is below the margin cannot be said from one set: it varies by one null standard
/// deviation itself. When the first comparison leaves it open, the draws are cut into 32 batches:
/// independent draws in any batches are independent sets. "Consistent" then says that the error is
/// below the noise of a batch.
///
/// When these would take longer than `seconds`, only the batches are judged: fewer exact draws,
/// and errors must be larger to be seen (about 2 times for metrics that square an error).
///
/// Weighted sets are compared with sets of as many equally weighted exact draws as their effective
/// sample size, an approximation; they are not cut, because particles of a run depend on each
/// other. Draws of a Markov chain are judged as if they were independent: thin them first.
Score score_draws(const Exec& exec, const Plan& plan, const Problem& problem,
                  const std::vector<Ensemble>& sets, const ScoreOptions& options);

/// SpecError when the sets, as they were read, and what is compared with them do not fit into
/// memory. Allocates nothing.
void require_score_room(const Plan& plan, const Problem& problem, const std::vector<Ensemble>& sets,
                        const ScoreOptions& options);

/// Fewest null sets with which `metrics` tests of `sets` sets can reach the level under Holm.
Index least_null_sets(Index sets, Index metrics, Real level, Tail tail);

}  // namespace plumbline
