// The exact output law of replacement and its Langevin correction on a correlated Gaussian, context
// path and all: a recursion of means and covariances.
#pragma once

#include "unit/problem/observations.hpp"
#include "unit/samplers/reverse/linear_gaussian.hpp"

namespace plumbline::test::replaced {

inline const OuGaussian prior = {vector({0.4, -0.3, 0.7}),
                                 matrix({{1.0, 0.4, 0.7}, {0.4, 0.8, -0.2}, {0.7, -0.2, 0.9}})};
inline const std::vector<int> x = {0, 2}, y = {1};
inline constexpr Real y_0 = 1.5, horizon = 2;

/// The same state, y first: [y, x].
inline Moments with_y_first(const Moments& law) {
  return marginal(law, {1, 0, 2});
}

inline Problem problem() {
  return Problem(Exec{}, gaussian(prior.mu, prior.sigma), ou(horizon),
                 Inpainting{.observed = y, .y = vector({y_0})});
}

/// Law of (y_T, …, y_1) at the times of the grid.
inline Moments path_law(const std::string& context, Real y_seen, const std::vector<Real>& times) {
  const Index levels = Index(times.size()) - 1;
  Moments law{HostVector::Constant(levels, y_seen), HostMatrix::Zero(levels, levels)};
  if (context == "fixed") return law;
  for (Index i = 0; i < levels; ++i) {
    law.mean(i) = std::exp(-times[i]) * y_seen;
    for (Index j = 0; j < levels; ++j) {
      const Real s = std::min(times[i], times[j]), t = std::max(times[i], times[j]);
      if (i == j || context == "forward")
        law.covariance(i, j) = -std::exp(s - t) * std::expm1(-2 * s);
    }
  }
  return law;
}

/// Everything jointly Gaussian: u = (y_T, …, y_1, y_0, x). y_0 is a constant.
struct Stack {
  Moments law;
  Index levels;

  Index context(Index i) const { return i; }  // index of y at times[i]
  Index first_x() const { return levels + 1; }

  /// x ← a [y_i, x] + b + N(0, c).
  void move_x(Index i, const HostMatrix& a, const HostVector& b, const HostMatrix& c) {
    const Index size = law.mean.size();
    HostMatrix m = HostMatrix::Identity(size, size);
    m.block(first_x(), 0, 2, size).setZero();
    m.block(first_x(), i, 2, 1) = a.col(0);
    m.block(first_x(), first_x(), 2, 2) = a.rightCols(2);
    law.mean = m * law.mean;
    law.covariance = m * law.covariance * m.transpose();
    law.mean.tail(2) += b;
    law.covariance.bottomRightCorner(2, 2) += c;
  }
};

struct Method {
  std::string context, kernel;
  int steps = 0;
  int langevin_steps = 0;
  Real langevin_step = 0;
  Real y = y_0;
};

/// The exact output law of algorithm 1 of Papp, slides (2 with langevin_steps > 0), context path
/// and all.
inline Moments output_law(const Method& method) {
  const std::vector<Real> times = uniform_times(horizon, method.steps);
  const Moments path = path_law(method.context, method.y, times);
  const Index levels = path.mean.size();
  Stack u{{HostVector::Zero(levels + 3), HostMatrix::Zero(levels + 3, levels + 3)}, levels};
  u.law.mean.head(levels) = path.mean;
  u.law.mean(levels) = method.y;
  u.law.covariance.topLeftCorner(levels, levels) = path.covariance;

  // x_T ~ p_T(x | y_T)
  const Moments top = with_y_first(prior.at(horizon));
  const HostMatrix gain = top.covariance.block(1, 0, 2, 1) / top.covariance(0, 0);
  HostMatrix a(2, 3);
  a << gain, HostMatrix::Zero(2, 2);
  u.move_x(0, a, top.mean.tail(2) - gain * top.mean.head(1),
           condition(top, {1, 2}, {0}, vector({0})).covariance);

  for (int step = 0; step < method.steps; ++step) {
    const Real t = times[step], s = times[step + 1];
    const AffineKernel k = kernel_by_name(method.kernel, prior, t, s);
    const std::vector<int> order = {1, 0, 2};
    u.move_x(step, k.a(x, order), k.b(x), k.c(x, x));

    // x ← x − ε [S⁻¹ (z − m)]_x + √(2 ε) ξ
    const HostMatrix p = prior.covariance(s).inverse();
    const HostVector pm = p * prior.mean(s);
    for (int l = 0; l < method.langevin_steps; ++l) {
      HostMatrix move = -method.langevin_step * HostMatrix(p(x, order));
      move.rightCols(2) += HostMatrix::Identity(2, 2);
      u.move_x(step + 1, move, method.langevin_step * pm(x),
               2 * method.langevin_step * HostMatrix::Identity(2, 2));
    }
  }
  return {u.law.mean.tail(2), u.law.covariance.bottomRightCorner(2, 2)};
}

inline Moments posterior() {
  return condition({prior.mu, prior.sigma}, x, y, vector({y_0}));
}

}  // namespace plumbline::test::replaced
