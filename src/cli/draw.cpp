// plumbline draw: the draws of one sampler, or exact ones, for one cell.
#include "cli/commands.hpp"
#include "cli/console.hpp"
#include "cli/profile.hpp"
#include "cli/spec.hpp"
#include "core/steps/phase.hpp"
#include "core/text/numbers.hpp"
#include "harness/sweep/memory_bill.hpp"
#include "harness/sweep/streams.hpp"
#include "io/parts/durable.hpp"
#include "io/user/array_file.hpp"
#include "io/user/points.hpp"

namespace plumbline::cli {
namespace {

/// The sampler labelled `label`; SpecError when its axes leave a choice.
const SamplerSpec& single_sampler(const Sweep& sweep, const std::string& label) {
  std::vector<std::string> labels;
  for (const SamplerSpec& spec : sweep.samplers) {
    labels.push_back(spec.label);
    if (spec.label != label) continue;
    for (const Axis& axis : spec.axes)
      if (const SweptKey& key = axis.keys.front(); axis.size() > 1)
        throw SpecError(fmt::format("sampler.{}.{}", label, key.path),
                        fmt::format("{} values", axis.size()),
                        fmt::format("one value is needed here: add sampler.{}.{}={}", label,
                                    key.path, to_text(key.values.front(), 40)),
                        key.at);
    return spec;
  }
  labels.push_back("exact");
  throw SpecError("--sampler", label, not_one_of(label, labels));
}

struct Draws {
  Ensemble ensemble;
  Trace trace;
  std::string settings;
};

Draws sampler_draws(const Exec& exec, const Sweep& sweep, const std::string& label,
                    const Problem& problem, Index n, const MemoryBill& bill, Rng rng) {
  const SamplerSpec& spec = single_sampler(sweep, label);
  const auto in_sampler = [&](const auto& body) {
    try {
      return body();
    } catch (const SpecError& error) {
      throw settings::located(error, spec.settings).at(spec.at, "sampler." + label);
    }
  };
  const auto sampler = in_sampler([&] { return spec.entry->make(spec.settings); });
  require_sampler_room(spec, spec.settings, *sampler, problem, n, bill);
  return in_sampler([&] {
    sampler->check(problem);
    const Phase phase(label);
    Draws draws;
    draws.ensemble = sampler->draw(exec, problem, n, rng, draws.trace);
    draws.settings = to_text({spec.entry->resolved(spec.settings)});
    return draws;
  });
}

Draws exact_draws(const Exec& exec, const Problem& problem, Index n, Rng rng) {
  const Phase phase("exact");
  Draws draws;
  draws.ensemble = equally_weighted(problem.draw_exact(exec, n, rng));
  return draws;
}

bool is_label(const Sweep& sweep, const std::string& name) {
  for (const SamplerSpec& spec : sweep.samplers)
    if (spec.label == name) return true;
  return false;
}

}  // namespace

int draw_command(const Invocation& call) {
  Arguments arguments(
      "draw", "SPEC.toml [KEY=VALUE …] --sampler NAME --out FILE.h5",
      "Draw from one sampler of a sweep, or from the exact posterior (NAME = exact), and write\n"
      "x [n, d] and log_w [n], and chain [n] where draws are states of Markov chains. With the "
      "sweep's own number of draws, the draws are those that "
      "`run`\n"
      "measures. Where the sweep has axes, fix them by KEY=VALUE.");
  arguments.option("sampler", "NAME", "label of a sampler in the sweep, or exact")
      .option("n", "N", "number of draws (default: the sweep's)")
      .option("replicate", "R", "which replicate's random numbers (default 0)")
      .option("out", "FILE.h5", "where the draws go");
  profile_option(arguments);
  limit_options(arguments);
  if (!arguments.parse(call.words, 1, any_number)) return 0;
  const std::string name = arguments.required("sampler");
  const std::filesystem::path out = arguments.required("out");
  const std::optional<Index> n = arguments.whole("n", 1);
  const Index replicate = arguments.whole("replicate", 0).value_or(0);
  const Sweep sweep = spec_sweep(arguments, problem_alone);
  require_writable(out);

  const Exec exec;
  const ProfileScope profile(arguments);
  Problems problems = single_problem(exec, sweep);
  const Problem& problem = problems.at(replicate);
  const Index count = n.value_or(sweep.settings.draws);
  const Rng rng = run_stream(static_cast<std::uint64_t>(sweep.settings.seed),
                             problems.point().stream, static_cast<std::uint64_t>(replicate));
  if (count > max_input_values / problem.dimension())
    throw SpecError("--n", fmt::format("{}", count),
                    fmt::format("must be at most {} here", max_input_values / problem.dimension()));
  MemoryBill bill(sweep);
  if (n) bill.draws_from("--n", *n);
  bill.add({{"draws", "draws as they are written",
             bytes_of(3 * Real(count) * (Real(problem.dimension()) + 1))}});
  bill.check();
  const bool exact = name == "exact" && !is_label(sweep, name);
  const Draws draws = exact ? exact_draws(exec, problem, count, rng)
                            : sampler_draws(exec, sweep, name, problem, count, bill, rng);

  ArrayFile file;
  file.attribute("sampler", name);
  file.attribute("settings", draws.settings);
  file.attribute("process", problems.point().process);
  file.attribute("prior", problems.point().prior);
  file.attribute("observation", problems.point().observation);
  file.attribute("problem_hash", problem_hash(sweep, problems.point(), replicate));
  file.attribute("command", call.line);
  file.add("x", {"draw", "coordinate"}, to_host_matrix(draws.ensemble.x), "draws");
  file.add("log_w", {"draw"}, to_host_vector(draws.ensemble.log_w), "normalised log weights");
  if (const Index length = draws.trace.chain_length; length > 1) {
    std::vector<std::int64_t> chain;
    for (Index i = 0; i < count; ++i) chain.push_back(i / length);
    file.add("chain", {"draw"}, chain, "the Markov chain of a draw");
  }
  if (!exact) {
    file.add("score_evaluations", static_cast<Real>(draws.trace.score_evaluations),
             "score evaluations, all draws together");
    file.add("log_evidence", draws.trace.log_evidence, "estimate of log p(y)");
  }
  {
    const Phase phase("files");
    file.write(out);
  }
  message(fmt::format("{} of {} in {}; wrote {}", counted(count, "draw"), name,
                      counted(problem.dimension(), "dimension"), out.string()));
  if (!has_finite_squares(exec, draws.ensemble)) {
    message("some draws or weights are not finite, or too large to square" +
            (draws.trace.trouble.empty() ? "" : ": " + draws.trace.trouble));
    return 1;
  }
  return 0;
}

}  // namespace plumbline::cli
