// The first look at a file freezes what it was judged by. harness/verdict/README §14.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/sweep/tolerances.hpp"
#include "harness/verdict/verdict.hpp"
#include "record/layout.hpp"
#include "record/look.hpp"

namespace plumbline {

/// Level, margin, tolerances, metrics and seed, as "name = value".
std::vector<std::string> rules_of(const SweepLayout& layout, const JudgeOptions& options);

/// Value of a frozen rule; none where nothing is frozen.
std::optional<Real> frozen(const std::optional<LookRecord>& look, const std::string& name);
/// What rules say of tolerances; of those that they leave out, `usual`.
Tolerances tolerances_of(const std::vector<std::string>& rules, Tolerances usual);

/// "level = 0.01, not 0.05; metric ksd = {} is gone": frozen rules that `rules` break; "" when they
/// keep all. A metric may be added: it makes nobody consistent.
std::string broken_rules(const LookRecord& look, const std::vector<std::string>& rules);

}  // namespace plumbline
