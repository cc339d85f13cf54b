// Is the reference right? Checks of a Problem and of the exact draws before anybody is judged by
// them. They fail when the mathematics of this build, or the numbers of a file, are not what they
// claim.
#pragma once

#include <string>
#include <vector>

#include "harness/sweep/plan.hpp"
#include "io/result/result_file.hpp"

namespace plumbline {

struct SelfCheck {
  std::string what;   ///< "the posterior density integrates to 1"
  std::string where;  ///< "", or the point of the problem's axes
  bool passed = false;
  std::string says;  ///< the number seen beside what is allowed
};

/// Checks of one Problem:
///
///   integral    E_g[q/g] = 1 for the posterior density q and the mixture g of the same components
///   with
///               covariances times 1 + 2/d (Owen & Zhou 2000: the ratio stays below e); g is
///               evaluated on the host by Cholesky factors, apart from the code under test. z-test
///               at 1e-5
///   Bayes       log q(x) + log p(y) = log p(z) + log p(y | z) at exact draws, to 1e-7 (1 + |log
///   p|) score       ∇ log q, and ∇ log p_t of the prior at three noise levels, along random
///   directions
///               against central differences of the log density, to 1e-5 of its scale
///   draws       exact draws along 8 random directions against the closed-form distribution
///   functions:
///               Kolmogorov–Smirnov at 1e-5 in all. Sees a shift of 0.06 standard deviations
///
/// Where the target is no mixture, or has no density, the checks that need one are left out.
///   cost  below a second: fewer points for many or large components
std::vector<SelfCheck> check_problem(const Exec& exec, const Problem& problem, Rng rng);

/// The last of these, of the given draws [n, d].   requires  a mixture with a density
SelfCheck check_law_of(const Problem& problem, const HostMatrix& x, Rng rng);

/// Every problem of a result file: check_problem, and that the stored posterior moments and
/// evidence are what this build finds (1e-8). The problems are those of `plan`; without one
/// (nullptr) they are rebuilt from the /problem group. Of a y drawn per replicate the first.
///   errors  IoError when the file lacks /problem, or does not hold large full covariances
std::vector<SelfCheck> check_file_problems(const Exec& exec, const Plan* plan,
                                           const Results& results);

/// The floor of a file: fresh exact draws (other random numbers) measured by the metrics of `plan`
/// must be exchangeable with the stored null sets, p ≥ 1e-4 for all metrics and problems together
/// (Bonferroni). Fails for a floor of other metrics settings, another problem or another build.
std::vector<SelfCheck> check_floor(const Exec& exec, const Plan& plan, const Results& results);

/// The mixture and the Problem that a /problem group stands for. Public for tests and `score`.
Problem rebuild_problem(const Exec& exec, const ProblemRecord& record, std::uint64_t seed,
                        Index replicate = 0);

}  // namespace plumbline
