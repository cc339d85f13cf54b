// Sweep files on the command line.
#include "cli/spec.hpp"

#include <unistd.h>

#include <cerrno>
#include <cmath>
#include <cstring>

#include "cli/console.hpp"
#include "core/steps/phase.hpp"
#include "harness/run/run_options.hpp"
#include "harness/sweep/memory_bill.hpp"

namespace plumbline::cli {

Arguments& limit_options(Arguments& arguments) {
  return arguments
      .option("memory", "SIZE",
              "refuse what would hold more, as in 8G (default: what the machine has free)")
      .option("max-cells", "N", "refuse a sweep of more cells (default 100000)");
}

Arguments& spec_options(Arguments& arguments) {
  return limit_options(arguments)
      .flag("quick", "the sweep's [quick] settings, else at most 4 replicates of 500 draws")
      .option("only", "LABEL", "only the sampler of this label");
}

void keep_only(Sweep& sweep, const std::string& label) {
  std::vector<std::string> labels;
  std::vector<SamplerSpec> kept;
  for (const SamplerSpec& sampler : sweep.samplers) {
    labels.push_back(sampler.label);
    if (sampler.label == label) kept.push_back(sampler);
  }
  if (kept.empty()) throw SpecError("--only", label, not_one_of(label, labels));
  sweep.samplers = std::move(kept);
}

namespace {

Sweep within_limits(const Arguments& arguments, Sweep sweep) {
  if (const auto memory = arguments.text("memory")) sweep.limits.memory = parse_bytes(*memory);
  if (const auto most = arguments.whole("max-cells", 1)) sweep.limits.max_cells = *most;
  return sweep;
}

/// Nothing is silent for minutes.
void say_when_long(const Sweep& sweep) {
  const Real seconds = factorisation_seconds(sweep);
  if (seconds > 10 && std::isfinite(seconds))
    message(fmt::format("factorising the covariances of the problem: about {}",
                        duration_text(seconds)));
}

}  // namespace

Sweep spec_sweep(const Arguments& arguments, const SweepNeeds& needs) {
  SweepOptions options;
  options.needs = needs;
  options.overrides.assign(arguments.words().begin() + 1, arguments.words().end());
  options.quick = arguments.has("quick");
  Sweep sweep = [&] {
    try {
      return load_sweep(arguments.words().front(), options);
    } catch (const IoError& error) {  // a sweep file that is not there is a mistake of the user
      throw UsageError(fmt::format("plumbline: {}", error.what()));
    }
  }();
  if (const auto label = arguments.text("only")) keep_only(sweep, *label);
  sweep = within_limits(arguments, std::move(sweep));
  require_countable(sweep);
  say_when_long(sweep);
  return sweep;
}

Plan spec_plan(const Exec& exec, const Arguments& arguments) {
  const Phase phase("plan");
  return make_plan(exec, spec_sweep(arguments));
}

JudgedProblem judged_problem(const Exec& exec, const Arguments& arguments, SweepNeeds needs) {
  const std::string path = arguments.words().front();
  JudgedProblem out;
  if (is_problem_file(path)) {
    if (arguments.has("replicate"))
      throw SpecError("--replicate", *arguments.text("replicate"),
                      "is for sweep files: the exported problem is one replicate's");
    out.file.emplace(path);
    const std::vector<std::string>& words = arguments.words();
    Sweep sweep = out.file->sweep({words.begin() + 1, words.end()});
    out.plan = make_plan(exec, within_limits(arguments, std::move(sweep)));
    out.file->name(out.plan);
    out.replicate = out.file->replicate();
    out.hashes = {out.file->hash()};
    out.file->require_equal(out.problem(exec));
  } else {
    Sweep sweep = spec_sweep(arguments, needs);
    require_single_problem(sweep);
    out.plan = make_plan(exec, std::move(sweep));
    out.replicate = arguments.whole("replicate", 0).value_or(0);
  }
  // Files of before were bound by the hash of the settings alone.
  const ProblemPoint& point = out.plan.problems.front();
  out.hashes.push_back(problem_hash(out.plan.sweep, point, out.replicate));
  out.hashes.push_back(point.hash);
  return out;
}

void require_single_problem(const Sweep& sweep) {
  for (const Axis& axis : sweep.problem.axes)
    if (const SweptKey& key = axis.keys.front(); axis.size() > 1)
      throw SpecError("problem." + key.path, fmt::format("{} values", axis.size()),
                      fmt::format("one value is needed here: add problem.{}={}", key.path,
                                  to_text(key.values.front(), 40)),
                      key.at);
}

Problems single_problem(const Exec& exec, const Sweep& sweep) {
  require_single_problem(sweep);
  return Problems(exec, sweep, resolve_problem(sweep, 0));
}

std::filesystem::path output_of(const Arguments& arguments) {
  if (arguments.has("out")) return arguments.required("out");
  return default_output(arguments.words().front(), arguments.has("quick"));
}

}  // namespace plumbline::cli
