#include "problem/point_likelihood.hpp"

#include "problem/crescent.hpp"
#include "problem/event.hpp"
#include "problem/likelihood.hpp"

namespace plumbline {
namespace {

/// constant − ½ ‖y − A z‖².   shapes  z [n, D], a [m, D], y [m] → log_l [n]
void whitened(const Exec& exec, const Matrix& a, const Vector& y, Real constant, const Matrix& z,
              const Vector& log_l) {
  const int m = a.extent_int(0), dimension = a.extent_int(1);
  parallel_over(
      exec, "plumbline::problem::point_likelihood", z.extent(0), KOKKOS_LAMBDA(Index n) {
        Real square = 0;
        for (int j = 0; j < m; ++j) {
          Real residual = y(j);
          for (int i = 0; i < dimension; ++i) residual = Kokkos::fma(-a(j, i), z(n, i), residual);
          square = Kokkos::fma(residual, residual, square);
        }
        log_l(n) = constant - square / 2;
      });
}

/// Aᵀ(y − A z).   shapes  as above, gradient [n, D]
void whitened_gradient(const Exec& exec, const Matrix& a, const Vector& y, const Matrix& z,
                       const Matrix& gradient) {
  const int m = a.extent_int(0), dimension = a.extent_int(1);
  parallel_over(
      exec, "plumbline::problem::point_likelihood_gradient", z.extent(0), KOKKOS_LAMBDA(Index n) {
        for (int i = 0; i < dimension; ++i) gradient(n, i) = 0;
        for (int j = 0; j < m; ++j) {
          Real residual = y(j);
          for (int i = 0; i < dimension; ++i) residual = Kokkos::fma(-a(j, i), z(n, i), residual);
          for (int i = 0; i < dimension; ++i)
            gradient(n, i) = Kokkos::fma(a(j, i), residual, gradient(n, i));
        }
      });
}

void scale(const Exec& exec, Real factor, const Vector& v) {
  parallel_over(
      exec, "plumbline::problem::tilt_likelihood", v.extent(0),
      KOKKOS_LAMBDA(Index n) { v(n) *= factor; });
}

/// a ← factor (a − b).   shapes  [n, D]
void scaled_difference(const Exec& exec, Real factor, const Matrix& b, const Matrix& a) {
  const int dimension = a.extent_int(1);
  parallel_over(
      exec, "plumbline::problem::class_gradient", a.extent(0), KOKKOS_LAMBDA(Index n) {
        for (int i = 0; i < dimension; ++i) a(n, i) = factor * (a(n, i) - b(n, i));
      });
}

/// γ (∇ log p(z | c) − ∇ log p(z)).
void class_gradient(const Exec& exec, const Problem& problem, const ClassLabel& o, const Matrix& z,
                    const Matrix& gradient) {
  const GaussianMixture members = problem.prior().components_of(o.classes[o.label]);
  const Matrix prior = make_matrix("prior_score", z.extent(0), z.extent(1));
  score(exec, tables_at(exec, factored(exec, members), NoiseLevel{}), z, gradient);
  score(exec, tables_at(exec, problem.prior_factored(), NoiseLevel{}), z, prior);
  scaled_difference(exec, o.gamma, prior, gradient);
}

bool positive_definite(const HostMatrix& noise) {
  return symmetric_eigen(noise).values.minCoeff() > 0;
}

}  // namespace

PointLikelihood::PointLikelihood(const Problem& problem) : problem_(problem) {
  PLUMBLINE_REQUIRE(exists(problem), "p(y | z_0) is not a density");
  const auto* o = std::get_if<LinearGaussian>(&problem.observation());
  if (!o) return;
  const Eigen::MatrixXd root = o->noise.llt().matrixL();
  const auto lower = root.triangularView<Eigen::Lower>();
  a_ = to_device("whitened_A", HostMatrix(lower.solve(Eigen::MatrixXd(o->a))));
  y_ = to_device("whitened_y", HostVector(lower.solve(o->y)));
  log_constant_ = -root.diagonal().array().log().sum() - Real(o->y.size()) * log_2pi / 2;
}

bool PointLikelihood::exists(const Problem& problem) {
  const Observation& observation = problem.observation();
  if (const auto* o = std::get_if<LinearGaussian>(&observation)) return positive_definite(o->noise);
  if (std::holds_alternative<ClassLabel>(observation)) return !problem.prior().singular();
  return !std::holds_alternative<Inpainting>(observation);
}

bool PointLikelihood::differentiable(const Problem& problem) {
  const auto* event = std::get_if<Event>(&problem.observation());
  return exists(problem) && !(event && event->width == 0);
}

int PointLikelihood::cost(const Problem& problem) {
  return std::holds_alternative<ClassLabel>(problem.observation()) ? 1 : 0;
}

void PointLikelihood::value(const Exec& exec, const Matrix& z, const Vector& log_l) const {
  if (a_.data()) return whitened(exec, a_, y_, log_constant_, z, log_l);
  log_likelihood(exec, problem_, 0, z, log_l);
  if (const auto* o = std::get_if<ClassLabel>(&problem_.observation()))
    scale(exec, o->gamma, log_l);
}

void PointLikelihood::gradient(const Exec& exec, const Matrix& z, const Matrix& gradient) const {
  PLUMBLINE_REQUIRE(differentiable(problem_), "log p(y | z_0) has no gradient");
  if (a_.data()) return whitened_gradient(exec, a_, y_, z, gradient);
  if (const auto* o = std::get_if<Event>(&problem_.observation()))
    return event_indicator_gradient(exec, *o, z, gradient);
  if (const auto* o = std::get_if<Crescent>(&problem_.observation()))
    return crescent_gradient(exec, *o, z, gradient);
  class_gradient(exec, problem_, std::get<ClassLabel>(problem_.observation()), z, gradient);
}

void point_log_likelihood(const Exec& exec, const Problem& problem, const Matrix& z,
                          const Vector& log_l) {
  PointLikelihood(problem).value(exec, z, log_l);
}
void point_log_likelihood_gradient(const Exec& exec, const Problem& problem, const Matrix& z,
                                   const Matrix& gradient) {
  PointLikelihood(problem).gradient(exec, z, gradient);
}

}  // namespace plumbline
