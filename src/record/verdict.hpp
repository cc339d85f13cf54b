// Verdicts on claims, as a result file keeps them.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace plumbline {

/// What the numbers of a cell say of its sampler, at a stated level.
enum class Finding { consistent, inconsistent, unresolved, not_independent, consistent_in_limit };
constexpr auto names(Finding) {
  return std::array{"consistent", "inconsistent", "unresolved", "not_independent",
                    "consistent_in_limit"};
}

/// How often a file was judged: by tests that hold once, each time at other draws, and in rounds of
/// tests that hold at any time. What they may say falsely adds up.
struct Looks {
  std::int64_t once = 0, any_time = 0;
  double once_draws = 0, any_time_draws = 0;  ///< of all its replicates, at the last of each

  bool any() const { return once > 0 || any_time > 0; }
};

/// What `verify` says of a file: a statement per claim, for every metric that could be judged.
/// Written, never read back: it is derived from the rest.
struct VerdictRecord {
  struct Statement {
    std::string label;  ///< sampler
    std::string place;  ///< where along the axes that the claim does not speak of
    std::string claim;  ///< Claim::text
    Finding finding = Finding::unresolved;
    bool contradicted = false;
    std::int64_t cell = 0;        ///< flat index of the cell that decided
    std::string deciding_metric;  ///< "" when none could be judged
    std::int64_t further_draws = 0;
    std::string note;
    std::string how;  ///< known expectations that its draws miss, in words
    /// [metric] of that cell; NaN where not judged.
    std::vector<double> value, floor, floor_sd, statistic, statistic_se, p_value, p_adjusted;
    /// [aspect] errors of this size and above are excluded; ∞: none, NaN: not looked for.
    std::vector<double> excluded;
  };
  /// A fit along one budget axis, or along all budgets of a claim together: of a metric, or of a
  /// signed functional, whose plateau is signed.
  struct Trend {
    std::int64_t statement = 0;
    std::string axis, metric, text;
    double slope = 0, slope_low = 0, slope_high = 0;  ///< rate of fall; NaN when nothing falls
    double plateau = 0, plateau_low = 0, plateau_high = 0;
    /// Of the straight law, and the budget from which it holds; NaN where none is seen.
    double order = 0, order_low = 0, order_high = 0, order_from = 0;
  };
  /// The rate at which an error falls between two budgets of a trend that follow each other.
  struct LocalSlope {
    std::int64_t trend = 0;
    double from = 0, to = 0, slope = 0, low = 0, high = 0;
  };
  /// One look at all statements, where a file is judged again and again (`--any-time`).
  struct Round {
    double draws = 0;  ///< of all replicates of all cells until then
    /// [statement]: replicates of the cell that decided; log of the largest wealth against it by
    /// any metric; the widest bounds of θ over its metrics; what was found.
    std::vector<std::int64_t> replicates;
    std::vector<double> log_e, theta_low, theta_high;
    std::vector<Finding> finding;
  };
  Looks looks = {};                ///< this one among them
  std::vector<Round> rounds = {};  ///< empty of a verdict that may be looked at once
  double level = 0, margin = 0;
  std::int64_t tests = 0;       ///< p-values corrected together
  std::string command, judged;  ///< `judged`: when, ISO 8601, UTC
  std::vector<std::string> metrics;
  std::vector<std::string> aspects;  ///< in which errors were looked for
  std::vector<Statement> statements;
  std::vector<Trend> trends;
  std::vector<LocalSlope> local_slopes;
};

}  // namespace plumbline
