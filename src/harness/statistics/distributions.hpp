// Distributions that the tests rest on, by Boost.Math: thin wrappers, so that its headers are
// parsed in one file. Evaluated in double on every platform. Oracle of the tests: SciPy.
#pragma once

#include "core/types.hpp"

namespace plumbline {

/// z with P(Z ≤ z) = p for a standard normal Z, 0 < p < 1.
Real normal_quantile(Real p);
/// Probability that |T| exceeds |t| for Student's t with `dof` > 0 degrees of freedom.
Real student_two_sided(Real t, Real dof);
/// t with P(T ≤ t) = p, 0 < p < 1.
Real student_quantile(Real p, Real dof);
/// P(F > f) for Fisher's F with d1 and d2 degrees of freedom.
Real f_upper(Real f, Real d1, Real d2);
/// P(χ² > x) with `dof` degrees of freedom.
Real chi_squared_upper(Real x, Real dof);
/// x with P(X ≤ x) = p for X ~ Gamma(shape, 1), shape > 0, 0 < p < 1.
Real gamma_quantile(Real p, Real shape);
/// x with P(X ≤ x) = p for X ~ Beta(a, b), a, b > 0, 0 < p < 1.
Real beta_quantile(Real p, Real a, Real b);

/// P(Binomial(n, p) = k), 0 ≤ p ≤ 1; 0 for k outside 0 … n.
Real binomial_probability(Index n, Real p, Index k);
/// Smallest k with P(Binomial(n, p) > k) ≤ tail: what a count of false alarms may reach.
Index binomial_upper(Index n, Real p, Real tail);

}  // namespace plumbline
