#include "statistical/battery/battery.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "harness/cover/cover.hpp"
#include "harness/cover/rules.hpp"
#include "harness/run/runner.hpp"
#include "harness/statistics/distributions.hpp"

namespace plumbline::test {
namespace {

constexpr const char* components = R"(
[problem.prior]
kind        = "explicit"
weights     = [0.5, 0.3, 0.2]
means       = [[-1.0, 0.5], [1.2, -0.4], [0.3, 1.5]]
covariances = [[[0.9, 0.4], [0.4, 0.3]], [[0.3, -0.1], [-0.1, 0.5]], [[0.1, 0.02], [0.02, 0.15]]]
)";

std::string problem(const std::string& observation) {
  return fmt::format(
      "[problem]\nprocess = {{ kind = \"ou\", horizon = 2.0 }}\nobservation = {{ {} }}\n{}",
      observation, components);
}

}  // namespace

std::string inpainting() {
  return problem(R"(kind = "inpainting", observed = [1], y = [0.5])");
}
std::string linear() {
  return problem(R"(kind = "linear", A = [[1.0, 0.5]], noise = 0.6, y = [0.5])");
}
std::string two_rows() {
  return problem(R"(kind = "linear", A = [[1.0, 0.8], [0.0, 1.0]], noise = 0.6, y = [0.5, 0.2])");
}
std::string classes(Real gamma) {
  return problem(
      fmt::format(R"(kind = "class", label = 0, classes = [[0, 2], [1]], gamma = {})", gamma));
}

std::string sweep(const Setting& setting, const std::string& samplers) {
  return fmt::format(
      "schema = \"plumbline/1\"\nname = \"battery\"\nseed = {}\nreplicates = {}\n"
      "null_replicates = {}\ndraws = {}\n{}\n{}\n[metrics]\nuse = [{}]\n",
      setting.seed, setting.replicates, setting.null_replicates, setting.draws, setting.problem,
      samplers, setting.metrics);
}

const ClaimVerdict& Judged::of(const std::string& label) const {
  const auto found = std::find_if(verdict.claims.begin(), verdict.claims.end(),
                                  [&](const ClaimVerdict& claim) { return claim.label == label; });
  PLUMBLINE_REQUIRE(found != verdict.claims.end(), "no sampler {}", label);
  return *found;
}

Judged judge(const std::string& text, const JudgeOptions& options) {
  const Exec exec;
  Judged out{make_plan(exec, parse_sweep(text, "battery.toml")), {}, {}};
  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / fmt::format("plumbline_battery_{}", ::getpid());
  RunOptions run;
  run.output = folder / "battery.h5";
  run.probe.all = 0;
  SilentProgress silent;
  run_sweep(exec, out.plan, run, silent, [] { return 0; });
  out.results = ResultFile::open(run.output).read();
  std::filesystem::remove_all(folder);
  out.verdict = judge_file(out.results, options);
  LookRecord look;
  require_cover(exec, &out.plan, out.results, look, out.verdict);
  return out;
}

Index at_most(Index trials, Real p) {
  return binomial_upper(trials, p, 1e-3);
}

}  // namespace plumbline::test
