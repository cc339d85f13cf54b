// Noise processes against their definitions in long double, and against each other.
// diffusion/processes/README §1 to §3.
#include "diffusion/processes/noise_process.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "core/rng.hpp"
#include "diffusion/processes/process.hpp"
#include "unit/diffusion/support.hpp"

namespace plumbline::noise_process_test {
namespace {

using namespace testing_diffusion;
using Long = long double;

/// Relative error; rounding of a few operations in double is a few 1e-16.
void expect_relative(Real actual, Long expected, Real tolerance, const std::string& what) {
  EXPECT_LE(std::abs(Long(actual) - expected), tolerance * std::abs(expected))
      << what << ": " << actual << " for " << static_cast<Real>(expected);
}

/// The definitions of diffusion/processes/README §3 by the textbook formulas, 64-bit mantissa, no
/// care for cancellation beyond expm1.
struct Definition {
  Long alpha_minus_one, variance;
};
Definition from_log_abar(Long log_abar) {
  return {expm1l(log_abar / 2), -expm1l(log_abar)};
}
Definition ddpm_linear(int steps, Long t) {
  Long log_abar = 0;
  for (int i = 1; i <= steps && i - 1 < t; ++i) {
    const Long beta =
        (1000.0L / steps) * (Long(1e-4) + (Long(0.02) - Long(1e-4)) * (i - 1) / Long(steps - 1));
    log_abar += log1pl(-beta) * std::min(Long(1), t - (i - 1));
  }
  return from_log_abar(log_abar);
}
Definition cosine(int steps, Long t) {
  const auto f = [&](Long u) {
    const Long c = cosl((u + Long(0.008)) / Long(1.008) * acosl(0.0L));
    return c * c;
  };
  Long log_abar = 0;
  for (int i = 1; i <= steps && i - 1 < t; ++i) {
    const Long beta = std::min(1 - f(Long(i) / steps) / f(Long(i - 1) / steps), Long(0.999));
    log_abar += log1pl(-beta) * std::min(Long(1), t - (i - 1));
  }
  return from_log_abar(log_abar);
}

void expect_definition(const NoiseProcess& process, Real t, const Definition& want,
                       Real tolerance = 1e-14) {
  const NoiseLevel level = process.at(t);
  const std::string what = label_of(process) + " at t = " + std::to_string(t);
  expect_relative(level.alpha, 1 + want.alpha_minus_one, tolerance, what + " alpha");
  if (want.alpha_minus_one == 0)
    EXPECT_EQ(level.alpha_minus_one, 0) << what;
  else
    expect_relative(level.alpha_minus_one, want.alpha_minus_one, tolerance, what + " alpha - 1");
  expect_relative(level.variance, want.variance, tolerance, what + " variance");
}

const std::vector<Real> fractions = {1e-10, 1e-8, 1e-5, 0.01, 0.3, 0.77, 0.9995, 1};

TEST(NoiseProcess, FollowsItsDefinitionDownToTinyTimes) {
  const auto list = every_process();
  for (const Real fraction : fractions) {
    Real t = list[0].horizon() * fraction;
    expect_definition(list[0], t, {expm1l(-Long(t)), -expm1l(-2 * Long(t))});
    t = list[1].horizon() * fraction;
    expect_definition(list[1], t, ddpm_linear(1000, t));
    // β_i of the definition loses 2e-20/4e-5 to cancellation even in long double.
    expect_definition(list[2], t, cosine(1000, t), 1e-13);
    t = list[3].horizon() * fraction;
    expect_definition(list[3], t,
                      from_log_abar(-(Long(0.1) * t + (20 - Long(0.1)) * Long(t) * t / 2)));
    t = list[4].horizon() * fraction;
    const Long ratio = logl(Long(20) / Long(0.02));
    expect_definition(list[4], t, {0, Long(0.02) * Long(0.02) * expm1l(2 * Long(t) * ratio)});
    t = list[5].horizon() * fraction;
    expect_definition(list[5], t, {0, Long(t) * t});
    t = list[6].horizon() * fraction;
    expect_definition(list[6], t, {-Long(t), Long(t) * t});
  }
}

TEST(NoiseProcess, KeepsTheLastNoiseLevelOfDdpmWhenTheNumberOfStepsChanges) {
  const Real at_1000 = make_process("vp").log_snr(1000);
  const NoiseProcess coarse = make_process("vp", {number("horizon", 100)});

  // log ᾱ_T = −Σβ − ½Σβ² …: the first sum is kept exactly, the second grows tenfold, to 0.07.
  EXPECT_NEAR(coarse.log_snr(100), at_1000, 0.8);
  expect_definition(coarse, 37, ddpm_linear(100, 37));
}

TEST(NoiseProcess, TransitionsComposeToMarginals) {
  const Rng rng = Rng::from_seed(3);
  for (const NoiseProcess& process : every_process())
    for (int pair = 0; pair < 200; ++pair) {
      const Real u = process.horizon() * rng.uniform(pair, 0, 0);
      const Real v = process.horizon() * std::pow(rng.uniform(pair, 0, 1), 6);
      const Real s = std::min(u, v), t = std::max(u, v);
      const NoiseLevel at_s = process.at(s), at_t = process.at(t);
      const Transition transition = process.between(s, t);
      // All terms positive: only rounding is allowed, 1e-13 for up to 1000 summed terms.
      EXPECT_NEAR(transition.alpha * at_s.alpha, at_t.alpha, 1e-13 * at_t.alpha)
          << label_of(process);
      EXPECT_NEAR(transition.alpha * transition.alpha * at_s.variance + transition.variance,
                  at_t.variance, 1e-13 * at_t.variance)
          << label_of(process) << " s " << s << " t " << t;
    }
}

/// p(z_t | z_r) = ∫ p(z_t | z_s) p(z_s | z_r) for r < s < t, also when they are nearly equal: a
/// variance made by subtraction would have no digits left there.
TEST(NoiseProcess, TransitionsComposeWithEachOtherAtTinySteps) {
  for (const NoiseProcess& process : every_regular_process())
    for (const Real step : {1e-9, 1e-4, 0.1}) {
      const Real h = process.horizon();
      const Real r = 0.6 * h, s = r * (1 + step), t = s * (1 + step);
      const Transition rs = process.between(r, s), st = process.between(s, t),
                       rt = process.between(r, t);
      const Real composed = st.alpha * st.alpha * rs.variance + st.variance;
      // The times themselves are rounded: t − s = 1e-9 has 7 digits, the same ones in all three.
      EXPECT_NEAR(rt.variance, composed, 1e-12 * composed) << label_of(process) << " " << step;
    }
}

TEST(NoiseProcess, HasTheDerivativesOfItsScalesAsSde) {
  for (const NoiseProcess& process : every_regular_process())
    for (const Real fraction : {0.1234, 0.5004, 0.9006}) {
      // 0.1234 · 1000 etc. lie inside a cell of the discrete schedules
      const Real t = fraction * process.horizon(), h = 1e-5 * process.horizon();
      const NoiseLevel low = process.at(t - h), high = process.at(t + h), here = process.at(t);
      const Real drift = (std::log(high.alpha) - std::log(low.alpha)) / (2 * h);
      const Real growth = (high.variance - low.variance) / (2 * h);
      const SdeCoefficients sde = process.sde(t);
      const Real scale = std::max(growth, sde.diffusion2);
      // central differences: error h² f'''/6 ~ 1e-7 of the value for the steepest schedule here
      EXPECT_NEAR(sde.drift, drift, 1e-5 * (std::abs(drift) + 1e-3)) << label_of(process);
      EXPECT_NEAR(sde.diffusion2, growth - 2 * drift * here.variance, 1e-5 * scale)
          << label_of(process);
      const OdeCoefficients ode = process.ode(t);
      EXPECT_NEAR(ode.state, growth / (2 * here.variance), 1e-5 * std::abs(ode.state));
      EXPECT_NEAR(ode.model, here.alpha * (drift - growth / (2 * here.variance)),
                  1e-5 * std::abs(ode.model));
    }
}

TEST(NoiseProcess, TakesTheCellOnTheAskedSideAtAKinkOfTheDiscreteSchedules) {
  const NoiseProcess process = make_process("vp");
  const Real inside = process.sde(499.5).diffusion2, above = process.sde(500.5).diffusion2;

  EXPECT_EQ(process.sde(500).diffusion2, inside);
  EXPECT_EQ(process.sde(500, Side::right).diffusion2, above);
  EXPECT_EQ(process.sde(0, Side::left).diffusion2, process.sde(0.5).diffusion2);
  EXPECT_EQ(process.sde(1000, Side::right).diffusion2, process.sde(999.5).diffusion2);
  EXPECT_GT(above, inside);
}

TEST(NoiseProcess, InvertsItsLogSnr) {
  for (const NoiseProcess& process : every_process())
    for (const Real fraction : {1e-6, 1e-3, 0.2, 0.6, 0.999}) {
      const Real t = fraction * process.horizon();
      EXPECT_NEAR(process.time_at_log_snr(process.log_snr(t)), t, 1e-12 * process.horizon())
          << label_of(process);
    }
}

TEST(NoiseProcess, ClampsTimesOfImpossibleLogSnr) {
  for (const NoiseProcess& process : every_process()) {
    EXPECT_EQ(process.time_at_log_snr(-1e6), process.horizon());
    EXPECT_EQ(process.time_at_log_snr(infinity), 0);
    EXPECT_EQ(process.log_snr(0), infinity);
  }
  EXPECT_EQ(make_process("flow").log_snr(1), -infinity);
}

TEST(NoiseProcess, OfAnyTwoFunctionsAgreesWithTheFlowTheyDefine) {
  const NoiseProcess flow = make_process("flow", {number("horizon", 0.9)});
  const NoiseProcess general =
      NoiseProcess::general([](Real t) { return 1 - t; }, [](Real t) { return t * t; }, 0.9);

  for (const Real t : {0.001, 0.2, 0.5, 0.8999}) {
    EXPECT_EQ(general.at(t).alpha, flow.at(t).alpha);
    EXPECT_EQ(general.at(t).variance, flow.at(t).variance);
    EXPECT_NEAR(general.between(t / 2, t).variance, flow.between(t / 2, t).variance, 1e-15);
    EXPECT_NEAR(general.sde(t).drift, flow.sde(t).drift, 1e-10);
    EXPECT_NEAR(general.sde(t).diffusion2, flow.sde(t).diffusion2, 1e-10);
    EXPECT_NEAR(general.ode(t).state, flow.ode(t).state, 1e-9 / t);
    EXPECT_NEAR(general.log_snr(t), flow.log_snr(t), 1e-12);
    EXPECT_NEAR(general.time_at_log_snr(flow.log_snr(t)), t, 1e-12);
  }
}

TEST(NoiseProcess, HasAFiniteFlowFieldWhereNoDataAreLeft) {
  const NoiseProcess flow = make_process("flow");

  EXPECT_TRUE(flow.degenerate_at_horizon());
  EXPECT_EQ(flow.ode(1).state, 1);
  EXPECT_EQ(flow.ode(1).model, -1);
  EXPECT_EQ(flow.between(0.5, 1).alpha, 0);
  EXPECT_EQ(flow.between(0.5, 1).variance, 1);
  EXPECT_FALSE(make_process("ou").degenerate_at_horizon());
}

TEST(NoiseProcess, PrintsEveryResolvedSetting) {
  EXPECT_EQ(label_of(make_process("vp")),
            label_of(make_process("vp", {text("schedule", "linear"), number("horizon", 1000),
                                         number("beta_min", 1e-4), number("beta_max", 0.02)})));
  const Table edm =
      make_process("ve", {text("schedule", "edm"), number("sigma_max", 80)}).resolved();
  ASSERT_NE(edm.find("horizon"), nullptr);
  EXPECT_EQ(*edm.find("horizon")->get_if<double>(), 80);
  EXPECT_EQ(edm.find("sigma_min"), nullptr);
  for (const NoiseProcess& process : every_process())
    EXPECT_EQ(label_of(NoiseProcess::from_settings(process.resolved())), label_of(process));
}

/// The key that the error about these settings names.
std::string culprit(const std::string& kind, std::vector<Member> members) {
  try {
    make_process(kind, std::move(members));
  } catch (const SpecError& error) {
    EXPECT_FALSE(error.allowed().empty());
    return error.key();
  }
  return "none";
}

TEST(NoiseProcess, NamesTheKeyOfAWrongSetting) {
  EXPECT_EQ(culprit("brownian", {}), "kind");
  EXPECT_EQ(culprit("ou", {number("horizon", 0)}), "horizon");
  EXPECT_EQ(culprit("ou", {number("horizon", -1)}), "horizon");
  EXPECT_EQ(culprit("ou", {number("horizn", 1)}), "horizn");
  EXPECT_EQ(culprit("ou", {number("sigma_max", 1)}), "sigma_max");
  EXPECT_EQ(culprit("flow", {number("horizon", 1.5)}), "horizon");
  EXPECT_EQ(culprit("vp", {number("horizon", 12.5)}), "horizon");
  EXPECT_EQ(culprit("vp", {number("beta_max", 1.5)}), "beta_max");
  EXPECT_EQ(culprit("vp", {number("horizon", 10)}), "beta_max");  // scaled: 0.02 · 100 = 2
  EXPECT_EQ(culprit("vp", {number("beta_min", 0.5)}), "beta_max");
  EXPECT_EQ(culprit("vp", {text("schedule", "cosine"), number("beta_min", 0.1)}), "beta_min");
  EXPECT_EQ(culprit("vp", {text("schedule", "quadratic")}), "schedule");
  EXPECT_EQ(culprit("ve", {number("sigma_min", 30)}), "sigma_max");
  EXPECT_EQ(culprit("ve", {text("schedule", "edm"), number("sigma_min", 0.1)}), "sigma_min");
  EXPECT_EQ(culprit("ve", {text("schedule", "edm"), number("horizon", 3), number("sigma_max", 4)}),
            "horizon");
  EXPECT_EQ(culprit("ve", {text("schedule", "edm"), number("horizon", 3)}), "none");
}

TEST(NoiseProcess, PointsAtTheLineOfAWrongSetting) {
  Table table = process_table("ou");
  table.set("horizon", Value{-1.0, {"sweep.toml", 7, 12}});
  try {
    NoiseProcess::from_settings(table);
    FAIL() << "accepted";
  } catch (const SpecError& error) {
    EXPECT_EQ(error.where().line, 7);
  }
}

/// The text that `describe` shows says the defaults that hold.
TEST(NoiseProcess, SaysTheDefaultsThatDependOnTheSchedule) {
  const auto doc_of = [](const char* kind, const char* name) {
    for (const FieldDoc& field : find_process(kind).fields)
      if (field.name == name) return field.doc;
    return std::string();
  };

  EXPECT_EQ(doc_of("vp", "beta_max"),
            "β at the noise end: 0.02 for linear at horizon 1000, 20 for continuous");
  EXPECT_EQ(doc_of("ve", "sigma_min"), "geometric: smallest noise scale (0.02)");
}

/// N(0, I) for the processes that preserve variance, N(0, s_T² I) for the others.
TEST(NoiseProcess, StartsInPracticeFromTheGaussianOfItsFamily) {
  EXPECT_EQ(make_process("ou", {number("horizon", 0.1)}).practical_deviation(), 1);
  EXPECT_EQ(make_process("vp").practical_deviation(), 1);
  EXPECT_EQ(
      make_process("ve", {text("schedule", "edm"), number("sigma_max", 3)}).practical_deviation(),
      3);
  EXPECT_NEAR(make_process("flow", {number("horizon", 0.7)}).practical_deviation(), 0.7, 1e-15);
}

}  // namespace
}  // namespace plumbline::noise_process_test
