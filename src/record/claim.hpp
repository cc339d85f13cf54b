// In which limit a sampler is exact: what samplers say, files keep and verdicts test.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/budget.hpp"

namespace plumbline {

/// A sampler's setting that is refined, and which way; "steps" alone grows.
struct BudgetSetting {
  std::string name;
  Budget way = Budget::grows;
  /// p of a claim: in the end the error falls at least as fast as budget^−p. What claims a limit
  /// claims first order, unless it says otherwise; some have none. The same setting whatever its
  /// order.
  std::optional<double> order = 1;

  BudgetSetting(const char* setting) : name(setting) {}
  BudgetSetting(std::string setting, Budget refined, std::optional<double> p = 1)
      : name(std::move(setting)), way(refined), order(p) {}
  friend bool operator==(const BudgetSetting& a, const BudgetSetting& b) {
    return a.name == b.name && a.way == b.way;
  }
};
inline BudgetSetting shrinking(const char* setting) {
  return {setting, Budget::shrinks};
}

/// Moves of a chain, particles of a filter: no power of their number bounds the error at what one
/// can pay, for a mode may be as hard to leave, or to find, as it likes.
inline BudgetSetting without_order(const char* setting) {
  return {setting, Budget::grows, std::nullopt};
}

/// "steps ↑, langevin_step ↓"; a name without an arrow grows. An order other than 1 follows:
/// "steps ↑ (order 2)", "burn_in ↑ (no order)".
///   errors  parse_budgets: nullopt where a name has other characters than a–z, 0–9, _ and -, or an
///           order is no positive number
std::string text_of(const std::vector<BudgetSetting>& budgets);
std::optional<std::vector<BudgetSetting>> parse_budgets(std::string_view text);

/// Draws follow the target in the limit of all these settings together: in the limit of none, at
/// any. Or they do in no limit.
class Claim {
 public:
  Claim() = default;  ///< nothing
  static Claim nothing() { return {}; }
  static Claim exact() { return limit({}); }
  /// `budgets` are settings of the sampler, marked so in its field list (contract/claims_test.cpp).
  static Claim limit(std::vector<BudgetSetting> budgets);

  bool is_nothing() const { return !anything_; }
  bool is_exact() const { return anything_ && budgets_.empty(); }
  bool is_limit() const { return !budgets_.empty(); }
  /// Of a limit, in its order; none otherwise.
  const std::vector<BudgetSetting>& budgets() const { return budgets_; }

  /// "nothing", "exact", "steps", "steps (order 2)", "langevin_steps (no order), langevin_step ↓".
  std::string text() const;
  /// The same for readers: "exact as langevin_steps grows and langevin_step shrinks".
  std::string sentence() const;
  friend bool operator==(const Claim&, const Claim&) = default;

 private:
  bool anything_ = false;
  std::vector<BudgetSetting> budgets_;
};

/// A claim from its text, or from the words of version 0.1 before claims named their settings:
/// steps_and_particles, and corrections for langevin_steps, langevin_step ↓. nullopt otherwise.
std::optional<Claim> parse_claim(std::string_view text);

/// What that version took for budgets, whatever the sampler: its files do not say.
std::vector<BudgetSetting> budgets_before_files_named_them();

}  // namespace plumbline
