// Chains of plumbline as verdicts see them: from exact starts right kernels have uniform p-values
// and a wrong acceptance is found; draws that depend on each other, of one chain or one filter, are
// judged by the replicate.
#include <cmath>

#include "core/arrays/gather.hpp"
#include "harness/run/replicate.hpp"
#include "harness/run/runner.hpp"
#include "harness/statistics/distributions.hpp"
#include "harness/statistics/statistics.hpp"
#include "harness/sweep/plan.hpp"
#include "harness/verdict/claim.hpp"
#include "harness/verdict/metric_samples.hpp"
#include "problem/target_density.hpp"
#include "statistical/errors.hpp"
#include "unit/deep.hpp"
#include "unit/harness/alone.hpp"

namespace plumbline::test::own_chains_test {
namespace {

struct Size {
  int replicates = 8, draws = 60, null_replicates = 24;
};

std::string sweep(int seed, const Size& size, const std::string& sampler, const char* y) {
  return fmt::format(R"(
schema          = "plumbline/1"
name            = "chains"
seed            = {}
replicates      = {}
draws           = {}
null_replicates = {}

[problem]
process     = {{ kind = "ou", horizon = 1.0 }}
observation = {}

[problem.prior]
kind        = "explicit"
weights     = [0.6, 0.4]
means       = [[-0.5, 0.0], [0.9, 1.0]]
covariances = [[[0.6, 0.5], [0.5, 1.5]], [[0.25, -0.1], [-0.1, 0.3]]]

[[sampler]]
{}

[metrics]
use = ["mean_error", "covariance_error", "component_mass"]
)",
                     seed, size.replicates, size.draws, size.null_replicates, y, sampler);
}

constexpr const char* seen = R"({ kind = "inpainting", observed = [1], y = [0.7] })";
constexpr const char* noisy = R"({ kind = "linear", A = [[1.0, 0.5]], noise = 0.5, y = [0.7] })";

/// One cell, run and judged as `verify` does.
struct OneCell {
  Results results;

