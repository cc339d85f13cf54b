// Every sampler of the catalogue, found there at run time, on 25 components in the plane: what a
// draw costs and what one of the evaluations that it declares, all else in the loop included; and
// how four methods grow with particles N and steps T. Before they are timed, draws are compared
// with those of a smaller batch, to the bit, and evaluations with what is declared.
#include "bench/roof.hpp"
#include "contract/sampler_cases.hpp"

namespace plumbline::bench {
namespace {

using namespace test;

/// K = 25 on a grid of spacing 8 with unit variances.
GaussianMixture grid25() {
  HostMatrix means(25, 2);
  for (int k = 0; k < 25; ++k) means.row(k) << 8 * (k % 5 - 2), 8 * (k / 5 - 2);
  return GaussianMixture::isotropic(HostVector::Ones(25), means, HostVector::Ones(25));
}

Problem linear() {
  return Problem(
      Exec{}, grid25(), ou(4),
      LinearGaussian{.a = matrix({{1, 0.5}}), .noise = matrix({{0.01}}), .y = vector({1.5})});
}

Problem seen() {
  return last_observed(grid25(), 0.5, ou(4));
}

Problem class_label(Real gamma) {
  ClassLabel label = {.label = 1, .classes = {{}, {}}};
  for (int k = 0; k < 25; ++k) label.classes[static_cast<std::size_t>(k % 2)].push_back(k);
  label.gamma = gamma;
  return Problem(Exec{}, grid25(), ou(4), label);
}

/// One of each kind that some sampler insists on.
constexpr Problem (*problems[])() = {
    linear, seen, [] { return class_label(1); }, [] { return class_label(2); },
    [] {
      return Problem(Exec{}, grid25(), ou(4), Event{vector({1, 0.5}), 1.5, 0.2});
    }};

/// Why the draws are not what they should be; nullptr when they are.
const char* wrong(const Sampler& method, const Problem& problem, Index n) {
  const Drawn many = test::draw(method, problem, n), one = test::draw(method, problem, 1);
  if (!has_finite_squares(Exec{}, many.ensemble)) return "draws are not finite";
  if (to_host_matrix(many.ensemble.x).topRows(1) != to_host_matrix(one.ensemble.x))
    return "differs from a smaller batch";
  if (many.trace.score_evaluations != method.declared_evaluations(problem, n))
    return "counts other evaluations than it declares";
  return nullptr;
}

void time_draws(benchmark::State& state, const Sampler& method, const Problem& problem, Index n) {
  if (const char* why = wrong(method, problem, n)) {
    state.SkipWithError(why);
    return;
  }
  for ([[maybe_unused]] auto _ : state) {
    benchmark::DoNotOptimize(test::draw(method, problem, n).ensemble.x.data());
    Exec{}.fence();
  }
  const Real evaluations = Real(method.declared_evaluations(problem, n));
  count_seconds(state, "s/draw", Real(n));
  if (evaluations > 0) count_seconds(state, "s/evaluation", evaluations);
}

void entry_of_catalogue(benchmark::State& state, const SamplerEntry& entry) {
  Table settings = small_settings(entry);
  for (const auto& [key, value] : {std::pair{"steps", 50}, {"particles", 64}, {"burn_in", 20}})
    if (has_field(entry, key)) settings.set(key, Value{std::int64_t{value}});
  for (const auto make : problems) {
    const Problem problem = make();
    if (!can(entry, problem)) continue;
    const auto method = entry.make(settings);
    const Real each = std::max<Real>(1, Real(method->declared_evaluations(problem, 1)));
    return time_draws(state, *method, problem, std::clamp<Index>(Index(2e5 / each), 2, 4096));
  }
  state.SkipWithError("no problem here that it can do");
}

/// Ranges: N draws, or particles of one run; T steps.
void growth_of(benchmark::State& state, const char* name, bool filter) {
  const std::int64_t rows = state.range(0), steps = state.range(1);
  const auto method = filter ? sampler(name, {{"steps", steps}, {"particles", rows}})
                             : sampler(name, {{"steps", steps}});
  const Problem problem = can(find_sampler(name), linear()) ? linear() : seen();
  time_draws(state, *method, problem, filter ? 1 : rows);
  count_seconds(state, "s/step", Real(rows * steps));
}

void along_n_and_t(benchmark::internal::Benchmark* row) {
  choose_clock(row->ArgNames({"N", "T"}));
  for (const int n : {16, 64, 256, 1024, 4096}) row->Args({n, 100});
  for (const int t : {10, 30, 300}) row->Args({1024, t});
}
BENCHMARK_CAPTURE(growth_of, smcdiff, "smcdiff", true)->Apply(along_n_and_t);
BENCHMARK_CAPTURE(growth_of, tds, "tds", true)->Apply(along_n_and_t);
BENCHMARK_CAPTURE(growth_of, dps, "dps", false)->Apply(along_n_and_t);
BENCHMARK_CAPTURE(growth_of, conditional_score, "conditional-score", false)->Apply(along_n_and_t);

/// Registered before main: the catalogue is a function's static.
const bool registered = [] {
  for (const SamplerEntry& entry : sampler_catalogue())
    choose_clock(benchmark::RegisterBenchmark(
        ("catalogue/" + entry.name).c_str(),
        [&entry](benchmark::State& state) { entry_of_catalogue(state, entry); }));
  return true;
}();

}  // namespace
}  // namespace plumbline::bench
