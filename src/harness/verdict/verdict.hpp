// Consistent, inconsistent, not independent or unresolved: what calibrated metrics say of a cell,
// at a stated level. harness/verdict/README §2. Claims are confronted with these findings in
// claim.hpp.
#pragma once

#include <string>
#include <vector>

#include "harness/sweep/tolerances.hpp"
#include "harness/verdict/calibration.hpp"
#include "record/verdict.hpp"

namespace plumbline {

struct JudgeOptions {
  /// Chance that any of the cells judged together is called inconsistent or not independent
  /// although all are right; and that a cell is called consistent although its error is beyond the
  /// margin.
  Real level = 0.01;
  /// In standard deviations of the metric on one set of exact draws: an error below it is smaller
  /// than the noise that n draws have anyway. Judged as θ = Φ(margin/√2).
  Real margin = 1;
  /// Errors of known expectations that count as none: in the limit of a claim's budgets, and of
  /// draws that depend on each other.
  Tolerances tolerances = {};
  /// Judge so that it holds however often one looks (sequential.hpp), this being look number
  /// `look`.
  bool any_time = false;
  Index look = 1;
};

struct CellVerdict {
  Finding finding = Finding::unresolved;
  std::vector<Calibrated> metrics;
  std::vector<Real>
      p_adjusted_all;  ///< of every metric, within its cell and over all cells; NaN: no vote
  /// The metric with the smallest p-value when something is found, else the one whose error is
  /// excluded least. "" when no metric could be judged.
  std::string deciding_metric;
  Real p_adjusted = 1;  ///< the cell's
  Real smallest_p =
      1;  ///< the smallest that so many runs and sets could have given, adjusted alike
  /// What would settle an unresolved cell, if its error is what it looks like now: further
  /// replicates times draws, and further sets of exact draws for the floor. −1: no number would,
  /// because the error sits on the margin or replicates gave no draws.
  Index further_draws = 0, further_replicates = 0, further_null_replicates = 0;

  std::string evidence;  ///< what could be said of an unbiased evidence; "" where none is claimed

  /// The deciding metric's numbers; nullptr when there is none.
  const Calibrated* deciding() const;
  /// Metrics whose exact draws differ by nothing but rounding: they can say nothing for a sampler.
  std::vector<std::string> not_judgeable() const;
  /// "component_mass cannot be judged here: …"; "" without such metrics.
  std::string not_judgeable_text() const;
  /// True when no metric depends on y: draws of the prior would do as well, so nothing speaks for
  /// the sampler. harness/verdict/README §13.
  bool blind_to_y() const;
};

/// Judge cells together. All metrics of a cell are one test (`westfall_young`; metrics of a uniform
/// law, e-values and averages over dependent draws beside it, by Bonferroni), and Holm adjusts over
/// the cells: whatever depends on whatever, the chance of any false finding against a cell is at
/// most the level. A cell is
///
///   inconsistent     iff it is below the level by a metric that is worse than exact draws;
///   not independent  iff it is by metrics that are *better* alone: exact draws are never so near
///                    their target, but stratified or repeated ones, or ones of too little spread;
///   consistent       iff neither, every replicate gave draws, some metric depends on y, and of
///                    every metric an error beyond the margin is excluded, to either side, with
///                    confidence 1 − level; one that is mute has no vote, and some must have
///                    one. An intersection–union test (Berger 1982; TOST): to be
///                    wrong it must be wrong about the one metric that is beyond the margin;
///   unresolved       otherwise.
std::vector<CellVerdict> judge_cells(const std::vector<std::vector<MetricSample>>& cells,
                                     const JudgeOptions& options, Index draws_per_replicate);

/// Holm beside other tests: all p-values of the verdict times `factor` ≥ 1, and what is found then.
void adjust(CellVerdict& verdict, Real factor, const JudgeOptions& options);

/// One cell alone; metrics without a null, and those nobody measured, are left out.
CellVerdict judge_cell(const std::vector<MetricSample>& samples, const JudgeOptions& options,
                       Index draws_per_replicate);

/// The metrics of a cell that can be judged: measured, and with a null.
std::vector<MetricSample> judgeable(const std::vector<MetricSample>& samples);
/// Those, calibrated.
std::vector<Calibrated> calibrate_all(const std::vector<MetricSample>& samples);

/// "8000 further draws would settle it (replicates = 12, null_replicates = 91)", …; "" unless
/// unresolved.
std::string what_would_settle(const CellVerdict& verdict);

}  // namespace plumbline
