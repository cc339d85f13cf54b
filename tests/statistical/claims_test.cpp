// Every claim, refined: the growing settings that it names doubled over five levels. And for
// methods that claim nothing, that the bias is there and stays.
//
// A claim fails when the last level stands out of the noise and the fitted slope is flatter than
// half of what theory gives. With 100 000 draws the noise ("null") of the error is about 0.008, so
// a plateau of 0.04 (posterior standard deviations, or relative error of the variance) is seen. The
// noise in a slope between errors above 4 null is below 0.1: a false alarm is an event of more than
// five deviations.
#include "contract/sampler_cases.hpp"
#include "statistical/errors.hpp"
#include "unit/problem/observations.hpp"

namespace plumbline::test::claims_test {
namespace {

constexpr int levels = 5;

/// The settings that double from level to level, where they start, and draws per level; and one
/// that halves.
struct Doubling {
  std::vector<std::string> keys;
  std::int64_t start;
  Index draws = 100000;
  std::string halved = "";
  Real from = 0;
};

Refinement refine(const Problem& problem, const std::string& name, const Table& settings,
                  const Doubling& doubling) {
  Refinement result;
  result.null = null_error(problem, doubling.draws);
  for (int level = 0; level < levels; ++level) {
    Table at_level = settings;
    for (const auto& key : doubling.keys) at_level.set(key, Value{doubling.start << level});
    if (!doubling.halved.empty())
      at_level.set(doubling.halved, Value{std::ldexp(doubling.from, -level)});
    const auto method = find_sampler(name).make(at_level);
    const Drawn drawn = draw(*method, problem, doubling.draws, 50 + level);
    result.errors.push_back(moment_error(drawn.ensemble, problem));
  }
  return result;
}

Problem inpainting() {
  return last_observed(three_in_the_plane(), 1.2, ou());
}
Problem two_classes(Real gamma = 1) {
  return Problem(Exec{}, three_in_the_plane(), ou(),
                 ClassLabel{.label = 0, .classes = {{0, 2}, {1}}, .gamma = gamma});
}
Problem linear() {
  return Problem(
      Exec{}, three_in_the_plane(), ou(),
      LinearGaussian{.a = matrix({{0.6, 1}}), .noise = matrix({{0.2}}), .y = vector({1.2})});
}
/// The tilt where a class label is all that the entry takes.
Problem problem_for(const SamplerEntry& entry) {
  const auto lists = [&](const char* target) {
    const std::vector<std::string> targets = targets_of(entry.asks);
    return std::find(targets.begin(), targets.end(), target) != targets.end();
  };
  return lists("inpainting") ? inpainting() : lists("linear") ? linear() : two_classes(3);
}

void expect_converges(const Refinement& r, Real order) {
  EXPECT_GT(r.errors.front(), 4 * r.null) << "nothing to refine: " << r.text();
  EXPECT_TRUE(r.drowned() || r.slope() < -order / 2) << r.text();
  EXPECT_LT(r.errors.back(), r.errors.front() / 3) << r.text();
}

/// The same, or at the noise from the first level on: a filter with the exact twist and kernel, a
/// chain that starts from a filter's draw. A plateau of 4 null is seen either way.
void expect_claim(const Refinement& r) {
  const auto above = [&](Real error) { return error > 4 * r.null; };
  if (std::any_of(r.errors.begin(), r.errors.end(), above)) expect_converges(r, 1);
}

/// What first-order refinement would still leave: 2 e_n − e_{n−1} (Richardson).
void expect_plateau(const Refinement& r, Real at_least) {
  const std::size_t last = r.errors.size() - 1;
  ASSERT_GT(at_least, 4 * r.null) << "too noisy to see a plateau";
  EXPECT_GT(2 * r.errors[last] - r.errors[last - 1], at_least) << r.text();
}

/// What grows in the limit that an entry claims; what shrinks is small by default.
Doubling doubling_of(const SamplerEntry& entry) {
  Doubling doubling{{}, 1};
  for (const BudgetSetting& budget : entry.claim.budgets()) {
    if (budget.way != Budget::grows) continue;
    doubling.keys.push_back(budget.name);
    // at two steps a kernel's error saturates, at two Langevin steps nothing has moved: no slope
    if (budget.name == "steps" || budget.name == "langevin_steps") doubling.start = 4;
  }
  if (doubling.keys.size() > 1) doubling.draws = 30000;  // every level costs four times the last
  return doubling;
}

/// A chain's refinement: from a start far off, because a filter's is too good to refine.
void expect_chain_converges(const SamplerEntry& entry, const Problem& problem, Table settings,
                            Doubling doubling) {
  if (has_field(entry, "start")) settings.set("start", Value{std::string("prior")});
  if (has_field(entry, "particles")) doubling.draws = 20000;  // a filter per move
  expect_converges(refine(problem, entry.name, settings, doubling), 1);
}

// A new entry is tested at its default claim without an edit here.
TEST(DefaultClaim, HoldsForEveryEntryOfTheCatalogue) {
  for (const SamplerEntry& entry : sampler_catalogue()) {
    SCOPED_TRACE(entry.name);
    const Problem problem = problem_for(entry);
    const Table settings = small_settings(entry);
    const Doubling doubling = doubling_of(entry);
    if (entry.claim.is_nothing()) continue;
    if (entry.claim.is_exact())
      EXPECT_LT(moment_error(draw(*entry.make(settings), problem, 100000).ensemble, problem),
                4 * null_error(problem, 100000));
    else if (doubling.keys == std::vector<std::string>{"burn_in"})
      expect_chain_converges(entry, problem, settings, doubling);
    else if (doubling.keys == std::vector<std::string>{"langevin_steps"})
      expect_converges(refine(problem, entry.name, settings, doubling), 1);
    else
      expect_claim(refine(problem, entry.name, settings, doubling));
  }
}

class ConditionalScoreOrder : public testing::TestWithParam<std::pair<const char*, double>> {};

// Weak order by moments: 1 for em, ddpm and Euler, 2 for Heun (diffusion/README §3).
TEST_P(ConditionalScoreOrder, IsThatOfItsKernel) {
  const auto [kernel, order] = GetParam();

  const Refinement r = refine(inpainting(), "conditional-score", table({{"kernel", kernel}}),
                              {{"steps"}, order == 2 ? 2 : 4});

  EXPECT_LT(r.slope(), -0.8 * order) << r.text();
  EXPECT_TRUE(r.drowned() || order == 1) << r.text();
}
INSTANTIATE_TEST_SUITE_P(Kernel, ConditionalScoreOrder,
                         testing::Values(std::pair{"em", 1.0}, std::pair{"ddpm", 1.0},
                                         std::pair{"ode-euler", 1.0}, std::pair{"ode-heun", 2.0}),
                         [](const auto& info) {
                           std::string name = info.param.first;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

// The last step of these grids, from last_time to 0, keeps its length as steps grow: em leaves it
// most of its noise, β last_time here. Half of that is asked of the plateau.
TEST(LastTime, BelongsToTheLimitOfGridsThatKeepTheirLastStep) {
  for (const char* grid : {"log_snr", "edm"}) {
    SCOPED_TRACE(grid);
    const Table em = table({{"kernel", "em"}, {"grid", grid}});
    Table fixed = em;
    fixed.set("last_time", Value{0.1});
    expect_plateau(refine(inpainting(), "conditional-score", fixed, {{"steps"}, 16, 30000}), 0.1);
    expect_converges(
        refine(inpainting(), "conditional-score", em, {{"steps"}, 8, 100000, "last_time", 0.2}), 1);
  }
}

TEST(SmcDiffClaim, HoldsInStepsAndParticlesTogetherWithSeparableKernels) {
  for (const char* kernel : {"em", "ddpm"})
    expect_converges(
        refine(inpainting(), "smcdiff", table({{"kernel", kernel}}), {{"steps", "particles"}, 2}),
        1);
}

// Given y_0 the noised context says nothing more about x_0: with the exact kernel any path will do.
TEST(SmcDiffClaim, HoldsInParticlesOnAnyPathWithTheExactKernel) {
  for (const char* context : {"fixed", "fresh"}) {
    SCOPED_TRACE(context);
    const Table settings = table({{"context", context}, {"steps", 4}});
    expect_converges(refine(inpainting(), "smcdiff", settings, {{"particles"}, 1}), 1);
  }
}

TEST(CfgSmcClaim, HoldsInStepsAndParticlesTogetherWithSeparableKernels) {
  expect_converges(refine(two_classes(3), "cfg-smc", table({{"kernel", "ddpm"}}),
                          {{"steps", "particles"}, 2, 5000}),
                   1);
}

TEST(MetropolisLangevinClaim, HoldsInItsSteps) {
  const Table settings = table({{"metropolis", true}, {"langevin_step", 0.1}, {"start", "prior"}});

  expect_converges(refine(inpainting(), "langevin", settings, {{"langevin_steps"}, 8}), 1);
}

// samplers/replacement/README §2: inconsistent even with exact kernels, for every context path.
TEST(ReplacementClaim, IsNothingBecauseItsBiasStays) {
  for (const char* context : {"fixed", "forward", "fresh"}) {
    SCOPED_TRACE(context);
    const Table settings = table({{"context", context}});
    expect_plateau(refine(inpainting(), "replacement", settings, {{"steps"}, 8, 30000}), 0.1);
  }
}

struct Biased {
  const char* name;
  Table settings;
  Real at_least;
};

// Methods that claim nothing on a mixture, with a kernel whose own error is gone at these steps:
// what is left is the method's. Bounds are half of what was measured.
TEST(LikelihoodGuidanceClaim, IsNothingOnAMixtureBecauseItsBiasStays) {
  const Table heun = table({{"kernel", "ode-heun"}});
  for (const Biased& b : {Biased{"dps", heun, 0.4},
                          {"pigdm", heun, 0.25},
                          {"tmpd", heun, 0.12},
                          {"mmps", heun, 0.12},
                          {"pc", table({{"norms", "batch"}}), 0.15},
                          {"repaint", table({{"jump_length", 1}, {"jump_count", 2}}), 0.15}}) {
    SCOPED_TRACE(b.name);
    expect_plateau(refine(inpainting(), b.name, b.settings, {{"steps"}, 8, 10000}), b.at_least);
  }
}

TEST(UnadjustedLangevinClaim, IsNothingBecauseItsBiasStays) {
  const Table settings = table({{"langevin_step", 0.1}});

  expect_plateau(refine(inpainting(), "langevin", settings, {{"langevin_steps"}, 20}), 0.05);
}

TEST(PriorClaim, IsNothingBecauseItIgnoresTheObservation) {
  EXPECT_GT(moment_error(draw(*sampler("prior"), inpainting(), 10000).ensemble, inpainting()), 0.5);
}

TEST(AnnealedLangevinClaim, IsNothingBecauseItEndsAtSigmaMin) {
  const Table settings = table({{"last_time", 0.1}});

  expect_plateau(
      refine(inpainting(), "annealed-langevin", settings, {{"langevin_steps"}, 8, 30000}), 0.1);
}

/// Guidance by matched moments is exact for the prior that has those moments: no plateau, and the
/// integrator's own order.
TEST(MomentGuidanceClaim, IsStepsForAGaussianPriorAtTheOrderOfTheKernel) {
  const LinearGaussian o = {.a = matrix({{1, 1}}), .noise = matrix({{0.25}}), .y = vector({2})};
  const HostVector mean = vector({0.5, -0.2});
  const Problem correlated(Exec{}, gaussian(mean, matrix({{1.0, 0.5}, {0.5, 0.6}})), ou(), o);
  const Problem isotropic(
      Exec{}, GaussianMixture::isotropic(vector({1}), mean.transpose(), vector({0.7})), ou(), o);
  for (const auto& [name, problem] : {std::pair{"tmpd", correlated}, {"pigdm", isotropic}})
    for (const auto& [kernel, order] : {std::pair{"ddpm", 1.0}, {"ode-heun", 2.0}}) {
      SCOPED_TRACE(fmt::format("{}, {}", name, kernel));
      const Refinement r = refine(problem, name, table({{"kernel", kernel}}), {{"steps"}, 4});

      EXPECT_LT(r.slope(), -0.8 * order) << r.text();
      EXPECT_TRUE(r.drowned() || order == 1) << r.text();
    }
}

// Chidambaram et al. 2024: guidance at γ ≠ 1 does not sample p(z) p(c | z)^γ.
TEST(GuidanceClaim, IsNothingAwayFromGammaOneBecauseItMissesTheTilt) {
  for (const char* name : {"cfg", "classifier-guidance"}) {
    SCOPED_TRACE(name);
    expect_plateau(refine(two_classes(3), name, table({{"gamma", 3.0}}), {{"steps"}, 16}), 0.04);
  }
}

TEST(CleanClassifierClaim, IsNothingBecauseItsBiasStays) {
  expect_plateau(refine(two_classes(), "classifier-guidance", table({{"classifier", "clean"}}),
                        {{"steps"}, 16}),
                 0.05);
}

}  // namespace
}  // namespace plumbline::test::claims_test
