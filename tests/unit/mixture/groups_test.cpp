// Data sets whose far groups are left out: against the sum over all components, at noise from none
// to all, and how much is left out.
#include "mixture/detail/groups.hpp"

#include <gtest/gtest.h>

#include "unit/mixture/support.hpp"

namespace plumbline::groups_test {
namespace {

using namespace testing_mixture;

/// Clusters of points, a few far away, weights over many orders of magnitude.
GaussianMixture clusters(int components, int d, Real variance) {
  Numbers numbers(17 + d);
  HostMatrix means(components, d);
  HostVector weights(components);
  const HostMatrix centers = 5 * numbers.normals(7, d);
  for (int k = 0; k < components; ++k) {
    means.row(k) = centers.row(k % 7) + 0.3 * numbers.normals(1, d);
    weights(k) = k % 11 == 0 ? 0 : std::pow(10, -20 * numbers.uniform());
  }
  means.row(1).setConstant(400);
  return GaussianMixture::isotropic(weights, means, HostVector::Constant(components, variance));
}

/// On components, between pairs of them, and far from all.
HostMatrix probes(const GaussianMixture& mixture, Real alpha, int rows) {
  Numbers numbers(5);
  HostMatrix z(rows, mixture.dimension());
  const int components = mixture.components();
  for (int n = 0; n < rows; ++n) {
    const int k = (n * 37) % components, l = (n * 101 + 3) % components;
    const Real share = n % 3 == 0 ? 0 : n % 3 == 1 ? 0.5 : numbers.uniform();
    z.row(n) = alpha * ((1 - share) * mixture.means().row(k) + share * mixture.means().row(l));
    if (n % 7 == 6) z.row(n) = 60 * numbers.normals(1, mixture.dimension());
  }
  return z;
}

/// Largest entry, or what one standard deviation off a lone component is: a score that cancels
/// knows no relative error.
Real scale_of(const HostMatrix& score, int n, Real variance) {
  return std::max(score.row(n).cwiseAbs().maxCoeff(), 1 / std::sqrt(variance));
}

/// Each pair is the same number in both, so that what differs is what is left out and the order:
/// a few units of rounding.
TEST(ComponentGroups, AddUpToTheSumOverAllComponents) {
  for (const int d : {1, 2, 3, 4})
    for (const int components : {512, 575, 576, 577, 1000})
      for (const Real s : {1e-4, 1e-2, 0.03, 0.1, 0.2, 1.0, 30.0}) {
        const GaussianMixture mixture = clusters(components, d, components == 1000 ? 0.01 : 0);
        const MixtureTables tables = tables_of(mixture, {0.75, -0.25, s * s});
        EXPECT_EQ(detail::leaves_out_groups(tables), s < 10) << s;
        MixtureTables plain = tables;
        plain.grouped = Vector();
        const HostMatrix z = probes(mixture, 0.75, 100);
        const Values at = evaluate(tables, z), all = evaluate(plain, z);
        for (int n = 0; n < z.rows(); ++n) {
          SCOPED_TRACE(testing::Message()
                       << "d " << d << " K " << components << " s " << s << " row " << n);
          EXPECT_LE(std::abs(at.log_density(n) - all.log_density(n)),
                    1e-13 * std::max(Real(1), std::abs(all.log_density(n))));
          EXPECT_LE((at.score.row(n) - all.score.row(n)).cwiseAbs().maxCoeff(),
                    1e-13 * scale_of(all.score, n, least_variance(tables)));
          EXPECT_LE(relative_error(at.denoised.row(n), all.denoised.row(n)), 1e-13);
        }
      }
}

/// out(n) = groups that point n does not leave out.
struct CountHeard {
  MixtureTables tables;
  Matrix z;
  Vector out;
  KOKKOS_FUNCTION void operator()(Index n) const {
    const detail::GroupBounds bounds(tables);
    detail::Rows<2, 1, 1> rows;
    detail::load<1>(z, n, 2, rows);
    int nearest[1];
    const Real limit = bounds.limits<1>(2, rows, nearest)[0];
    out(n) = 0;
    for (int g = 0; g < bounds.groups(); ++g)
      if (!(bounds.least<1>(g, 2, rows)[0] > limit)) out(n) += 1;
  }
};

Real share_heard(const GaussianMixture& mixture, Real s, const HostMatrix& z) {
  const MixtureTables tables = tables_of(mixture, {1, 0, s * s});
  const Vector heard = make_vector("heard", z.rows());
  parallel_over(Exec(), "count_heard", z.rows(),
                CountHeard{detail::in_group_order(tables), to_device("z", z), heard});
  return to_host_vector(heard).mean() / tables.mixture.group_boxes.extent_int(0);
}

TEST(ComponentGroups, AreLeftOutWhereNoiseIsSmall) {
  Numbers numbers(2);
  const GaussianMixture data = GaussianMixture::points(numbers.normals(20000, 2));
  const HostMatrix z = data.means().topRows(50) + 1e-3 * numbers.normals(50, 2);
  // of 313 boxes: hardly more than a point's own and its neighbours'; a disc of 12 s; all
  EXPECT_LT(share_heard(data, 1e-4, z), 0.01);
  EXPECT_LT(share_heard(data, 0.01, z), 0.06);
  EXPECT_GT(share_heard(data, 0.01, z), 0.003);
  EXPECT_EQ(share_heard(data, 10, z), 1);
}

/// Whatever shares its block, far points and those that are not finite among them.
TEST(ComponentGroups, GiveARowTheSameBitsInAnyCompany) {
  for (const int d : {1, 2, 3, 4})
    for (const Real s : {1e-3, 0.05}) {
      const GaussianMixture mixture = clusters(700, d, 0);
      const MixtureTables tables = tables_of(mixture, {0.75, -0.25, s * s});
      HostMatrix z = probes(mixture, 0.75, 75);
      z.row(7).setConstant(1e200);
      z.row(8).setConstant(-1e290);
      z(21, d - 1) = nan;
      const Values all = evaluate(tables, z);
      const Values turned = evaluate(tables, z.colwise().reverse());
      for (int n = 0; n < 75; ++n) {
        SCOPED_TRACE(testing::Message() << "d " << d << " s " << s << " row " << n);
        const Values alone = evaluate(tables, z.row(n));
        EXPECT_EQ(std::isnan(all.log_density(n)), n == 21);
        EXPECT_EQ(all.score.row(n).array().isNaN().any(), n == 21);
        if (n == 21) continue;
        EXPECT_TRUE(all.score.row(n).allFinite() && all.denoised.row(n).allFinite());
        for (const auto& [other, row] : {std::pair{&alone, 0}, {&turned, 74 - n}}) {
          EXPECT_EQ(other->log_density(row), all.log_density(n));
          EXPECT_EQ(other->score.row(row), all.score.row(n));
          EXPECT_EQ(other->denoised.row(row), all.denoised.row(n));
        }
      }
    }
}

TEST(ComponentGroups, MayWriteOverTheirInput) {
  const GaussianMixture mixture = clusters(600, 2, 0);
  const MixtureTables tables = tables_of(mixture, {0.75, -0.25, 1e-3});
  const HostMatrix z = probes(mixture, 0.75, 100);
  const Values apart = evaluate(tables, z);
  const Matrix in_place = to_device("z", z), other = to_device("z", z);
  const Vector log_p = make_vector("log_p", 100);
  log_density_and_score(Exec(), tables, in_place, log_p, in_place);
  denoised(Exec(), tables, other, other);
  EXPECT_EQ(to_host_matrix(in_place), apart.score);
  EXPECT_EQ(to_host_vector(log_p), apart.log_density);
  EXPECT_EQ(to_host_matrix(other), apart.denoised);
}

TEST(ComponentGroups, FollowALevelThatIsTabledAnew) {
  const GaussianMixture mixture = clusters(600, 2, 0);
  const HostMatrix z = probes(mixture, 0.75, 20);
  MixtureTables tables = tables_of(mixture, {0.5, -0.5, 1e-2});
  retable(Exec(), {0.75, -0.25, 1e-3}, tables);
  EXPECT_EQ(evaluate(tables, z).score, evaluate(tables_of(mixture, {0.75, -0.25, 1e-3}), z).score);
}

}  // namespace
}  // namespace plumbline::groups_test
