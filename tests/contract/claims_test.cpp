// What claims are made of: the fields of their own sampler, as its field list marks them.
#include <set>

#include "contract/sampler_cases.hpp"

namespace plumbline::test::claims_test {
namespace {

/// What an enumerated setting can be; none for other types.
std::vector<Value> choices(const FieldDoc& field) {
  if (field.type == "true or false") return {Value{true}, Value{false}};
  const std::string_view list = "one of ";
  std::vector<Value> values;
  if (!field.type.starts_with(list)) return values;
  std::size_t from = list.size();
  while (from < field.type.size()) {
    const std::size_t to = std::min(field.type.find(", ", from), field.type.size());
    values.push_back(Value{field.type.substr(from, to - from)});
    from = to + 2;
  }
  return values;
}

/// `visit(settings)` for every combination of an entry's enumerated settings that it accepts.
template <class Visit>
void for_each_choice(const SamplerEntry& entry, const Visit& visit) {
  std::vector<Table> combinations = {Table{}};
  for (const FieldDoc& field : entry.fields) {
    const std::vector<Value> values = choices(field);
    if (values.empty()) continue;
    std::vector<Table> more;
    for (const Table& before : combinations)
      for (const Value& value : values) {
        more.push_back(before);
        more.back().set(field.name, value);
      }
    combinations = std::move(more);
  }
  for (const Table& settings : combinations) visit(settings);
}

bool is_field_of(const SamplerEntry& entry, const BudgetSetting& budget) {
  return std::any_of(entry.fields.begin(), entry.fields.end(), [&](const FieldDoc& field) {
    return field.name == budget.name && field.budget == budget.way;
  });
}

/// Every claim of an entry over its choices, on every problem that it can do.
std::vector<Claim> claims_of(const SamplerEntry& entry, const std::vector<Case>& problems) {
  std::vector<Claim> claims;
  const auto add = [&](const Claim& claim) {
    if (std::find(claims.begin(), claims.end(), claim) == claims.end()) claims.push_back(claim);
  };
  for_each_choice(entry, [&](const Table& settings) {
    std::unique_ptr<Sampler> method;
    try {
      method = entry.make(settings);
    } catch (const SpecError&) {
      return;  // settings that exclude each other
    }
    add(method->claim());
    for (const Case& c : problems)
      if (can(entry, c.problem)) add(method->claim_on(c.problem));
  });
  return claims;
}

TEST(EveryClaim, NamesFieldsOfItsSamplerThatAreMarkedAsBudgets) {
  const std::vector<Case> problems = cases();
  std::set<std::string> seen;
  for (const SamplerEntry& entry : sampler_catalogue())
    for (const Claim& claim : claims_of(entry, problems)) {
      SCOPED_TRACE(entry.name + " claims " + claim.text());
      seen.insert(claim.text());
      for (const BudgetSetting& budget : claim.budgets())
        EXPECT_TRUE(is_field_of(entry, budget)) << text_of({budget});
    }
  // the choices were made, and mattered
  for (const char* text :
       {"nothing", "exact", "steps", "steps, last_time ↓", "particles (no order)",
        "steps, last_time ↓, particles (no order)", "burn_in (no order)",
        "langevin_steps (no order)", "langevin_steps (no order), langevin_step ↓"})
    EXPECT_TRUE(seen.contains(text)) << text;
}

// Verdicts refine along numbers.
TEST(EveryBudget, IsANumberInARange) {
  for (const SamplerEntry& entry : sampler_catalogue())
    for (const FieldDoc& field : entry.fields) {
      if (field.budget == Budget::none) continue;
      SCOPED_TRACE(entry.name + "." + field.name);
      EXPECT_TRUE(field.type == "number" || field.type == "whole number") << field.type;
      EXPECT_FALSE(field.allowed.empty());
    }
}

}  // namespace
}  // namespace plumbline::test::claims_test
