// Likelihood and draws of the crescent.
#include "problem/observations/crescent_likelihood.hpp"

#include <cmath>

#include "problem/observations/prior_proposal.hpp"

namespace plumbline {
namespace {

/// −(y − f(z))²/2ξ: the log likelihood less its largest value.
KOKKOS_INLINE_FUNCTION Real relative_log_likelihood(const Crescent& o, const RowPoint& z) {
  const Real r = crescent_residual(o.c, o.y, z(0), z(1));
  return -r * r / (2 * o.xi);
}

void log_likelihood_of(const Exec& exec, const Crescent& o, const Matrix& z, const Vector& log_l) {
  const Real constant = -(log_2pi + std::log(o.xi)) / 2;
  parallel_over(
      exec, "plumbline::problem::crescent_log_likelihood", z.extent(0), KOKKOS_LAMBDA(Index n) {
        log_l(n) = constant + relative_log_likelihood(o, RowPoint{z, n});
      });
}

void gradient_of(const Exec& exec, const Crescent& o, const Matrix& z, const Matrix& gradient) {
  parallel_over(
      exec, "plumbline::problem::crescent_gradient", z.extent(0), KOKKOS_LAMBDA(Index n) {
        const Real push = crescent_residual(o.c, o.y, z(n, 0), z(n, 1)) / o.xi;
        gradient(n, 0) = push * z(n, 0);
        gradient(n, 1) = push / o.c;
      });
}

void push_of(const Exec& exec, const Crescent& o, bool length, Real strength, const Matrix& z,
             const Matrix& v) {
  parallel_over(
      exec, "plumbline::problem::crescent_push", z.extent(0), KOKKOS_LAMBDA(Index n) {
        const Real r = crescent_residual(o.c, o.y, z(n, 0), z(n, 1));
        const Real sign = r > 0 ? 1 : (r < 0 ? -1 : r);
        const Real push = strength * (length ? sign : r / o.xi);
        v(n, 0) = push * z(n, 0);
        v(n, 1) = push / o.c;
      });
}

void reject(const Exec& exec, const PriorProposal& prior, const Crescent& o, Rng acceptance,
            const Matrix& x) {
  parallel_over(
      exec, "plumbline::problem::draw_crescent", x.extent(0), KOKKOS_LAMBDA(Index n) {
        const RowPoint z = {x, n};
        for (int j = 0; j < most_proposals; ++j) {
          propose(prior, n, j, z);
          if (log(acceptance.uniform(n, j, 0)) < relative_log_likelihood(o, z)) return;
        }
        x(n, 0) = x(n, 1) = nan;
      });
}

}  // namespace

void crescent_log_likelihood(const Exec& exec, const Crescent& o, const Matrix& z,
                             const Vector& log_l) {
  log_likelihood_of(exec, o, z, log_l);
}

void crescent_gradient(const Exec& exec, const Crescent& o, const Matrix& z,
                       const Matrix& gradient) {
  gradient_of(exec, o, z, gradient);
}

void crescent_push(const Exec& exec, const Crescent& o, bool length, Real strength, const Matrix& z,
                   const Matrix& v) {
  push_of(exec, o, length, strength, z, v);
}

void draw_crescent(const Exec& exec, const FactoredMixture& prior, const Crescent& o, Rng rng,
                   const Matrix& x) {
  reject(exec,
         {tables_at(exec, prior, NoiseLevel{}), prior.cumulative, rng.stream("state"),
          rng.stream("component")},
         o, rng.stream("acceptance"), x);
}

}  // namespace plumbline
