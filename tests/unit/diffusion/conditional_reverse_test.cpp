// The exact reverse kernel given observed coordinates: weights against the dense formula, draws
// against conditional Gaussians and against the unconditional kernel. diffusion/README §5.
//
// Monte-Carlo tests as in exact_reverse_test.cpp: |z| < 5, fixed seeds.
#include "diffusion/conditional_reverse.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "core/arrays/gather.hpp"
#include "diffusion/reverse_kernel.hpp"
#include "mixture/condition.hpp"
#include "mixture/draw.hpp"
#include "unit/diffusion/reverse_reference.hpp"
#include "unit/diffusion/support.hpp"
#include "unit/mixture/support.hpp"

namespace plumbline::conditional_reverse_test {
namespace {

using namespace testing_diffusion;
using testing_mixture::Numbers;
using testing_mixture::random_mixture;
using testing_mixture::relative_error;

const std::vector<CovarianceKind> every_kind = {CovarianceKind::isotropic, CovarianceKind::diagonal,
                                                CovarianceKind::full};

HostVector pick(const HostVector& v, const std::vector<int>& list) {
  return v(list);
}
HostMatrix pick(const HostMatrix& m, const std::vector<int>& rows,
                const std::vector<int>& columns) {
  return m(rows, columns);
}

/// log Σ_k r_k N(y_s; m_k^y, C_k^yy) from the printed formulas.
Real dense_log_weight(const std::vector<Branch>& list, const std::vector<int>& observed,
                      const HostVector& y) {
  HostVector terms(list.size());
  for (std::size_t k = 0; k < list.size(); ++k)
    terms[k] = list[k].log_weight + log_normal(y, pick(list[k].mean, observed),
                                               pick(list[k].covariance, observed, observed));
  return log_sum_exp(terms);
}

struct Case {
  int dimension;
  std::vector<int> observed;
};
const std::vector<Case> cases = {{2, {1}}, {3, {2, 0}}, {4, {3}}, {7, {5, 1, 2}}};

TEST(ConditionalReverse, WeighsByTheDensityOfTheObservedBlockOfTheMixture) {
  const Exec exec;
  for (const NoiseProcess& process : every_process())
    for (const CovarianceKind kind : every_kind)
      for (const auto& [d, observed] : cases) {
        const auto mixture = random_mixture({kind, 4, d}, 11);
        const Real t = process.horizon(), s = 0.4 * t;
        const int m = static_cast<int>(observed.size());
        // 3 runs of 4 particles
        const HostMatrix z = process.at(t).alpha * Numbers(1).normals(12, d) * 3 +
                             std::sqrt(process.at(t).variance) * Numbers(2).normals(12, d);
        const HostMatrix y = process.at(s).alpha * 2 * Numbers(3).normals(3, m) +
                             std::sqrt(process.at(s).variance) * Numbers(4).normals(3, m);
        ConditionalReverse kernel(exec, mixture, process, observed);
        kernel.move_to(exec, t, s);
        const Vector log_w = make_vector("log_w", 12);
        kernel.log_weight(exec, to_device("z", z), {to_device("y", y), 4}, log_w);

        const HostVector got = to_host_vector(log_w);
        for (int n = 0; n < 12; ++n) {
          const Real want = dense_log_weight(branches(mixture, process, t, s, z.row(n).transpose()),
                                             observed, y.row(n / 4).transpose());
          EXPECT_NEAR(got[n], want, 1e-10 * std::max(Real(1), std::abs(want)))
              << label_of(process) << " " << name_of(kind) << " d " << d;
        }
      }
}

/// One component: x_s is the conditional Gaussian of the textbook; 2^15 draws at one (z_t, y_s).
TEST(ConditionalReverse, DrawsTheConditionalGaussianOfOneComponent) {
  const Exec exec;
  const NoiseProcess process = make_process("ou");
  for (const CovarianceKind kind : every_kind)
    for (const auto& [d, observed] : cases) {
      const auto mixture = random_mixture({kind, 1, d}, 14);
      const std::vector<int> free = complement(observed, d);
      const HostVector z = 2 * Numbers(1).normals(d, 1);
      const HostVector y = 2 * Numbers(2).normals(static_cast<int>(observed.size()), 1);
      ConditionalReverse kernel(exec, mixture, process, observed);
      kernel.move_to(exec, 1.1, 0.5);
      const Matrix out = make_matrix("z_s", 1 << 15, d);
      const HostMatrix start = z.transpose().replicate(1 << 15, 1);
      kernel.draw(exec, to_device("z", start), {to_device("y", HostMatrix(y.transpose())), 1 << 15},
                  Rng::from_seed(6), 0, out);

      const Branch b = branches(mixture, process, 1.1, 0.5, z)[0];
      const HostMatrix c_xy = pick(b.covariance, free, observed);
      const HostMatrix gain = c_xy * HostMatrix(pick(b.covariance, observed, observed).inverse());
      const HostVector mean = pick(b.mean, free) + gain * (y - pick(b.mean, observed));
      const HostMatrix covariance = pick(b.covariance, free, free) - gain * c_xy.transpose();
      const HostMatrix got = to_host_matrix(out);
      EXPECT_LT(worst_z(got(Eigen::all, free), mean, covariance), 5) << name_of(kind) << " " << d;
      for (std::size_t j = 0; j < observed.size(); ++j)
        EXPECT_TRUE((got.col(observed[j]).array() == y[j]).all());
    }
}

/// z_s ~ p(z_s | z_t), then x_s drawn anew given y_s: the joint law must not change.
TEST(ConditionalReverse, RedrawingTheFreeBlockKeepsTheKernelsMoments) {
  const Exec exec;
  for (const CovarianceKind kind : every_kind) {
    const auto mixture = random_mixture({kind, 4, 3}, 21);
    const NoiseProcess process = make_process("vp", {text("schedule", "continuous")});
    const Real t = 0.6, s = 0.2;
    const Index n = 1 << 16;
    const DiffusedMixture diffused(exec, factored(exec, mixture), process, t);
    const HostMatrix start =
        (process.at(t).alpha * (mixture.means().row(0) + mixture.means().row(1)) / 2)
            .replicate(n, 1);
    const Matrix z_t = to_device("z_t", start), z_s = make_matrix("z_s", n, 3);
    exact_reverse_draw(exec, diffused, s, Rng::from_seed(1), 0, z_t, z_s);
    const HostMatrix y = to_host_matrix(z_s)(Eigen::all, std::vector<int>{2, 0});
    ConditionalReverse kernel(exec, mixture, process, {2, 0});
    kernel.move_to(exec, t, s);
    kernel.draw(exec, z_t, {to_device("y", y), 1}, Rng::from_seed(2), 0, z_t);

    const Matrix mean = make_matrix("mean", 1, 3);
    const Cube covariance = make_cube("covariance", 1, 3, 3);
    exact_reverse_moments(exec, diffused, s, to_device("one", HostMatrix(start.topRows(1))), mean,
                          covariance);
    exec.fence();
    EXPECT_LT(worst_z(to_host_matrix(z_t), to_host_matrix(mean).row(0).transpose(),
                      testing_mixture::matrices(covariance)[0]),
              5)
        << name_of(kind);
  }
}

TEST(ConditionalReverse, StartsFromTheDiffusedLawItself) {
  const Exec exec;
  for (const CovarianceKind kind : every_kind) {
    const auto mixture = random_mixture({kind, 4, 3}, 5);
    const NoiseProcess process = make_process("ou");
    const Real t = 0.4;
    const std::vector<int> observed = {1};
    ConditionalReverse kernel(exec, mixture, process, observed);
    const Index n = 1 << 16;

    // y_t ~ p_t(y_t), then x_t ~ p_t(x_t | y_t): together p_t
    const MixtureTables tables = tables_at(exec, factored(exec, mixture), process.at(t));
    const Matrix z = make_matrix("z", n, 3), redrawn = make_matrix("redrawn", n, 3);
    draw(exec, tables, Rng::from_seed(3), 0, z);
    const Matrix y = to_device("y", HostMatrix(to_host_matrix(z).col(1)));
    const Vector log_p = make_vector("log_p", n), want = make_vector("want", n);
    kernel.initial_log_weight(exec, t, y, log_p);
    kernel.initial_draw(exec, t, {y, 1}, Rng::from_seed(4), 0, redrawn);

    log_density(exec, tables_at(exec, factored(exec, mixture.marginal(observed)), process.at(t)), y,
                want);
    EXPECT_LE(relative_error(to_host_vector(log_p), to_host_vector(want)), 1e-12);
    const NoiseLevel level = process.at(t);
    const HostMatrix covariance = level.alpha * level.alpha * mixture.total_covariance() +
                                  level.variance * HostMatrix::Identity(3, 3);
    EXPECT_LT(worst_z(to_host_matrix(redrawn), level.alpha * mixture.mean(), covariance), 5);
  }
}

TEST(ConditionalReverse, TreatsEveryRowAloneAndPassesNanOn) {
  const Exec exec;
  for (const CovarianceKind kind : every_kind)
    for (const int d : {2, 7}) {
      const auto mixture = random_mixture({kind, 5, d}, 5);
      ConditionalReverse kernel(exec, mixture, make_process("ou"), {1});
      kernel.move_to(exec, 1, 0);
      HostMatrix z = Numbers(1).normals(53, d);
      z(7, 0) = std::nan("");
      const HostMatrix y = Numbers(2).normals(53, 1);
      const auto draws = [&](int first, int count) {
        const Matrix out = make_matrix("out", count, d);
        kernel.draw(exec, to_device("z", HostMatrix(z.middleRows(first, count))),
                    {to_device("y", HostMatrix(y.middleRows(first, count))), 1}, Rng::from_seed(9),
                    2, out, first);
        return to_host_matrix(out);
      };
      const HostMatrix whole = draws(0, 53), tail = draws(20, 33);
      const Vector log_w = make_vector("log_w", 53);
      kernel.log_weight(exec, to_device("z", z), {to_device("y", y), 1}, log_w);
      const HostVector weights = to_host_vector(log_w);

      EXPECT_TRUE(whole.bottomRows(33) == tail);
      EXPECT_TRUE(whole.row(7).array().isNaN().all());
      EXPECT_TRUE(whole.row(8).allFinite());
      EXPECT_TRUE(std::isnan(weights[7]));
      EXPECT_TRUE(std::isfinite(weights[8]));
    }
}

/// Row n is row ancestors(n).
HostMatrix rows_of(const HostMatrix& z, const std::vector<int>& ancestors) {
  HostMatrix out(z.rows(), z.cols());
  for (Index n = 0; n < z.rows(); ++n) out.row(n) = z.row(ancestors[n]);
  return out;
}

TEST(ConditionalReverse, DrawsTheSameBitsFromWhatItsWeightsKept) {
  const Exec exec;
  const NoiseProcess process = every_process().front();
  for (const CovarianceKind kind : every_kind)
    for (const int components : {1, 2, 3, 25, 64, 100})
      for (const auto& [d, observed] : cases) {
        const auto mixture = random_mixture({kind, components, d}, 11);
        const Index n = 3 * 40;  // 3 runs of 40 particles, not whole blocks
        const int m = static_cast<int>(observed.size());
        HostMatrix z = 2 * Numbers(1).normals(n, d);
        z(41, 0) = nan;
        const ContextRows y = {to_device("y", HostMatrix(2 * Numbers(3).normals(3, m))), 40};
        std::vector<int> ancestors(n);
        for (Index row = 0; row < n; ++row) ancestors[row] = int(row / 40 * 40 + row * 7 % 40);
        ConditionalReverse kernel(exec, mixture, process, observed);
        kernel.move_to(exec, 1, 0.4);
        const ComponentShares shares = make_shares(n, components);
        const Vector kept = make_vector("kept", n), alone = make_vector("alone", n);
        const Matrix from = to_device("from", rows_of(z, ancestors));
        const Matrix again = make_matrix("again", n, d), bisected = make_matrix("bisected", n, d);

        kernel.log_weight(exec, to_device("z", z), y, kept, shares);
        kernel.log_weight(exec, to_device("z", z), y, alone);
        kernel.draw(exec, from, y, Rng::from_seed(4), 2, again, 9);
        kernel.draw_from(exec, {to_device_list(ancestors), shares}, from, y, Rng::from_seed(4), 2,
                         bisected, 9);

        ASSERT_TRUE(shares.kept());
        const HostMatrix x = to_host_matrix(again), kept_x = to_host_matrix(bisected);
        const HostVector w = to_host_vector(alone), kept_w = to_host_vector(kept);
        for (Index row = 0; row < n; ++row) {
          const bool lost = ancestors[row] == 41;
          EXPECT_EQ(std::isnan(kept_x(row, 0)), lost);
          EXPECT_TRUE(lost || x.row(row) == kept_x.row(row)) << components << ' ' << row;
          EXPECT_TRUE(row == 41 || w[row] == kept_w[row]) << components << ' ' << row;
        }
      }
  EXPECT_FALSE(make_shares(100000, 1000).kept());
}

TEST(RunCursor, NamesTheRunOfEveryRow) {
  for (const Index particles : {1, 2, 5, 64})
    for (const Index first : {0, 1, 7, 129}) {
      RunCursor run(first, particles);
      for (Index row = first; row < first + 200; row += 1 + row % 3)
        EXPECT_EQ(run.of(row), row / particles);
    }
}

}  // namespace
}  // namespace plumbline::conditional_reverse_test
