// Whole forward paths: their law, their density, and the AR(1) step that mixes two.
#include "samplers/replacement/stored_path.hpp"

#include "unit/samplers/support.hpp"

namespace plumbline::test::stored_path_test {
namespace {

constexpr Index paths = 100000;
const HostVector y_0 = vector({1.5, -0.5});

NoiseProcess growing() {
  return NoiseProcess::from_settings(
      table({{"kind", "ve"}, {"horizon", 2.0}, {"sigma_min", 0.5}, {"sigma_max", 3.0}}));
}

TimeGrid grid_of(const NoiseProcess& process) {
  return make_time_grid(GridKind::quadratic, process, 3);
}

/// Forward paths from y_0 [T + 1, R, 2].
Cube drawn(const NoiseProcess& process, std::uint64_t seed, std::uint64_t first = 0,
           Index count = paths) {
  const Cube y = make_cube("y", 4, count, 2);
  std::vector<Real> start;
  for (Index r = 0; r < count; ++r) start.insert(start.end(), y_0.data(), y_0.data() + 2);
  Kokkos::deep_copy(level_of(y, 3), to_device("start", start, count, 2));
  noise_forward(Exec{}, process, grid_of(process), Rng::from_seed(seed), y, first);
  return y;
}

/// The noisy levels side by side [R, 6].
HostMatrix stacked(const Cube& y) {
  HostMatrix all(y.extent(1), 6);
  for (int level = 0; level < 3; ++level)
    all.middleCols(2 * level, 2) = to_host_matrix(level_of(y, level));
  return all;
}

/// Mean a_t y_0 and covariance a_{t|s} s_s² between levels s ≤ t.
Moments forward_law(const NoiseProcess& process) {
  const std::vector<Real> times = grid_of(process).times;
  Moments law{HostVector(6), HostMatrix::Zero(6, 6)};
  for (Index i = 0; i < 6; ++i) {
    law.mean(i) = process.at(times[i / 2]).alpha * y_0(i % 2);
    for (Index j = i % 2; j < 6; j += 2) {
      const Real s = std::min(times[i / 2], times[j / 2]), t = std::max(times[i / 2], times[j / 2]);
      law.covariance(i, j) = process.between(s, t).alpha * process.at(s).variance;
    }
  }
  return law;
}

TEST(StoredPaths, HaveTheLawOfTheForwardChain) {
  for (const NoiseProcess& process : {ou(), growing()})
    expect_gaussian(equally_weighted(to_device("path", stacked(drawn(process, 5)))),
                    forward_law(process));
}

TEST(StoredPaths, KnowTheirDensityWalkedDown) {
  const NoiseProcess process = growing();
  const TimeGrid grid = grid_of(process);
  const Cube y = drawn(process, 5, 0, 20);
  StoredPath path(process, y);

  path.start(Exec{});
  for (int i = 0; i < 3; ++i) path.move_to(Exec{}, grid.times[i], grid.times[i + 1], i + 1);

  const HostMatrix all = stacked(y);
  const Moments law = forward_law(process);
  for (Index r = 0; r < 20; ++r) {
    const Real expected = log_normal(all.row(r).transpose(), law.mean, law.covariance);
    EXPECT_NEAR(host_copy(path.log_q())(r), expected, 1e-10 * std::abs(expected));
    EXPECT_EQ(host_copy(path.y())(r, 0), y_0(0));
  }
}

// Reversible for q: the pair (y, y') is Gaussian with both marginals q and cross-covariance β times
// q's. Without the root, or with noise that is not centred, the second block is off.
TEST(MixedPaths, KeepTheForwardLawAndCorrelateByBeta) {
  const NoiseProcess process = growing();
  const Real beta = 0.6;
  const Cube y = drawn(process, 5), fresh = drawn(process, 6);
  mix_paths(Exec{}, process, grid_of(process), to_device("y_0", y_0), beta, y, 0, fresh);

  HostMatrix pairs(paths, 12);
  pairs << stacked(y), stacked(fresh);
  const Moments one = forward_law(process);
  Moments two{HostVector(12), HostMatrix(12, 12)};
  two.mean << one.mean, one.mean;
  two.covariance << one.covariance, beta * one.covariance, beta * one.covariance, one.covariance;
  expect_gaussian(equally_weighted(to_device("pairs", pairs)), two);
  EXPECT_EQ(host_copy(level_of(fresh, 3))(0, 1), y_0(1));
}

TEST(StoredPaths, DoNotDependOnHowTheyAreSplitIntoCalls) {
  const HostMatrix all = stacked(drawn(ou(), 5, 0, 10)), tail = stacked(drawn(ou(), 5, 6, 4));

  EXPECT_EQ((all.bottomRows(4) - tail).cwiseAbs().maxCoeff(), 0);
}

}  // namespace
}  // namespace plumbline::test::stored_path_test
