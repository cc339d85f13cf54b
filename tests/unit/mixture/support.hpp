// Random mixtures and host-side calls that the tests of mixture/ share.
#pragma once

#include <cmath>

#include "core/rng.hpp"
#include "mixture/evaluate.hpp"

namespace plumbline::testing_mixture {

/// A stream of numbers in the order they are asked for.
class Numbers {
 public:
  explicit Numbers(std::uint64_t seed) : rng_(Rng::from_seed(seed)) {}
  Real normal() { return rng_.normal(next_++, 0, 0); }
  Real uniform() { return rng_.uniform(next_++, 0, 0); }
  HostMatrix normals(int rows, int columns) {
    HostMatrix m(rows, columns);
    for (int i = 0; i < rows; ++i)
      for (int j = 0; j < columns; ++j) m(i, j) = normal();
    return m;
  }

 private:
  Rng rng_;
  std::uint64_t next_ = 0;
};

/// Orthogonal [d, d].
inline HostMatrix rotation(int d, Numbers& numbers) {
  return Eigen::HouseholderQR<Eigen::MatrixXd>(numbers.normals(d, d)).householderQ();
}

/// Variances log-uniform in [1/condition, 1], means with spread 4, uneven weights.
struct Shape {
  CovarianceKind kind = CovarianceKind::isotropic;
  int components = 1;
  int dimension = 1;
  Real condition = 10;
};

inline GaussianMixture random_mixture(const Shape& shape, std::uint64_t seed) {
  Numbers numbers(seed);
  const int components = shape.components, d = shape.dimension;
  HostVector weights(components);
  for (int k = 0; k < components; ++k) weights(k) = 0.1 + numbers.uniform();
  const HostMatrix means = 4 * numbers.normals(components, d);
  HostMatrix variances(components, d);
  for (int k = 0; k < components; ++k)
    for (int i = 0; i < d; ++i) variances(k, i) = std::pow(shape.condition, -numbers.uniform());
  if (d > 1) variances.col(0).setOnes();
  if (d > 1) variances.col(d - 1).setConstant(1 / shape.condition);
  if (shape.kind == CovarianceKind::isotropic)
    return GaussianMixture::isotropic(weights, means, variances.col(0));
  if (shape.kind == CovarianceKind::diagonal)
    return GaussianMixture::diagonal(weights, means, variances);
  std::vector<HostMatrix> covariances;
  for (int k = 0; k < components; ++k) {
    const HostMatrix u = rotation(d, numbers);
    const HostMatrix c = u * variances.row(k).asDiagonal() * u.transpose();
    covariances.push_back((c + c.transpose()) / 2);
  }
  return GaussianMixture::full(weights, means, covariances);
}

inline MixtureTables tables_of(const GaussianMixture& mixture, const NoiseLevel& level = {}) {
  return tables_at(Exec(), factored(Exec(), mixture), level);
}

/// The ou process at time t.
inline NoiseLevel ou_level(Real t) {
  return {std::exp(-t), std::expm1(-t), -std::expm1(-2 * t)};
}

/// Rows: near a component's scaled mean, `far` standard deviations of its widest direction away.
inline HostMatrix points_near(const GaussianMixture& mixture, const NoiseLevel& level, Real far,
                              int rows, std::uint64_t seed) {
  Numbers numbers(seed);
  HostMatrix z(rows, mixture.dimension());
  for (int n = 0; n < rows; ++n) {
    const int k = n % mixture.components();
    HostVector direction = numbers.normals(mixture.dimension(), 1);
    direction *= far / direction.norm();
    const HostVector noise = std::sqrt(level.variance) * direction;
    const HostVector spread = mixture.factor(k) * direction;
    z.row(n) = level.alpha * (mixture.means().row(k) + spread.transpose()) + noise.transpose();
  }
  return z;
}

/// Everything the room evaluates, for all rows of z, on the host.
struct Evaluated {
  HostVector log_density;
  HostMatrix score, denoised, responsibilities, log_responsibilities;
  std::vector<HostMatrix> hessian, denoised_covariance;
};

inline std::vector<HostMatrix> matrices(const Cube& cube) {
  const auto host = host_copy(cube);
  std::vector<HostMatrix> out;
  for (Index n = 0; n < Index(cube.extent(0)); ++n) {
    HostMatrix m(cube.extent(1), cube.extent(2));
    for (Index i = 0; i < m.rows(); ++i)
      for (Index j = 0; j < m.cols(); ++j) m(i, j) = host(n, i, j);
    out.push_back(m);
  }
  return out;
}

inline Evaluated evaluate_all(const MixtureTables& tables, const HostMatrix& z) {
  const Exec exec;
  const Index n = z.rows();
  const int d = tables.mixture.dimension, components = tables.mixture.components;
  const Matrix points = to_device("z", z);
  const Vector log_p = make_vector("log_p", n);
  const Matrix g = make_matrix("score", n, d), m = make_matrix("denoised", n, d);
  const Matrix r = make_matrix("r", n, components), log_r = make_matrix("log_r", n, components);
  const Cube h = make_cube("hessian", n, d, d), c = make_cube("covariance", n, d, d);
  log_density(exec, tables, points, log_p);
  score(exec, tables, points, g);
  denoised(exec, tables, points, m);
  responsibilities(exec, tables, points, r);
  log_responsibilities(exec, tables, points, log_r);
  hessian(exec, tables, points, h);
  denoised_covariance(exec, tables, points, c);
  exec.fence();
  return {to_host_vector(log_p), to_host_matrix(g), to_host_matrix(m), to_host_matrix(r),
          to_host_matrix(log_r), matrices(h),       matrices(c)};
}

/// Largest difference relative to the largest entry of the expected one: the error of tests/README
/// §3.
template <class A, class B>
Real relative_error(const A& actual, const B& expected) {
  const Real scale = expected.cwiseAbs().maxCoeff();
  const Real error = (actual - expected).cwiseAbs().maxCoeff();
  return error == 0 ? 0 : error / scale;  // NaN stays NaN and fails every comparison
}

/// What the kernels make of points z [n, D].
struct Values {
  HostVector log_density;
  HostMatrix score, denoised;
};

inline Values evaluate(const MixtureTables& tables, const HostMatrix& z) {
  const Matrix points = to_device("z", z), g = make_matrix("score", z.rows(), z.cols());
  const Matrix m = make_matrix("denoised", z.rows(), z.cols());
  const Vector log_p = make_vector("log_p", z.rows());
  log_density_and_score(Exec(), tables, points, log_p, g);
  denoised(Exec(), tables, points, m);
  return {to_host_vector(log_p), to_host_matrix(g), to_host_matrix(m)};
}

}  // namespace plumbline::testing_mixture
