// log p(y) = log p(y | z_t) + log p_t(z_t) − log p_t(z_t | y), for every z_t and t: what weights of
// particles that move by the exact law given y are made of.
#pragma once

#include "diffusion/diffused_mixture.hpp"
#include "problem/problem.hpp"

namespace plumbline {

/// log p_t(z) − log p_t(z | y) of a posterior that is a mixture; log p(y | z_t) is the caller's.
class PriorOverPosterior {
 public:
  PriorOverPosterior(const Exec& exec, const Problem& problem);

  /// At t = 0 a noise-free observation compares p(z) with p(x | y), z = [x, y]: then the
  /// likelihood is not to be added.   shapes  z [n, D] → log_ratio [n]
  ///   requires  exists(problem, t)
  void evaluate(const Exec& exec, Real t, const Matrix& z, const Vector& log_ratio);

  /// False at t = 0 where the prior has no density.
  static bool exists(const Problem& problem, Real t) {
    return t > 0 || !(problem.prior().singular() || problem.posterior().singular());
  }
  /// Point evaluations of a mixture per row.
  static constexpr int cost = 2;

 private:
  Problem problem_;
  DiffusedMixture prior_, posterior_;
  Vector log_p_;  // [n] work
};

}  // namespace plumbline
