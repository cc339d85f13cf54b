// Markov chains made elsewhere: draws that depend on each other, judged by functions whose
// expectation under the exact posterior is known. harness/verdict/README §12.
#pragma once

#include <string>
#include <vector>

#include "core/ensemble.hpp"
#include "harness/statistics/unit_means.hpp"
#include "harness/sweep/sweep.hpp"
#include "harness/verdict/verdict.hpp"
#include "metrics/functionals/known_functionals.hpp"

namespace plumbline {

/// What chains say of one function.
struct ChainMean {
  KnownFunctional about;
  Tolerated tolerated;
  UnitMean mean;
  Real p_adjusted = nan;  ///< Holm over all tests of the chains; NaN: not tested
  Real time = nan;        ///< integrated autocorrelation time; NaN for values that do not vary
  Real reach = infinity;  ///< half the width of the interval

  /// Every value in mean ± reach is tolerated.
  bool within_tolerance() const;
};

/// A test that needs no mixing.
struct ExactTest {
  Real p_value = nan;  ///< NaN: not made
  Real p_adjusted = nan;
};

struct ChainScore {
  Index sets = 0, chains = 0, length = 0;  ///< `chains` in all
  Index units = 0;                         ///< batches or chains that the errors are from
  Real time = 1;                           ///< the largest autocorrelation time over the functions
  /// So many times `time` is a unit, and how many are asked for. Below it errors are
  /// underestimated, and no mean is tested.
  Real unit_times = 0, wanted_times = 0;
  std::vector<ChainMean> means;
  ExactTest tails;          ///< no draw lies where the posterior never is
  ExactTest ends;           ///< last draws of the chains, as a set of independent draws
  std::size_t decided = 0;  ///< of `means`: the smallest p-value, or the widest for its tolerance
  std::vector<std::string> notes;
  Finding finding = Finding::unresolved;
  /// Draws of a chain, beyond those given, that would settle an unresolved finding if errors are
  /// what they look like; −1: no number would. Of chains that are too short at least so many.
  Index further_draws = 0;

  bool long_enough() const { return unit_times >= wanted_times; }
  Real effective_draws() const { return static_cast<Real>(chains * length) / time; }
};

/// Judges sets of chains, rows chain · length + i of a set one chain's. What is claimed is that
/// every draw has the posterior's law; chains are independent of each other.
///
///   means  averages of known expectations against Student's law with the errors of `units`: whole
///          chains from eight on (asymptotic in normality alone), else 20 batches and more of equal
///          length (Schmeiser 1982; Glynn & Iglehart 1990; of several chains Argon & Andradóttir
///          2006). Asymptotic: only made where a chain is 5, a batch 10 autocorrelation times long.
///          No error is less than that of n/τ independent draws, τ the largest over the functions
///   tails  e-values of far draws, averaged: Markov's inequality, exact whatever depends on
///   whatever
///          (Vovk & Wang 2021)
///   ends   of four chains and more: their last draws along the principal axes are uniform under
///          the distribution functions: exact at any length
///
/// Holm over all. Inconsistent below the level; consistent when every function's interval of
/// confidence 1 − level is tolerated, as the options say; else unresolved.
///   pre  every set [C length, d], C ≥ 1, length ≥ 2
ChainScore score_chains(const Exec& exec, const Problem& problem, const std::vector<Ensemble>& sets,
                        Index length, const JudgeOptions& options, Rng rng);

/// SpecError when `draws` draws, all chains together, and what they are judged by do not fit into
/// memory. Allocates nothing.
void require_chain_room(const Sweep& sweep, const Problem& problem, Index draws);

}  // namespace plumbline
