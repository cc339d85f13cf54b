// What several subcommands do with a sweep file: read it with its overrides, keep one sampler,
// insist on a single problem.
#pragma once

#include <filesystem>
#include <optional>

#include "cli/arguments.hpp"
#include "harness/exchange/problem_import.hpp"
#include "harness/sweep/plan.hpp"

namespace plumbline::cli {

/// The options that spec_sweep reads: --quick, --only and those of `limit_options`.
Arguments& spec_options(Arguments& arguments);
/// --memory and --max-cells alone.
Arguments& limit_options(Arguments& arguments);

/// words()[0] is the sweep file, the others are KEY=VALUE. Refuses too many cells, and says when
/// building the problems will take long. SpecError, IoError.
Sweep spec_sweep(const Arguments& arguments, const SweepNeeds& needs = {});
/// Every cell of it.
Plan spec_plan(const Exec& exec, const Arguments& arguments);

/// Of a sweep file that is asked for its problem alone.
inline constexpr SweepNeeds problem_alone = {
    .observation = false, .samplers = false, .metrics = false};

/// Drop all samplers but the one labelled `label`: its cells and their hashes stay what they are.
void keep_only(Sweep& sweep, const std::string& label);

/// SpecError, saying which KEY=VALUE is missing, when the problem has axes.
void require_single_problem(const Sweep& sweep);

/// The sweep's one problem. SpecError when the problem has axes.
Problems single_problem(const Exec& exec, const Sweep& sweep);

/// What draws are judged by: an exported problem, or the one problem of a sweep file.
struct JudgedProblem {
  std::optional<ProblemFile> file;  ///< which the plan points into
  Plan plan;
  Index replicate = 0;
  std::vector<std::string> hashes;  ///< its own first, then those of the same problem

  Problem problem(const Exec& exec) const { return problems_of(exec, plan, 0)->at(replicate); }
};
/// words()[0] is the file, the others are KEY=VALUE. SpecError, IoError.
JudgedProblem judged_problem(const Exec& exec, const Arguments& arguments, SweepNeeds needs);

/// --out, else where `run` writes the sweep's results.
std::filesystem::path output_of(const Arguments& arguments);

}  // namespace plumbline::cli
