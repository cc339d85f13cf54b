// Boost.Math under the names of statistics.
#include "harness/statistics/distributions.hpp"

#include <boost/math/distributions/beta.hpp>
#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/fisher_f.hpp>
#include <boost/math/distributions/gamma.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>

#include "core/errors.hpp"

namespace plumbline {
namespace {

namespace bm = boost::math;

/// No long double, whose digits depend on the machine; what is undefined is NaN.
using Policy = bm::policies::policy<bm::policies::promote_double<false>,
                                    bm::policies::domain_error<bm::policies::ignore_error>,
                                    bm::policies::pole_error<bm::policies::ignore_error>,
                                    bm::policies::overflow_error<bm::policies::ignore_error>,
                                    bm::policies::evaluation_error<bm::policies::ignore_error>>;
using Normal = bm::normal_distribution<Real, Policy>;
using Student = bm::students_t_distribution<Real, Policy>;
using FisherF = bm::fisher_f_distribution<Real, Policy>;
using ChiSquared = bm::chi_squared_distribution<Real, Policy>;
using Binomial = bm::binomial_distribution<Real, Policy>;
using Gamma = bm::gamma_distribution<Real, Policy>;
using Beta = bm::beta_distribution<Real, Policy>;

}  // namespace

Real normal_quantile(Real p) {
  PLUMBLINE_REQUIRE(p > 0 && p < 1, "a quantile at {}", p);
  return bm::quantile(Normal(), p);
}

Real student_two_sided(Real t, Real dof) {
  if (std::isinf(t)) return 0;
  return 2 * bm::cdf(bm::complement(Student(dof), std::abs(t)));
}

Real student_quantile(Real p, Real dof) {
  PLUMBLINE_REQUIRE(p > 0 && p < 1, "a quantile at {}", p);
  return bm::quantile(Student(dof), p);
}

Real gamma_quantile(Real p, Real shape) {
  PLUMBLINE_REQUIRE(p > 0 && p < 1, "a quantile at {}", p);
  return bm::quantile(Gamma(shape), p);
}

Real beta_quantile(Real p, Real a, Real b) {
  PLUMBLINE_REQUIRE(p > 0 && p < 1, "a quantile at {}", p);
  return bm::quantile(Beta(a, b), p);
}

Real f_upper(Real f, Real d1, Real d2) {
  if (!(f > 0)) return 1;
  if (std::isinf(f)) return 0;
  return bm::cdf(bm::complement(FisherF(d1, d2), f));
}

Real chi_squared_upper(Real x, Real dof) {
  if (std::isinf(x)) return 0;
  return bm::cdf(bm::complement(ChiSquared(dof), x));
}

Real binomial_probability(Index n, Real p, Index k) {
  if (k < 0 || k > n) return 0;
  return bm::pdf(Binomial(static_cast<Real>(n), p), static_cast<Real>(k));
}

Index binomial_upper(Index n, Real p, Real tail) {
  PLUMBLINE_REQUIRE(n >= 0 && p > 0 && p < 1 && tail > 0, "a binomial ({}, {}) at {}", n, p, tail);
  const Binomial count(static_cast<Real>(n), p);
  Index below = -1, k = n;  // P(X > below) > tail ≥ P(X > k)
  while (k - below > 1) {
    const Index middle = below + (k - below) / 2;
    const bool enough = bm::cdf(bm::complement(count, static_cast<Real>(middle))) <= tail;
    (enough ? k : below) = middle;
  }
  return k;
}

}  // namespace plumbline
