// Averages over draws whose expectation under the target is known, less that: signed errors.
// metrics/README §10.
#pragma once

#include <string>
#include <vector>

#include "core/ensemble.hpp"
#include "problem/need.hpp"
#include "problem/problem.hpp"

namespace plumbline {

/// A name as record/functionals.hpp has it, without the prefix, and an error.
struct SignedError {
  std::string name;
  Real value = 0;
};

/// With u_j = a_jᵀ(x − μ)/√λ_j along the leading principal axes of the target's covariance (mean
/// μ), at most four of them:
///
///   location_j      Σ_n w_n u_nj
///   spread_j        Σ_n w_n u_nj² − 1
///   dependence_i_j  Σ_n w_n u_ni u_nj
///   tails_j         Σ_n w_n 1{u_nj outside the target's 5 % and 95 % quantiles} − 0.1
///   mass_k          Σ_n w_n r_k(x_n) − π_k, of the eight heaviest of 2 … 64 components
///
/// Each has mean 0 for draws of the target. Above 64 dimensions axes are the coordinates of largest
/// variance. `tails` only of mixtures without points. Empty for a target that is another in every
/// replicate (there is a truth), for a point, and for draws that are not finite.
///   cost    O(n d), and O(n K d) for masses (full covariances O(n K d²))
///   tested  unit/metrics/functionals/functionals_test.cpp: closed forms; mean 0 on exact draws
std::vector<SignedError> signed_errors(const Exec& exec, const Problem& problem,
                                       const Ensemble& ensemble);

/// What that holds at once, the `n` draws included.
Needs signed_error_needs(const Problem& problem, Index n);

}  // namespace plumbline
