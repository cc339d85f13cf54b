// Claims confronted with verdicts: does a sampler do what it says, in the limit it says?
#pragma once

#include <string>
#include <vector>

#include "harness/refinement/claim_scope.hpp"
#include "harness/refinement/functional_limit.hpp"
#include "harness/verdict/limit.hpp"
#include "harness/verdict/misses.hpp"
#include "harness/verdict/verdict.hpp"

namespace plumbline {

/// What a file says of one claim.
struct ClaimVerdict {
  std::string label, place;
  Claim claim;
  Finding finding = Finding::unresolved;
  bool contradicted = false;
  CellVerdict verdict;                    ///< of the cell that decided
  std::int64_t cell = 0;                  ///< its flat index
  std::vector<const CellRecord*> judged;  ///< all cells that were, in the results
  std::string budget;                     ///< where it lies: "steps = 640"
  std::vector<Trend> trends;
  /// Of a limit, along all its budgets together: signed errors of known expectations.
  std::vector<FunctionalLimit> functionals;
  std::string refined;  ///< "steps", "steps, particles": what those budgets are
  std::string order;    ///< observed beside declared, in words; "" where no straight law is seen
  /// Of a limit that its finest cell reaches: what there is to say where the functionals alone
  /// would make it consistent in the limit; "" where they would not. Asked when the cell lacks
  /// cover.
  std::string right_in_limit;
  std::string note;            ///< what is missing, or what was seen beside the finding
  std::vector<Miss> misses;    ///< how the cell that decided is wrong, where it was found out
  bool wants_budgets = false;  ///< no number of replicates decides its limit, further budgets may
  /// Flat indices of the cells of which more replicates may settle it; empty where it is settled,
  /// or they would not.
  std::vector<std::int64_t> wanting = {};
  /// What a claim whose cells nothing speaks against excludes, by aspect. harness/verdict/README
  /// §14.
  struct Exclusion {
    std::string aspect;
    Real bound = infinity;  ///< errors of this size and above are excluded; ∞: none
    Real tolerance = 0;
    std::string by;    ///< metric that sees it
    std::string text;  ///< "a shift by more than 0.1 posterior standard deviations"
    std::string sees;  ///< a metric that sees the aspect at few draws
  };
  std::vector<Exclusion> excluded;

  /// The trends of the deciding metric, and the order, in words.
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
///   a limit       consistent when its finest cell is. Else no finite budget is the limit: the
///   metrics
///                 (limit.hpp) and the signed functionals (functional_limit.hpp) along all its
///                 budgets together say whether something is left there, which contradicts it, or
///                 every known expectation is right there: consistent in the limit. Unresolved
///                 otherwise, and where fewer than four cells refine all of its budgets.
///
///   errors  IoError (claim_scopes); SpecError("null_replicates") when no metric has a null
FileVerdict judge_file(const Results& results, const JudgeOptions& options);

/// For /verdict.
VerdictRecord describe_verdict(const FileVerdict& verdict, const std::string& command,
                               const std::string& judged);

}  // namespace plumbline
