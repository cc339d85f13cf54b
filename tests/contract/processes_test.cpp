// What every noise process owes, found through the catalogue: a new entry is tested without an edit
// here. diffusion/processes/README §1 to §4.
#include <gtest/gtest.h>

#include <cmath>

#include "contract/process_cases.hpp"
#include "core/linalg.hpp"
#include "core/rng.hpp"
#include "diffusion/processes/time_grid.hpp"
#include "diffusion/reverse_kernel.hpp"

namespace plumbline::test::processes_test {
namespace {

TEST(EveryProcess, DescribesItself) {
  for (const ProcessEntry& entry : process_catalogue()) {
    EXPECT_EQ(&find_process(entry.name), &entry);
    EXPECT_FALSE(entry.summary.empty() || entry.reference.empty()) << entry.name;
    EXPECT_FALSE(entry.fields.empty()) << entry.name;
    for (const FieldDoc& field : entry.fields) EXPECT_FALSE(field.doc.empty()) << field.name;
    EXPECT_EQ(entry.make({}).name(), entry.name);
  }
}

TEST(EveryProcess, RefusesUnknownKeysAndNamesTheNearest) {
  for (const ProcessEntry& entry : process_catalogue())
    for (const FieldDoc& field : entry.fields) try {
        Table table;
        table.set(field.name + "x", Value{1.0});
        entry.make(table);
        FAIL() << entry.name << " accepts " << field.name << "x";
      } catch (const SpecError& error) {
        EXPECT_EQ(error.key(), field.name + "x");
        EXPECT_NE(error.allowed().find(field.name), std::string::npos) << error.what();
      }
}

TEST(EveryProcess, EchoesSettingsThatMakeTheSameProcess) {
  for_each_process([](const NoiseProcess& process) {
    const NoiseProcess again = NoiseProcess::from_settings(process.resolved());

    EXPECT_EQ(to_text({again.resolved()}), to_text({process.resolved()}));
    EXPECT_EQ(again.horizon(), process.horizon());
    for (const Real t : times(process)) {
      EXPECT_EQ(again.at(t).alpha, process.at(t).alpha);
      EXPECT_EQ(again.at(t).variance, process.at(t).variance);
    }
  });
}

TEST(EveryProcess, GoesFromTheDataToMoreAndMoreNoise) {
  for_each_process([](const NoiseProcess& process) {
    NoiseLevel before = process.at(0);
    EXPECT_EQ(before.alpha, 1);
    EXPECT_EQ(before.alpha_minus_one, 0);
    EXPECT_EQ(before.variance, 0);
    for (const Real t : times(process)) {
      const NoiseLevel level = process.at(t);

      EXPECT_TRUE(0 <= level.alpha && level.alpha <= before.alpha) << t;
      EXPECT_GT(level.variance, before.variance) << t;
      EXPECT_NEAR(level.alpha - 1, level.alpha_minus_one, 2e-16) << t;
      before = level;
    }
    EXPECT_EQ(process.degenerate_at_horizon(), before.alpha == 0);
  });
}

/// a_t − 1 = ∫ f a: by the midpoint rule, whose error is a part t² in 1. The difference 1 − a in
/// floating point would keep 8 digits of it.
TEST(EveryProcess, KnowsHowMuchSignalIsLostAtTinyTimes) {
  for_each_process([](const NoiseProcess& process) {
    const Real t = 1e-8 * process.horizon();
    const Real lost = std::expm1(t * process.sde(t / 2).drift);

    EXPECT_NEAR(process.at(t).alpha_minus_one, lost, 1e-12 * std::abs(lost));
  });
}

/// p(z_t | z_r) = ∫ p(z_t | z_s) p(z_s | z_r) for r < s < t, r = 0 being the level itself. All
/// terms are positive, so only rounding is allowed; a variance made by subtraction has no digits
/// left where the times are tiny or nearly equal. The rounding of times: t − s = 1e-9 t has 7
/// digits, the same ones in all three.
TEST(EveryProcess, ComposesItsTransitions) {
  for_each_process([](const NoiseProcess& process) {
    for (const Real fraction : {1e-8, 1e-4, 0.3, 0.6})
      for (const Real step : {1e-9, 1e-4, 0.1, 0.5})
        for (const bool from_data : {true, false}) {
          const Real s = fraction * process.horizon(), t = s * (1 + step);
          const Real r = from_data ? 0 : s / (1 + step);
          const Transition rs = process.between(r, s), st = process.between(s, t),
                           rt = process.between(r, t);
          const Real composed = st.alpha * st.alpha * rs.variance + st.variance;

          EXPECT_NEAR(rt.alpha, st.alpha * rs.alpha, 1e-12 * rt.alpha) << s << " " << t;
          EXPECT_NEAR(rt.variance, composed, 1e-12 * composed) << s << " " << t;
          if (r > 0) continue;
          EXPECT_NEAR(rt.alpha, process.at(t).alpha, 1e-12 * rt.alpha);
          EXPECT_NEAR(rt.variance, process.at(t).variance, 1e-12 * rt.variance);
        }
  });
}

/// Central differences over 2e-5 of the horizon: an error of 1e-7 of the value for the steepest
/// schedule here. The fractions lie inside the cells of discrete schedules.
TEST(EveryProcess, HasTheDerivativesOfItsScales) {
  for_each_process([](const NoiseProcess& process) {
    for (const Real fraction : {0.1234, 0.5004, 0.9006}) {
      const Real t = fraction * process.horizon(), h = 1e-5 * process.horizon();
      const NoiseLevel low = process.at(t - h), high = process.at(t + h), here = process.at(t);
      const Real drift = (std::log(high.alpha) - std::log(low.alpha)) / (2 * h);
      const Real growth = (high.variance - low.variance) / (2 * h);
      const SdeCoefficients sde = process.sde(t);
      const OdeCoefficients ode = process.ode(t);

      EXPECT_NEAR(sde.drift, drift, 1e-5 * (std::abs(drift) + 1e-3));
      EXPECT_NEAR(sde.diffusion2, growth - 2 * drift * here.variance,
                  1e-5 * std::max(growth, sde.diffusion2));
      EXPECT_NEAR(ode.state, growth / (2 * here.variance), 1e-5 * std::abs(ode.state));
      EXPECT_NEAR(ode.model, here.alpha * (drift - growth / (2 * here.variance)),
                  1e-5 * std::abs(ode.model));
    }
    const OdeCoefficients last = process.ode(process.horizon());
    EXPECT_TRUE(std::isfinite(last.state) && std::isfinite(last.model));
  });
}

TEST(EveryProcess, InvertsItsLogSnr) {
  for_each_process([](const NoiseProcess& process) {
    for (const Real t : times(process)) {
      const NoiseLevel level = process.at(t);
      if (level.alpha > 0) {
        EXPECT_NEAR(process.log_snr(t), std::log(level.alpha * level.alpha / level.variance),
                    1e-12);
      }
      EXPECT_NEAR(process.time_at_log_snr(process.log_snr(t)), t, 1e-12 * process.horizon());
    }
    EXPECT_EQ(process.log_snr(0), infinity);
    EXPECT_EQ(process.time_at_log_snr(-1e6), process.horizon());
    EXPECT_EQ(process.time_at_log_snr(infinity), 0);
  });
}

/// The practical start is N(0, v I): for data of unit variance about 0 it has their variance at the
/// horizon, up to what is left of the signal.
TEST(EveryProcess, StartsInPracticeWithTheSpreadThatDataOfUnitVarianceEndWith) {
  for_each_process([](const NoiseProcess& process) {
    const NoiseLevel last = process.at(process.horizon());
    const Real signal = last.alpha * last.alpha, v = std::pow(process.practical_deviation(), 2);

    EXPECT_NEAR(std::log(v / (signal + last.variance)), 0, signal / last.variance + 1e-12);
  });
}

TEST(EveryProcess, HasEveryGridFromTheHorizonToTheData) {
  for_each_process([](const NoiseProcess& process) {
    for (const GridKind kind :
         {GridKind::uniform, GridKind::log_snr, GridKind::quadratic, GridKind::edm})
      for (const int steps : {1, 2, 7, 100}) {
        const TimeGrid grid = make_time_grid(kind, process, steps);

        ASSERT_EQ(grid.steps(), steps);
        EXPECT_EQ(grid.times.front(), process.horizon());
        EXPECT_EQ(grid.times.back(), 0);
        for (int i = 0; i < steps; ++i)
          EXPECT_GT(grid.times[i], grid.times[i + 1]) << name_of(kind);
      }
  });
}

/// Mass, mean and variance of p_t by the trapezoidal rule over ±12 deviations: exact to rounding
/// for densities this smooth (step below half the smallest deviation, error e^{−2π² 4}).
TEST(EveryProcess, DiffusesAMixtureWithItsMoments) {
  const Exec exec;
  HostMatrix means(2, 1);
  means << -1, 2;
  const auto mixture =
      GaussianMixture::isotropic(HostVector::Constant(2, 0.5), means, HostVector::Constant(2, 0.2));
  const FactoredMixture prior = factored(exec, mixture);
  const Real mean = mixture.mean()(0), variance = mixture.total_covariance()(0, 0);
  for_each_process([&](const NoiseProcess& process) {
    for (const Real fraction : {0.05, 0.5, 1.0}) {
      const DiffusedMixture diffused(exec, prior, process, fraction * process.horizon());
      const NoiseLevel level = diffused.level();
      const Real spread = level.alpha * level.alpha * variance + level.variance;
      const int points = 4001;
      const Real first = level.alpha * mean - 12 * std::sqrt(spread);
      const Real h = 24 * std::sqrt(spread) / (points - 1);
      HostMatrix z(points, 1);
      for (int i = 0; i < points; ++i) z(i, 0) = first + i * h;
      const Vector log_p = make_vector("log_p", points);
      log_density(exec, diffused.tables(), to_device("z", z), log_p);
      const HostVector p = h * to_host_vector(log_p).array().exp();
      const HostVector x = z.col(0).array() - level.alpha * mean;

      EXPECT_NEAR(p.sum(), 1, 1e-11);
      EXPECT_NEAR(p.dot(x), 0, 1e-11 * std::sqrt(spread));
      EXPECT_NEAR(p.dot(x.cwiseProduct(x)), spread, 1e-10 * spread);
    }
  });
}

/// z_t ~ p_t, z_s ~ p(z_s | z_t) ⇒ z_s ~ p_s: one step of any size, law of total variance.
TEST(EveryProcess, HasAnExactReverseKernelThatUndoesItsTransitions) {
  for_each_process([](const NoiseProcess& process) {
    for (const Real fraction : {0.0, 0.01, 0.4, 0.9}) {
      const Real t = process.horizon(), s = fraction * t;
      const Gaussian got = after_exact_step(process, t, s, law_at(process, t)),
                     want = law_at(process, s);

      EXPECT_NEAR(got.mean, want.mean, 1e-12 * (std::abs(want.mean) + std::sqrt(want.variance)));
      EXPECT_NEAR(got.variance, want.variance, 1e-12 * want.variance);
    }
  });
}

/// The law at s of a run from p_t, against p_s: over two halvings of the step the error falls by
/// 4^p at least, p the kernel's declared order.
TEST(EveryProcess, IsReversedByEveryKernelInTheLimitOfManySteps) {
  for_each_process([](const NoiseProcess& process) {
    for (const KernelChoice& choice : every_integrator()) {
      const Real coarse = error_of_run(process, choice, 512),
                 fine = error_of_run(process, choice, 2048);

      EXPECT_LT(fine, 0.01) << label_of(choice);
      // an error of rounding has no order
      if (fine > 1e-11) {
        EXPECT_GT(std::log2(coarse / fine) / 2, properties(choice).order - 0.15)
            << label_of(choice) << ": " << coarse << ", " << fine;
      }
    }
  });
}

}  // namespace
}  // namespace plumbline::test::processes_test
