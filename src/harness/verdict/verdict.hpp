// Consistent, inconsistent or unresolved: what calibrated metrics say of a cell, at a stated level.
// Claims are confronted with these findings in claim.hpp.
#pragma once

#include <string>
#include <vector>

#include "harness/verdict/calibration.hpp"
#include "record/verdict.hpp"

namespace plumbline {

struct JudgeOptions {
  /// Chance that any of the cells judged together is called inconsistent although all are right;
  /// and that a cell is called consistent although its excess is beyond the margin.
  Real level = 0.01;
  /// In standard deviations of the metric on one set of exact draws: an error below it is smaller
  /// than the noise that n draws have anyway.
  Real margin = 1;
};

struct CellVerdict {
  Finding finding = Finding::unresolved;
  std::vector<Calibrated> metrics;
  std::vector<Real> p_adjusted_all;  ///< of every metric, by Holm over all cells judged together
  /// The metric with the smallest p-value when inconsistent, else the one with the largest upper
  /// bound. "" when no metric could be judged.
  std::string deciding_metric;
  Real p_adjusted = 1;  ///< the cell's smallest
  /// What would settle an unresolved cell, if its excess is what it looks like now: further
  /// replicates times draws, and further sets of exact draws for the floor. −1: no number would,
  /// because the excess sits on the margin or replicates gave no draws.
  Index further_draws = 0, further_replicates = 0, further_null_replicates = 0;

  /// The deciding metric's numbers; nullptr when there is none.
  const Calibrated* deciding() const;
};

/// Judge cells together. A cell is
///
///   inconsistent  iff some metric's p-value, adjusted by Holm over all metrics of all cells, is
///   below
///                 the level: whatever depends on whatever, the chance of any false "inconsistent"
///                 is at most the level;
///   consistent    iff it is not, every replicate gave draws, and for every metric the upper bound
///                 (confidence 1 − level) of the excess is below the margin. An intersection–union
///                 test (Berger 1982; TOST): to be wrong it must be wrong about the one metric that
///                 is beyond the margin, so the level needs no correction;
///   unresolved    otherwise: too few draws for either.
std::vector<CellVerdict> judge_cells(const std::vector<std::vector<Calibrated>>& cells,
                                     const JudgeOptions& options, Index draws_per_replicate);

/// The same for one cell alone; metrics without a null, and those nobody measured, are left out.
CellVerdict judge_cell(const std::vector<MetricSample>& samples, const JudgeOptions& options,
                       Index draws_per_replicate);

/// The metrics of a cell that can be judged (measured, and with a null), calibrated.
std::vector<Calibrated> calibrate_all(const std::vector<MetricSample>& samples);

/// "8000 further draws would settle it (replicates = 12, null_replicates = 91)", …; "" unless
/// unresolved.
std::string what_would_settle(const CellVerdict& verdict);

}  // namespace plumbline
