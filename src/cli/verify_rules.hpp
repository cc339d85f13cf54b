// By which rules `verify` judges a file, and that later looks are held to those of the first.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "cli/arguments.hpp"
#include "harness/sweep/plan.hpp"
#include "harness/verdict/verdict.hpp"
#include "record/look.hpp"

namespace plumbline::cli {

/// What is not asked for is as the first look froze it.
JudgeOptions judge_options(const Arguments& arguments, const Tolerances& tolerances,
                           const std::optional<LookRecord>& look = std::nullopt);

/// Later looks are held to the rules of the first: else who looks long enough finds rules by which
/// a file is consistent. What is not written may look otherwise, and says so.
void hold_to_first_look(const std::filesystem::path& path, const std::optional<LookRecord>& look,
                        const std::vector<std::string>& rules, bool writes);

/// By what the file of a sweep is judged: refused before anything is run where its first look froze
/// other rules.
JudgeOptions options_of(const Arguments& arguments, const Plan& plan,
                        const std::filesystem::path& output);

/// The tolerances of the sweep file that was given, else of the first look, else of the result
/// file, else (of an earlier version) of the sweep in it.
Tolerances judged_by(const std::optional<Plan>& given, const std::optional<Plan>& own,
                     const SweepLayout& layout, const std::optional<LookRecord>& look);

}  // namespace plumbline::cli
