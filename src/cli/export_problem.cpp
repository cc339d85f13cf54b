// plumbline export-problem: everything that a sampler written elsewhere needs, as HDF5 and JSON.
#include <span>

#include "cli/commands.hpp"
#include "cli/console.hpp"
#include "cli/json.hpp"
#include "cli/spec.hpp"
#include "harness/exchange/problem_export.hpp"
#include "harness/run/provenance.hpp"
#include "io/parts/durable.hpp"

namespace plumbline::cli {
namespace {

ExportOptions export_options(const Arguments& arguments) {
  ExportOptions options;
  options.replicate = arguments.whole("replicate", 0).value_or(0);
  options.draws = arguments.whole("draws", 1);
  if (const auto steps = arguments.whole("steps", 1)) {
    constexpr Index most = 1'000'000;
    if (*steps > most)
      throw SpecError("--steps", fmt::format("{}", *steps),
                      fmt::format("must be at most {}", most));
    options.steps = static_cast<int>(*steps);
  }
  if (const auto grid = arguments.text("grid")) {
    GridKind kind{};
    settings::read("--grid", {*grid}, kind, {});
    options.grid = kind;
  }
  return options;
}

}  // namespace

int export_problem_command(const Invocation& call) {
  Arguments arguments(
      "export-problem", "SPEC.toml [KEY=VALUE …] --out FILE.h5",
      "Write the sweep's problem for a sampler written elsewhere: the prior mixture, the "
      "observation,\n"
      "t, alpha_t and sigma_t on the time grids of the sweep's samplers, the exact posterior and "
      "exact\n"
      "draws of it. FILE.json beside it says the same in words, with the numbers of small arrays.\n"
      "`plumbline score` judges the draws that come back. Where the problem has axes, fix them by\n"
      "KEY=VALUE. A y that is drawn is that of one replicate.");
  arguments.option("out", "FILE.h5", "where the problem goes, and FILE.json")
      .option("draws", "N", "exact draws (default: the sweep's number of draws)")
      .option("steps", "T", "one time grid of T steps instead of the sweep's")
      .option("grid", "KIND",
              "how its times are spaced (default uniform): see describe replacement")
      .option("replicate", "R", "whose y, when y is drawn (default 0)");
  limit_options(arguments);
  if (!arguments.parse(call.words, 1, any_number)) return 0;
  const std::filesystem::path out = arguments.required("out");
  if (out.extension() == ".json")
    throw SpecError("--out", out.string(), "names the HDF5 file; the .json is written beside it");
  const std::filesystem::path json = std::filesystem::path(out).replace_extension(".json");
  const ExportOptions options = export_options(arguments);
  Sweep sweep = spec_sweep(arguments, problem_alone);
  require_writable(out);
  require_writable(json);

  const Exec exec;
  require_single_problem(sweep);
  const Plan plan = make_plan(exec, std::move(sweep));
  ArrayFile file = export_problem(exec, plan, options);
  const Provenance origin = provenance(exec, call.line);
  file.attribute("command", origin.command);
  file.attribute("plumbline_version", origin.plumbline_version);
  file.attribute("git_commit", origin.git_commit);
  const std::string text = to_json(problem_json(file, out.filename().string())) + "\n";
  file.write(out);
  write_durably(json, {std::as_bytes(std::span(text))});
  message(fmt::format("wrote {} and {}", out.string(), json.string()));
  for (const auto& [name, value] : file.attributes())
    if (name == "checks" && value.find("FAILED") != value.npos) {
      message("the problem or its draws fail a check of their own:\n" + value);
      return 1;
    }
  return 0;
}

}  // namespace plumbline::cli
