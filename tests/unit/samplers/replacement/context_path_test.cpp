// The context path drawn backwards against the law of the forward chain.
#include "samplers/replacement/context_path.hpp"

#include "unit/samplers/support.hpp"

namespace plumbline::context_path_test {
namespace {

const HostVector y_0 = test::vector({1.5, -0.5});
const std::vector<Real> times = {2, 1.1, 0.4, 0.1};

/// The path at `times` side by side, one row per path: [R, 4 m].
HostMatrix walk(Context context, const NoiseProcess& process, Index paths, Vector* log_q = nullptr,
                std::uint64_t first = 0) {
  const Exec exec;
  ContextPath path(context, process, y_0, paths, Rng::from_seed(5), first);
  HostMatrix stacked(paths, 2 * Index(times.size()));
  path.start(exec);
  for (std::size_t i = 0; i < times.size(); ++i) {
    if (i > 0) path.move_to(exec, times[i - 1], times[i], std::uint32_t(i));
    stacked.middleCols(2 * Index(i), 2) = to_host_matrix(path.y());
  }
  path.move_to(exec, times.back(), 0, std::uint32_t(times.size()));
  const HostMatrix end = to_host_matrix(path.y());
  for (Index r = 0; r < paths; ++r)
    EXPECT_EQ((end.row(r).transpose() - y_0).cwiseAbs().maxCoeff(), 0);
  if (log_q != nullptr) *log_q = path.log_q();
  return stacked;
}

/// Mean a_t y_0 and covariance a_{t|s} s_s² between levels s ≤ t (0 between fresh ones).
test::Moments forward_law(const NoiseProcess& process, bool correlated) {
  const Index size = 2 * Index(times.size());
  test::Moments law{HostVector(size), HostMatrix::Zero(size, size)};
  for (Index i = 0; i < size; ++i) {
    law.mean(i) = process.at(times[i / 2]).alpha * y_0(i % 2);
    for (Index j = i % 2; j < size; j += 2) {
      const Real s = std::min(times[i / 2], times[j / 2]), t = std::max(times[i / 2], times[j / 2]);
      if (correlated || s == t)
        law.covariance(i, j) = process.between(s, t).alpha * process.at(s).variance;
    }
  }
  return law;
}

TEST(ForwardPath, HasTheLawOfTheForwardChain) {
  const NoiseProcess process = test::ou();

  const HostMatrix path = walk(Context::forward, process, 100000);

  test::expect_gaussian(equally_weighted(to_device("path", path)), forward_law(process, true));
}

// At the horizon of `ou` s_T and s_T² agree to one per cent: a path that confuses them passes
// there.
TEST(ForwardPath, HasTheLawOfTheForwardChainWhereNoiseGrows) {
  const NoiseProcess process = NoiseProcess::from_settings(
      test::table({{"kind", "ve"}, {"horizon", 2.0}, {"sigma_min", 0.5}, {"sigma_max", 3.0}}));

  const HostMatrix path = walk(Context::forward, process, 100000);

  test::expect_gaussian(equally_weighted(to_device("path", path)), forward_law(process, true));
}

TEST(FreshPath, IsIndependentFromLevelToLevel) {
  const NoiseProcess process = test::ou();

  const HostMatrix path = walk(Context::fresh, process, 100000);

  test::expect_gaussian(equally_weighted(to_device("path", path)), forward_law(process, false));
}

TEST(FixedPath, StaysAtTheUnscaledObservation) {
  const HostMatrix path = walk(Context::fixed, test::ou(), 3);

  for (Index i = 0; i < path.cols(); ++i)
    for (Index r = 0; r < 3; ++r) EXPECT_EQ(path(r, i), y_0(i % 2));
}

TEST(ForwardPath, KnowsItsOwnDensity) {
  const NoiseProcess process = test::ou();
  Vector log_q;

  const HostMatrix path = walk(Context::forward, process, 20, &log_q);

  for (Index r = 0; r < 20; ++r) {
    const test::Moments law = forward_law(process, true);
    const Real expected = log_normal(path.row(r).transpose(), law.mean, law.covariance);
    EXPECT_NEAR(host_copy(log_q)(r), expected, 1e-10 * std::abs(expected));
  }
}

TEST(FixedAndFreshPaths, HaveNoForwardDensity) {
  Vector fixed, fresh;

  walk(Context::fixed, test::ou(), 1, &fixed);
  walk(Context::fresh, test::ou(), 1, &fresh);

  EXPECT_TRUE(std::isnan(host_copy(fixed)(0)));
  EXPECT_TRUE(std::isnan(host_copy(fresh)(0)));
}

TEST(ForwardPath, DoesNotDependOnHowPathsAreSplitIntoCalls) {
  const HostMatrix all = walk(Context::forward, test::ou(), 10);
  const HostMatrix tail = walk(Context::forward, test::ou(), 4, nullptr, 6);

  EXPECT_EQ((all.bottomRows(4) - tail).cwiseAbs().maxCoeff(), 0);
}

}  // namespace
}  // namespace plumbline::context_path_test
