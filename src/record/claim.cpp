// Claims as text and back.
#include "record/claim.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "core/text/numbers.hpp"

namespace plumbline {
namespace {

constexpr std::string_view up = " ↑", down = " ↓", comma = ", ", of_order = " (order ",
                           of_none = " (no order)";

bool is_name(std::string_view text) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  };
  return !text.empty() && std::all_of(text.begin(), text.end(), allowed);
}

std::string order_text(const BudgetSetting& budget) {
  if (!budget.order) return std::string(of_none);
  return *budget.order == 1 ? "" : fmt::format("{}{:g})", of_order, *budget.order);
}

/// Takes " (order 2)" or " (no order)" off the end of a budget; false where that is neither.
bool take_order(std::string_view& text, std::optional<double>& order) {
  order = 1;
  if (text.ends_with(of_none)) {
    order.reset();
    text.remove_suffix(of_none.size());
    return true;
  }
  const std::size_t at = text.find(of_order);
  if (at == text.npos) return true;
  if (!text.ends_with(")")) return false;
  const std::string_view number =
      text.substr(at + of_order.size(), text.size() - at - of_order.size() - 1);
  text = text.substr(0, at);
  order = parse_number(number);
  return order && *order > 0 && *order < infinity;
}

std::string joined(const std::vector<BudgetSetting>& budgets, std::string_view mark_of_growth) {
  std::vector<std::string> parts;
  parts.reserve(budgets.size());
  for (const BudgetSetting& budget : budgets)
    parts.push_back(fmt::format("{}{}{}", budget.name,
                                budget.way == Budget::shrinks ? down : mark_of_growth,
                                order_text(budget)));
  return fmt::format("{}", fmt::join(parts, comma));
}

}  // namespace

std::string text_of(const std::vector<BudgetSetting>& budgets) {
  return joined(budgets, up);
}

std::optional<std::vector<BudgetSetting>> parse_budgets(std::string_view text) {
  std::vector<BudgetSetting> budgets;
  while (!text.empty()) {
    const std::size_t end = text.find(comma);
    std::string_view name = text.substr(0, end);
    std::optional<double> order;
    if (!take_order(name, order)) return std::nullopt;
    const bool shrinks = name.ends_with(down);
    if (shrinks || name.ends_with(up)) name.remove_suffix(shrinks ? down.size() : up.size());
    if (!is_name(name)) return std::nullopt;
    budgets.emplace_back(std::string(name), shrinks ? Budget::shrinks : Budget::grows, order);
    if (end == text.npos) break;
    text.remove_prefix(end + comma.size());
    if (text.empty()) return std::nullopt;  // ended with a comma
  }
  return budgets;
}

Claim Claim::limit(std::vector<BudgetSetting> budgets) {
  Claim claim;
  claim.anything_ = true;
  claim.budgets_ = std::move(budgets);
  return claim;
}

std::string Claim::text() const {
  if (is_limit()) return joined(budgets_, "");
  return is_exact() ? "exact" : "nothing";
}

std::string Claim::sentence() const {
  if (is_nothing()) return "nothing: exact in no limit";
  if (is_exact()) return "exact at any budget";
  std::vector<std::string> grow, parts;
  for (const BudgetSetting& budget : budgets_)
    if (budget.way == Budget::grows) grow.push_back(budget.name);
  if (!grow.empty())
    parts.push_back(
        fmt::format("{} {}", fmt::join(grow, " and "), grow.size() == 1 ? "grows" : "grow"));
  for (const BudgetSetting& budget : budgets_)
    if (budget.way == Budget::shrinks) parts.push_back(budget.name + " shrinks");
  return fmt::format("exact as {}", fmt::join(parts, " and "));
}

std::optional<Claim> parse_claim(std::string_view text) {
  if (text == "nothing") return Claim::nothing();
  if (text == "exact") return Claim::exact();
  if (text == "steps_and_particles") return Claim::limit({"steps", without_order("particles")});
  if (text == "corrections")
    return Claim::limit({without_order("langevin_steps"), shrinking("langevin_step")});
  auto budgets = parse_budgets(text);
  if (!budgets || budgets->empty()) return std::nullopt;
  return Claim::limit(*std::move(budgets));
}

std::vector<BudgetSetting> budgets_before_files_named_them() {
  return {"steps", "particles", "langevin_steps", shrinking("langevin_step")};
}

}  // namespace plumbline
