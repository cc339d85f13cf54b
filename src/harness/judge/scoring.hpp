// Draws made elsewhere, judged by the sweep's metrics beside as many exact draws.
// harness/verdict/README §5.
#pragma once

#include <functional>
#include <optional>

#include "harness/disagreement/disagreement.hpp"
#include "harness/judge/exclusion.hpp"

namespace plumbline {

struct ScoreOptions {
  JudgeOptions judge;
  std::optional<Index> null_sets;  ///< sets of exact draws; chosen by the level when absent
  std::optional<Index> batches;    ///< cut every set into so many; chosen when absent
  std::function<void(const std::string&)> say = [](const std::string&) {};  ///< what is going on
};

struct Score {
  Index sets = 0, draws = 0;  ///< as handed over
  /// The smallest effective sample size, rounded down: so many exact draws a set is compared with.
  /// `draws` when all weights are equal.
  Index effective_draws = 0;
  Index batches = 1;    ///< into which every set was cut for `main`
  Precision precision;  ///< in which the draws were written; exact ones were rounded alike
  Comparison main;
  /// Which errors the metrics exclude; empty when the draws were found out.
  std::vector<Excluded> excluded;
  /// Where the draws are wrong; empty, and silent, unless they were found out.
  WhereWrong where;
  std::optional<ListLook> list;  ///< absent for weighted draws, which may repeat and depend
  /// p-values of the list after Holm beside that of the metrics, which stands in `main`.
  Real p_neighbours = nan, p_order = nan;
  std::vector<std::string> notes;       ///< what was chosen, and metrics that gave no number
  std::vector<std::string> not_judged;  ///< metrics of the sweep that exact draws do not have

  /// Of the law by the metrics; not independent when they do not object but the list does;
  /// consistent when nothing objects and of every aspect an error beyond its tolerance is excluded.
  Finding finding(Real level) const;
  bool found_out(Real level) const;  ///< inconsistent or not independent
  bool repeats(Real level) const { return p_neighbours < level; }
  bool ordered(Real level) const { return p_order < level; }
};

/// Judge sets of equally many draws that claim to be independent draws of the posterior.
///
/// A set is compared whole, at its own n, with R₀ sets of n exact draws: nothing sees more. One set
/// among R₀ + 1 has a p-value of 1/(R₀ + 1) at best, so R₀ is what the level asks for. All metrics
/// are one test; the neighbours of draws and their order are two more; Holm over the three. "Not
/// inconsistent" and "independent" rest on these alone, so their level needs no correction for what
/// follows.
///
/// That an error is *small* is measured: draws that are wrong by known amounts are judged in the
/// same way, and what deviates more than the given draws do is excluded (exclusion.hpp).
/// "Consistent" needs every aspect of the law excluded beyond its tolerance; metrics that are blind
/// to an aspect exclude nothing of it.
///
/// Where pairs of draws alone would be more than 1e11, the draws are dealt at random (fixed seed)
/// into batches, which are judged as sets: a count of operations decides, never a clock, so one
/// file has one answer. Errors must then be larger to be seen.
///
/// Weighted sets are compared with sets of as many equally weighted exact draws as their effective
/// sample size, an approximation; they are not cut and not looked at as lists, because particles of
/// a run depend on each other.
Score score_draws(const Exec& exec, const Plan& plan, const Problem& problem,
                  const std::vector<Ensemble>& sets, const ScoreOptions& options);

/// SpecError when the sets, as they were read, and what is compared with them do not fit into
/// memory. Allocates nothing.
void require_score_room(const Plan& plan, const Problem& problem, const std::vector<Ensemble>& sets,
                        const ScoreOptions& options);

/// Fewest null sets with which `tests` tests of `sets` sets can reach the level under Holm.
Index least_null_sets(Index sets, Index tests, Real level);

}  // namespace plumbline
