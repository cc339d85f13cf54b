// Claims confronted with verdicts: does a sampler do what it says, in the limit it says?
#pragma once

#include <string>
#include <vector>

#include "harness/statistics/rate.hpp"
#include "harness/verdict/claim_scope.hpp"
#include "harness/verdict/verdict.hpp"

namespace plumbline {

/// One metric along one budget axis of a claim, the other budgets being at their finest.
struct Trend {
  BudgetSetting axis;
  std::string metric;
  Real largest = 0;  ///< budget: the axis' value, or one over it where small is fine
  RateFit fit;
  bool at_floor = false;  ///< no budget is told from exact draws, or beyond the margin
  std::string text;       ///< "rate 0.50 ± 0.02, plateau < 0.004"; "at the floor throughout"
};

/// What a file says of one claim.
struct ClaimVerdict {
  std::string label, place;
  Claim claim;
  Finding finding = Finding::unresolved;
  bool contradicted = false;
  CellVerdict verdict;    ///< of the cell that decided
  std::int64_t cell = 0;  ///< its flat index
  std::string budget;     ///< where it lies: "steps = 640"
  std::vector<Trend> trends;
  std::string note;  ///< what is missing, or what was seen beside the finding

  /// The trends of the deciding metric, in words.
  std::string trend_text() const;
};

struct FileVerdict {
  JudgeOptions options;
  Index tests = 0;  ///< p-values in the Holm family
  std::vector<ClaimVerdict> claims;

  Index contradictions() const;
  Index count(Finding finding) const;
};

/// Judge every claim of a file.
///
/// Judged is the finest cell of every scope (of `exact` every cell), all of them as one family.
/// Then
///
///   nothing       cannot be contradicted: its finding is that cell's.
///   exact         contradicted by any inconsistent cell.
///   a limit       consistent or unresolved as its finest cell is. When that cell is inconsistent,
///   no
///                 finite budget is the limit: what would be left there is, with squared errors
///                 that add up over the budgets of the claim,
///                     limit² = Σ_axes plateau²_axis − (axes − 1) error²_finest,
///                 and the claim is contradicted when that is above 0 at the level (Bonferroni over
///                 claims and metrics, bootstrap), worth more than the margin and at least half of
///                 the finest error. A claim whose budgets are not swept over at least three
///                 values stays unresolved.
///
///   errors  IoError (claim_scopes); SpecError("null_replicates") when no metric has a null
FileVerdict judge_file(const Results& results, const JudgeOptions& options);

/// For /verdict.
VerdictRecord describe_verdict(const FileVerdict& verdict, const std::string& command,
                               const std::string& judged);

}  // namespace plumbline
