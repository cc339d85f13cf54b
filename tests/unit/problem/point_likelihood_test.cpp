// Gradients of log p(y | z_0) against differences, for every kind of observation that has one.
#include "problem/point_likelihood.hpp"

#include <gtest/gtest.h>

#include "unit/diffusion/support.hpp"
#include "unit/mixture/support.hpp"
#include "unit/problem/observations.hpp"

namespace plumbline::point_likelihood_test {
namespace {

using testing_diffusion::every_process;
using testing_mixture::Numbers;
using testing_mixture::random_mixture;
using testing_mixture::relative_error;

Event tilted_plane(Real width) {
  HostVector a(3);
  a << 0.8, -0.5, 0.3;
  return {a, 2.5, width};
}

TEST(PointLikelihood, HasTheGradientOfItsDifferencesForEveryKindThatHasOne) {
  const auto prior = random_mixture({CovarianceKind::full, 4, 3}, 3);
  LinearGaussian linear = {Numbers(1).normals(2, 3), HostMatrix(2, 2), HostVector::Ones(2)};
  linear.noise << 0.5, 0.2, 0.2, 0.3;
  const std::vector<ObservationPtr> observations = {linear, ClassLabel{1, {{0, 3}, {2, 1}}, 1},
                                                    ClassLabel{1, {{0, 3}, {2, 1}}, 0.6},
                                                    tilted_plane(0.4)};
  for (const ObservationPtr& observation : observations) {
    const Problem problem(Exec(), prior, every_process().front(), observation);
    ASSERT_TRUE(PointLikelihood::differentiable(problem));
    const HostMatrix z = 2 * Numbers(2).normals(9, 3);
    const Matrix gradient = make_matrix("gradient", 9, 3);
    point_log_likelihood_gradient(Exec(), problem, to_device("z", z), gradient);
    HostMatrix differences(9, 3);
    const Vector up = make_vector("up", 9), down = make_vector("down", 9);
    const Real h = 1e-5;  // error h² + ε/h, about 1e-10
    for (int i = 0; i < 3; ++i) {
      HostMatrix moved = z;
      moved.col(i).array() += h;
      point_log_likelihood(Exec(), problem, to_device("z", moved), up);
      moved.col(i).array() -= 2 * h;
      point_log_likelihood(Exec(), problem, to_device("z", moved), down);
      differences.col(i) = (to_host_vector(up) - to_host_vector(down)) / (2 * h);
    }
    EXPECT_LT(relative_error(to_host_matrix(gradient), differences), 1e-7) << observation->target();
  }
  EXPECT_FALSE(PointLikelihood::differentiable(
      Problem(Exec(), prior, every_process().front(), tilted_plane(0))));
  EXPECT_FALSE(PointLikelihood::exists(
      Problem(Exec(), prior, every_process().front(), Inpainting{{1}, HostVector::Ones(1)})));
}

}  // namespace
}  // namespace plumbline::point_likelihood_test
