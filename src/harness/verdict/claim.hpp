// Claims confronted with verdicts: does a sampler do what it says, in the limit it says?
#pragma once

#include <string>
#include <vector>

#include "harness/verdict/claim_scope.hpp"
#include "harness/verdict/limit.hpp"
#include "harness/verdict/verdict.hpp"

namespace plumbline {

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
  std::string note;            ///< what is missing, or what was seen beside the finding
  bool wants_budgets = false;  ///< no number of replicates decides its limit, further budgets may
  /// Flat indices of the cells of which more replicates may settle it; empty where it is settled,
  /// or they would not.
  std::vector<std::int64_t> wanting = {};

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
/// Judged is the finest cell of every scope (of `exact` every cell): those of claims as one family,
/// those of `nothing` as another. Then
///
///   nothing       cannot be contradicted: its finding is that cell's.
///   exact         contradicted by any inconsistent cell.
///   a limit       consistent or unresolved as its finest cell is. When that cell is inconsistent,
///   no
///                 finite budget is the limit: limit.hpp says what would be left there, and when
///                 that contradicts. A claim whose budgets are not swept over at least five values
///                 stays unresolved.
///
///   errors  IoError (claim_scopes); SpecError("null_replicates") when no metric has a null
FileVerdict judge_file(const Results& results, const JudgeOptions& options);

/// For /verdict.
VerdictRecord describe_verdict(const FileVerdict& verdict, const std::string& command,
                               const std::string& judged);

}  // namespace plumbline
