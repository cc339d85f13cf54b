// Kernels that take the components by tiles, and rotations by long rows: sizes at the edges of
// tiles, scores that cancel, and the bits of a row in any company.
#include <gtest/gtest.h>

#include "mixture/detail/accumulate.hpp"
#include "mixture/evaluate.hpp"
#include "unit/mixture/direct.hpp"
#include "unit/mixture/support.hpp"

namespace plumbline::tiles_test {
namespace {

using namespace testing_mixture;

constexpr CovarianceKind along_axes[] = {CovarianceKind::isotropic, CovarianceKind::diagonal};

void expect_direct(const GaussianMixture& mixture, const NoiseLevel& level, const HostMatrix& z) {
  const Values at = evaluate(tables_of(mixture, level), z);
  for (int n = 0; n < z.rows(); ++n) {
    SCOPED_TRACE(testing::Message() << "K " << mixture.components() << " d " << z.cols() << " row "
                                    << n << " variance " << level.variance);
    const Direct want = direct(mixture, level, z.row(n));
    EXPECT_LE(std::abs(at.log_density(n) - want.log_density),
              1e-12 * std::max(Real(1), std::abs(want.log_density)));
    EXPECT_LE(relative_error(at.score.row(n).transpose(), want.score), 1e-12);
    EXPECT_LE(relative_error(at.denoised.row(n).transpose(), want.denoised), 1e-12);
  }
}

TEST(MixtureTiles, HoldAtTheEdgesOfTilesAndChunks) {
  for (const CovarianceKind kind : along_axes) {
    for (const int d : {5, 7, 16, 17, 63, 64, 65, 100})
      for (const int components : {1, 3, 4, 5}) {
        const GaussianMixture mixture =
            random_mixture({.kind = kind, .components = components, .dimension = d}, 3 + d);
        for (const Real t : {1e-8, 0.3, 3.0})
          expect_direct(mixture, ou_level(t), points_near(mixture, ou_level(t), 2, 3, d));
      }
    for (const int components : {63, 64, 65, 127, 128, 129}) {
      const GaussianMixture mixture =
          random_mixture({.kind = kind, .components = components, .dimension = 6}, 8);
      for (const Real t : {0.1, 3.0})
        expect_direct(mixture, ou_level(t), points_near(mixture, ou_level(t), 2, components, 1));
    }
  }
}

/// Near the only component's mean, and half-way between two, the score is a difference of numbers
/// that the remainders of a μ_k belong to, at levels whose log-weights do without them.
TEST(MixtureTiles, KeepScoresThatCancel) {
  for (const CovarianceKind kind : along_axes)
    for (const int d : {5, 16, 65})
      for (const int components : {1, 2}) {
        const GaussianMixture mixture =
            random_mixture({.kind = kind, .components = components, .dimension = d}, 40 + d);
        const NoiseLevel level = ou_level(0.8);
        for (const Real far : {1e-5, 1e-4, 1e-3, 1e-2, 0.1})
          expect_direct(mixture, level, points_near(mixture, level, far, 4, 2));
      }
}

/// Every position in a block, beside points that cancel, that are far, and that are not finite.
TEST(MixtureTiles, GiveARowTheSameBitsInAnyCompany) {
  for (const CovarianceKind kind : along_axes)
    for (const int d : {5, 7, 16, 17, 65})
      for (const int components : {1, 4, 5, 65}) {
        const GaussianMixture mixture =
            random_mixture({.kind = kind, .components = components, .dimension = d}, 9);
        const NoiseLevel level = ou_level(0.7);
        const MixtureTables tables = tables_of(mixture, level);
        Numbers numbers(12);
        HostMatrix z = 4 * numbers.normals(53, d);
        const HostMatrix close = points_near(mixture, level, 1e-6, 53, 4);
        for (int n = 0; n < 53; n += 5) z.row(n) = close.row(n);
        z.row(1).setConstant(1e200);
        z.row(18).setConstant(-1e290);
        z(35, d - 1) = nan;
        const Values all = evaluate(tables, z);
        for (int n = 0; n < 53; ++n) {
          const Values alone = evaluate(tables, z.row(n));
          SCOPED_TRACE(testing::Message() << "d " << d << " K " << components << " row " << n);
          EXPECT_EQ(all.score.row(n).array().isNaN().any(), n == 35);
          if (n == 35) continue;
          EXPECT_EQ(alone.log_density(0), all.log_density(n));
          EXPECT_EQ(alone.score.row(0), all.score.row(n));
          EXPECT_EQ(alone.denoised.row(0), all.denoised.row(n));
        }
      }
}

TEST(MixtureTiles, IgnoreComponentsOfWeightZeroWhereverTheyStand) {
  for (const CovarianceKind kind : along_axes)
    for (const int d : {5, 17}) {
      const GaussianMixture mixture =
          random_mixture({.kind = kind, .components = 9, .dimension = d}, 5);
      HostVector log_weights = HostVector::Constant(9, -infinity);
      for (const int k : {3, 7}) log_weights(k) = k;
      Numbers numbers(3);
      const HostMatrix z = 3 * numbers.normals(20, d);
      const Values with =
          evaluate(tables_of(mixture.with_log_weights(log_weights), ou_level(0.5)), z);
      const Values without =
          evaluate(tables_of(mixture.components_of({3, 7}).with_log_weights(
                                 HostVector::Map(std::vector<Real>{3, 7}.data(), 2)),
                             ou_level(0.5)),
                   z);
      EXPECT_EQ(with.log_density, without.log_density);
      EXPECT_EQ(with.score, without.score);
      EXPECT_EQ(with.denoised, without.denoised);
    }
}

/// Rows 1 ← U rows 0, rows 2 ← Uᵀ rows 0, on a block of W.   shapes  x [W, d], out, back [W, d]
template <int W>
struct Rotate {
  Cube u;
  Matrix x, out, back;
  Vector work;  // [3 d W]

