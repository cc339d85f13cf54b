// A linear observation in the basis where it is diagonal has the likelihood of A, y and Γ
// themselves; and where mcgdiff looks at its directions, and how sharply.
#include "samplers/filters/potential_levels.hpp"
#include "unit/problem/observations.hpp"
#include "unit/samplers/guidance/likelihood_guidance.hpp"

namespace plumbline::test::spectral_observation_test {
namespace {

/// Five points in space, scattered by the counter-based generator.
HostMatrix few_points() {
  HostMatrix z(5, 3);
  for (int n = 0; n < 5; ++n)
    for (int i = 0; i < 3; ++i) z(n, i) = 1.5 * Rng::from_seed(3).normal(n, 0, i);
  return z;
}

Real log_likelihood(const SpectralObservation& s, const HostVector& z) {
  return log_normal(s.y, s.directions * z, s.variance.asDiagonal().toDenseMatrix()) +
         s.log_constant;
}

TEST(SpectralObservation, HasTheLikelihoodOfTheObservationItself) {
  const LinearGaussian full = two_sums();
  LinearGaussian repeated = full;  // rank 2 in three rows
  repeated.a.conservativeResize(3, 3);
  repeated.a.row(2) = 2 * full.a.row(0) - full.a.row(1);
  repeated.noise = matrix({{0.3, 0.1, 0.05}, {0.1, 0.2, -0.02}, {0.05, -0.02, 0.4}});
  repeated.y = vector({0.7, -0.4, 1.1});
  const LinearGaussian more_rows_than_coordinates = {
      .a = matrix({{2}, {-1}}), .noise = matrix({{0.3, 0.1}, {0.1, 0.2}}), .y = vector({1, 0.3})};
  for (const LinearGaussian& o : {full, repeated}) {
    const SpectralObservation s = spectral(o, "test");
    EXPECT_EQ(s.count(), 2);
    EXPECT_LT((s.directions * s.directions.transpose() - HostMatrix::Identity(2, 2)).norm(), 1e-14);
    for (int n = 0; n < 5; ++n) {
      const HostVector z = few_points().row(n).transpose();
      const Real truth = log_normal(o.y, o.a * z, o.noise);
      EXPECT_NEAR(log_likelihood(s, z), truth, 1e-12 * std::abs(truth) + 1e-12);
    }
  }
  const SpectralObservation line = spectral(more_rows_than_coordinates, "test");
  EXPECT_NEAR(log_likelihood(line, vector({0.4})),
              log_normal(vector({1, 0.3}), vector({0.8, -0.4}), more_rows_than_coordinates.noise),
              1e-12);
}

// p(y) of a noise-free y is the density of A z_0: here z_0 ~ N(0, I), so N(y; 0, A Aᵀ).
TEST(SpectralObservation, IsADensityOfYWithoutNoiseToo) {
  LinearGaussian o = two_sums();
  o.noise.setZero();

  const SpectralObservation s = spectral(o, "test");

  EXPECT_FALSE(s.noisy());
  EXPECT_LT((s.directions * o.a.transpose() * (o.a * o.a.transpose()).inverse() * o.y - s.y).norm(),
            1e-13);
  EXPECT_NEAR(log_normal(s.y, vector({0, 0}), HostMatrix::Identity(2, 2)) + s.log_constant,
              log_normal(o.y, vector({0, 0}), o.a * o.a.transpose()), 1e-12);
}

TEST(SpectralObservation, RefusesDependentRowsWithoutNoiseAndNamesTheSampler) {
  LinearGaussian twice = two_sums();
  twice.a.row(1) = -2 * twice.a.row(0);
  twice.noise.setZero();

  try {
    spectral(twice, "mcgdiff");
    FAIL() << "accepted";
  } catch (const SpecError& error) {
    EXPECT_EQ(error.key(), "A");
    EXPECT_NE(std::string(error.what()).find("mcgdiff"), std::string::npos);
  }
}

TEST(PotentialLevels, EndWhereZIsAsNoisyAsYAndAreAForwardStepAboveWithKappaAtTheEnd) {
  const NoiseProcess process = ou(2);
  const TimeGrid grid = {{2, 1.5, 1, 0.5, 0.25, 0}};
  SpectralObservation o;
  o.y = vector({0.7, -1});
  o.variance = vector({std::expm1(2 * 0.26), std::expm1(2 * 1.1)});  // s²/a² of ou is e^{2t} − 1
  const Real kappa = 0.03;

  const PotentialLevels levels = potential_levels(o, process, grid, Tau::matched, kappa);

  EXPECT_EQ(levels.tau, (std::vector<int>{4, 2}));
  EXPECT_NEAR(levels.log_density, -0.25 - 1, 1e-14);
  for (int index = 0; index <= 5; ++index)
    for (int i = 0; i < 2; ++i) {
      const Real gap = grid.times[index] - grid.times[levels.tau[i]];
      const Real variance = to_host(levels.at[index].variance)[i];
      if (gap < 0) {
        EXPECT_EQ(variance, infinity);
      } else {
        EXPECT_NEAR(variance, 1 - (1 - kappa) * std::exp(-2 * gap), 1e-14);
      }
      EXPECT_NEAR(to_host(levels.at[index].target)[i], std::exp(-grid.times[index]) * o.y(i),
                  1e-14);
    }
}

TEST(PotentialLevels, WithoutKappaAreWhatAFlatPriorMakesOfYAndEndAtTheDataOnDemand) {
  const NoiseProcess process = ou(2);
  const TimeGrid grid = {{2, 1, 0}};
  SpectralObservation o;
  o.y = vector({0.7});
  o.variance = vector({0.4});

  const PotentialLevels levels = potential_levels(o, process, grid, Tau::data, {});

  EXPECT_EQ(levels.tau, std::vector<int>{2});
  for (int index = 0; index <= 2; ++index) {
    const NoiseLevel level = process.at(grid.times[index]);
    EXPECT_NEAR(to_host(levels.at[index].variance)[0],
                level.variance + 0.4 * level.alpha * level.alpha, 1e-14);
  }
}

}  // namespace
}  // namespace plumbline::test::spectral_observation_test
