// What `verify` does where a file is looked at more than once: rounds until its claims are settled,
// and what earlier looks cost.
#pragma once

#include <optional>
#include <string>

#include "cli/arguments.hpp"
#include "harness/judge/settle.hpp"

namespace plumbline::cli {

/// --any-time, --until-settled and --max-draws.
Arguments& looks_options(Arguments& arguments);
/// Refuses what does not go together. `is_spec`: the first word is a sweep file.
void check_looks_options(const Arguments& arguments, bool is_spec);

/// The plan with the replicates that are there, where an earlier run asked for more.
Plan as_long_as_done(Plan plan, const std::filesystem::path& output);

/// Runs and judges in rounds; what was found when everything is merged, else what there was until
/// then. Says why it ended.
///   errors  SpecError("--max-draws") when that is less than the sweep itself draws
Settled settle(const Exec& exec, const Arguments& arguments, const Plan& plan,
               const RunOptions& run, const JudgeOptions& judge);

/// The looks at a file, this one included. `rounds`: of a look at any time, how many there were.
Looks with_look(Looks looks, const Results& results, bool any_time, Index rounds);
/// The number of a look at any time at a file of these looks.
Index number_of_look(const Looks& looks, const Results& results);
/// "judged 3 times, each at other draws: …"; "" while all looks together have the level.
std::string looks_text(const Looks& looks, Real level);

}  // namespace plumbline::cli