  explicit OneCell(const std::string& text) {
    const Exec exec;
    const Plan plan = make_plan(exec, parse_sweep(text, "chains.toml"));
    Problems problems(exec, plan.sweep, plan.problems[0]);
    Alone alone(exec, plan);
    results.layout = plan.layout;
    results.cells = {alone.cell(plan.cells[0], problems)};
    results.nulls = {alone.null(problems)};
  }
  CellVerdict verdict() const {
    const MetricSamples samples(results);
    return judge_cell(samples.of(results.cells[0]), {}, results.layout.draws);
  }
  CellVerdict as_independent() const {
    const MetricSamples samples(results);
    return judge_cell(samples.as_independent(results.cells[0]), {}, results.layout.draws);
  }
};

/// How often the p-value of the cell is below 0.05, 0.1 and 0.2.
struct Counts {
  Index at_05 = 0, at_10 = 0, at_20 = 0;
};
Counts counts(const std::string& sampler, const char* y, const Size& size, int seeds) {
  Counts out;
  for (int seed = 0; seed < seeds; ++seed) {
    const Real p = OneCell(sweep(seed, size, sampler, y)).verdict().p_adjusted;
    out.at_05 += p < 0.05;
    out.at_10 += p < 0.1;
    out.at_20 += p < 0.2;
  }
  return out;
}

struct Kernel {
  const char *name, *settings, *y;
};

class ExactStart : public testing::TestWithParam<Kernel> {};

TEST_P(ExactStart, GivesARightKernelUniformPValues) {
  // Counts beyond these bounds have probability below 1e-3 each, on either side. Alarms half as
  // frequent again as stated are seen at 0.2 with probability 0.1 by 60 seeds, 0.93 by 400.
  const Index trials = seeds(60, 400);
  const Counts found = counts(GetParam().settings, GetParam().y, {}, trials);
  std::printf("%s: %td, %td, %td of %td below 0.05, 0.1, 0.2\n", GetParam().name, found.at_05,
              found.at_10, found.at_20, trials);

  EXPECT_LE(found.at_05, binomial_upper(trials, 0.05, 1e-3));
  EXPECT_LE(found.at_10, binomial_upper(trials, 0.1, 1e-3));
  EXPECT_LE(found.at_20, binomial_upper(trials, 0.2, 1e-3));
  EXPECT_GE(found.at_20, trials - binomial_upper(trials, 0.8, 1e-3));
}

INSTANTIATE_TEST_SUITE_P(
    Of, ExactStart,
    testing::Values(
        Kernel{"mala",
               "kind = \"langevin\"\nmetropolis = true\nstart = \"exact\"\n"
               "langevin_steps = 3\nlangevin_step = 0.4",
               seen},
        Kernel{"waltz", "kind = \"waltz\"\nstart = \"exact\"\nburn_in = 3", noisy},
        Kernel{
            "gibbs",
            "kind = \"particle-gibbs\"\nstart = \"exact\"\nburn_in = 2\nparticles = 3\nsteps = 3",
            seen},
        Kernel{"pmmh", "kind = \"pmmh\"\nstart = \"exact\"\nburn_in = 2\nparticles = 3\nsteps = 3",
               seen}),
    [](const auto& kernel) { return kernel.param.name; });

TEST(ExactStart, FindsAMoveThatIsAlwaysAccepted) {
  // Langevin steps without Metropolis from exact draws: variances grow by about ε/2 of themselves.
  // 10 of 10 seeds: power ≥ 0.74 at confidence 0.95.
  const std::string sampler =
      "kind = \"langevin\"\nstart = \"exact\"\nlangevin_steps = 8\nlangevin_step = 0.3";
  for (int seed = 0; seed < 10; ++seed)
    EXPECT_EQ(OneCell(sweep(seed, {16, 400, 48}, sampler, seen)).verdict().finding,
              Finding::inconsistent)
        << seed;
}

/// MALA whose acceptance is p(x')/p(x) alone: the ratio of proposal densities forgotten. From exact
/// draws, on the host.
HostMatrix without_proposal_ratio(const Exec& exec, const Problem& problem, Index n, Rng rng) {
  constexpr Real epsilon = 0.3;
  const TargetDensity target(exec, problem);
  HostMatrix x = to_host_matrix(problem.draw_exact(exec, n, rng.stream("start")));
  const auto log_q = [&](const HostMatrix& at) {
    const Vector out("log_q", at.rows());
    target.log_density(exec, to_device("at", at), out);
    return to_host_vector(out);
  };
  for (std::uint32_t step = 0; step < 8; ++step) {
    const Matrix score = make_matrix("score", n, x.cols());
    target.score(exec, to_device("x", x), score);
    HostMatrix moved = x + epsilon * to_host_matrix(score);
    for (Index i = 0; i < n; ++i)
      for (Index j = 0; j < x.cols(); ++j)
        moved(i, j) += std::sqrt(2 * epsilon) * rng.normal(static_cast<std::uint64_t>(i), step,
                                                           static_cast<std::uint32_t>(j));
    const HostVector before = log_q(x), after = log_q(moved);
    for (Index i = 0; i < n; ++i)
      if (std::log(rng.stream("coin").uniform(static_cast<std::uint64_t>(i), step, 0)) <
          after(i) - before(i))
        x.row(i) = moved.row(i);
  }
  return x;
}

TEST(ExactStart, FindsAnAcceptanceWithoutTheProposalRatio) {
  const OneCell run(sweep(1, {16, 400, 48}, "kind = \"exact\"", seen));
  const Exec exec;
  const Plan plan =
      make_plan(exec, parse_sweep(sweep(1, {16, 400, 48}, "kind = \"exact\"", seen), "c.toml"));
  const Problem problem = problems_of(exec, plan, 0)->at(0);
  const MetricSamples samples(run.results);
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    std::vector<MetricSample> list = samples.of(run.results.cells[0]);
    for (MetricSample& sample : list) sample.values.clear();
    for (std::uint64_t r = 0; r < 16; ++r) {
      const Rng rng = Rng::from_seed(seed).stream("wrong").stream(r);
      const Ensemble draws =
          equally_weighted(to_device("x", without_proposal_ratio(exec, problem, 400, rng)));
      for (std::size_t m = 0; m < list.size(); ++m)
        list[m].values.push_back(plan.sweep.metrics[m]
                                     .entry->make(plan.sweep.metrics[m].settings)
                                     ->evaluate(exec, {problem, draws, nan, rng})
                                     .value);
    }
    EXPECT_EQ(judge_cell(list, {}, 400).finding, Finding::inconsistent) << seed;
  }
}

