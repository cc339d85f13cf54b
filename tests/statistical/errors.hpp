// Distance of draws from the exact posterior in its first two moments and its component masses, and
// what refinement does to it.
#pragma once

#include <fmt/ranges.h>

#include "mixture/evaluate.hpp"
#include "unit/samplers/support.hpp"

namespace plumbline::test {

/// ‖mean − E‖ in posterior standard deviations plus ‖Cov − C‖_F/‖C‖_F.
inline Real moment_error(const Ensemble& ensemble, const Problem& problem) {
  const HostVector m = mean(Exec{}, ensemble) - problem.target_mean();
  const HostMatrix& c = problem.target_covariance();
  return m.cwiseQuotient(c.diagonal().cwiseSqrt()).norm() +
         (covariance(Exec{}, ensemble) - c).norm() / c.norm();
}

/// Root mean square of the same error over 8 sets of n exact draws.
inline Real null_error(const Problem& problem, Index n) {
  Real square = 0;
  for (std::uint64_t seed = 100; seed < 108; ++seed) {
    const Ensemble exact = equally_weighted(problem.draw_exact(Exec{}, n, Rng::from_seed(seed)));
    square += std::pow(moment_error(exact, problem), 2) / 8;
  }
  return std::sqrt(square);
}

/// Errors along a budget that doubles from level to level.
struct Refinement {
  std::vector<Real> errors;
  Real null = 0;

  /// Least-squares slope of ½ log(error² − null²) against log(budget), over the levels that stand
  /// out of the noise (error > 4 null); NaN with fewer than two.
  Real slope() const {
    std::vector<Real> x, y;
    for (std::size_t i = 0; i < errors.size(); ++i)
      if (errors[i] > 4 * null) {
        x.push_back(Real(i) * std::log(2.0));
        y.push_back(std::log(errors[i] * errors[i] - null * null) / 2);
      }
    const Real n = Real(x.size());
    Real mx = 0, my = 0, xy = 0, xx = 0;
    for (std::size_t i = 0; i < x.size(); ++i) mx += x[i] / n, my += y[i] / n;
    for (std::size_t i = 0; i < x.size(); ++i) {
      xy += (x[i] - mx) * (y[i] - my);
      xx += (x[i] - mx) * (x[i] - mx);
    }
    return x.size() < 2 ? nan : xy / xx;
  }

  bool drowned() const { return errors.back() <= 4 * null; }

  std::string text() const {
    return fmt::format("errors {:.4f}, null {:.4f}, slope {:.2f}", fmt::join(errors, " "), null,
                       slope());
  }
};

}  // namespace plumbline::test