  KOKKOS_FUNCTION void operator()(Index) const {
    const int d = x.extent_int(1);
    detail::Rows<0, W, 3> rows{work.data(), d, W};
    for (Index first = 0; first < Index(x.extent(0)); first += W) {
      detail::load<W>(x, first, d, rows);
      detail::Lanes<W> keep;
      for (int w = 0; w < W; ++w) keep[w] = 0.25;
      for (int i = 0; i < d; ++i)
        for (int w = 0; w < W; ++w) rows(1, i)[w] = i;
      detail::rotate_out<W>(u, 0, d, keep, rows, 0, 1);
      detail::rotate_in<W>(u, 0, d, rows, 0, 2);
      for (int w = 0; w < W && first + w < Index(x.extent(0)); ++w)
        for (int i = 0; i < d; ++i) {
          out(first + w, i) = rows(1, i)[w];
          back(first + w, i) = rows(2, i)[w];
        }
    }
  }
};

template <int W>
std::pair<HostMatrix, HostMatrix> rotated(const HostMatrix& u, const HostMatrix& x) {
  const int d = static_cast<int>(u.rows());
  const Cube on_device = make_cube("u", 1, d, d);
  const auto mirror = host_mirror(on_device);
  for (int i = 0; i < d; ++i)
    for (int j = 0; j < d; ++j) mirror(0, i, j) = u(i, j);
  Kokkos::deep_copy(on_device, mirror);
  const Matrix out = make_matrix("out", x.rows(), d), back = make_matrix("back", x.rows(), d);
  parallel_over(Exec(), "rotate", 1,
                Rotate<W>{on_device, to_device("x", x), out, back, make_vector("work", 3 * d * W)});
  return {to_host_matrix(out), to_host_matrix(back)};
}

TEST(Rotations, OfABlockAreThoseOfItsPointsToTheBit) {
  for (const int d : {1, 2, 5, 15, 16, 17, 18, 19, 33, 64}) {
    Numbers numbers(d);
    const HostMatrix u = rotation(d, numbers), x = numbers.normals(19, d);
    const auto [out, back] = rotated<block_width>(u, x);
    const auto [one_out, one_back] = rotated<1>(u, x);
    EXPECT_EQ(out, one_out) << d;
    EXPECT_EQ(back, one_back) << d;
    EXPECT_LE((back - x * u).cwiseAbs().maxCoeff(), 1e-13) << d;
  }
}

}  // namespace
}  // namespace plumbline::tiles_test