constexpr const char* one_chain =
    "kind = \"particle-gibbs\"\nstart = \"exact\"\nburn_in = 0\nchains = 2\nparticles = 2\nsteps = "
    "3";
constexpr const char* one_filter = "kind = \"smcdiff\"\nsteps = 3\nparticles = 100\npooled = true";

/// Alarms at level 0.01 of cells whose draws depend on each other.
struct Alarms {
  Index by_averages = 0, by_the_floor = 0;
};
Alarms alarms_of(const std::string& sampler, const Size& size, Index trials) {
  Alarms out;
  for (int seed = 0; seed < trials; ++seed) {
    const OneCell run(sweep(seed, size, sampler, seen));
    const CellVerdict verdict = run.verdict();
    EXPECT_TRUE(verdict.deciding() && verdict.deciding()->average) << sampler;
    out.by_averages += verdict.finding == Finding::inconsistent;
    out.by_the_floor += run.as_independent().finding == Finding::inconsistent;
  }
  return out;
}

TEST(DependentDraws, AreNotAccusedOfDependingOnEachOther) {
  // `most` alarms are exceeded with probability 1e-4. By the i.i.d. floor they are.
  const Index trials = seeds(40, 400), most = binomial_upper(trials, 0.01, 1e-4);
  const Alarms alarms = alarms_of(one_chain, {12, 200, 24}, trials);
  std::printf("one chain: %td of %td, by the floor %td\n", alarms.by_averages, trials,
              alarms.by_the_floor);

  EXPECT_LE(alarms.by_averages, most);
  EXPECT_GT(alarms.by_the_floor, most);
}

TEST(DependentDraws, OfPooledFiltersThatAreExactAtAnySizeAreNotAccused) {
  // With the exact twist and kernel all weights are equal, so that pooling does no harm.
  const Index trials = seeds(20, 400);
  const Alarms alarms =
      alarms_of("kind = \"doob\"\nsteps = 2\nparticles = 50\npooled = true", {12, 200, 24}, trials);
  std::printf("pooled: %td of %td\n", alarms.by_averages, trials);

  EXPECT_LE(alarms.by_averages, binomial_upper(trials, 0.01, 1e-4));
}

TEST(DependentDraws, OfAPooledFilterAreJudgedByTheFilter) {
  // 100 particles of one filter a replicate, 32 replicates: an exact kernel is off by O(1/100).
  const OneCell right(sweep(3, {32, 100, 24}, one_filter, seen));
  EXPECT_NE(right.verdict().finding, Finding::inconsistent);
  EXPECT_TRUE(right.verdict().deciding()->average);

  // Two particles are too few, and their draws' law is off by what the averages exclude.
  const OneCell wrong(
      sweep(3, {32, 400, 24}, "kind = \"smcdiff\"\nsteps = 3\nparticles = 2\npooled = true", seen));
  EXPECT_EQ(wrong.verdict().finding, Finding::inconsistent);
}

TEST(DependentDraws, AreConsistentWhereEveryToleranceIsMet) {
  const OneCell run(sweep(1, {32, 1000, 24}, one_chain, seen));

  EXPECT_EQ(run.verdict().finding, Finding::consistent);
}

TEST(DependentDraws, ThatAreWrongContradictAClaim) {
  // A chain from the prior that has not moved, under a claim of exactness.
  OneCell run(sweep(1, {12, 200, 24},
                    "kind = \"particle-gibbs\"\nstart = \"prior\"\nburn_in = 0\nchains = 40\n"
                    "particles = 2\nsteps = 3",
                    seen));
  for (CellRecord& cell : run.results.cells) cell.claim = Claim::exact().text();
  const FileVerdict file = judge_file(run.results, {});

  ASSERT_EQ(file.claims.size(), 1u);
  EXPECT_TRUE(file.claims[0].contradicted);
  EXPECT_NE(file.claims[0].note.find("depend on each other"), std::string::npos);
}

}  // namespace
}  // namespace plumbline::test::own_chains_test
