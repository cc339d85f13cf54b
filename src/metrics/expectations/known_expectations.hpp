// Functions of a draw whose expectation under the exact target is known: what draws that depend on
// each other are judged by. A mean over them has the right value whatever hangs on whatever; how
// far it may stray is for whoever has independent units. metrics/README §12.
#pragma once

#include <string>
#include <vector>

#include "metrics/metric.hpp"

namespace plumbline {

/// Errors of an average in [−below, above] are none.
struct Tolerated {
  Real below = 0, above = 0;
};
/// By the name of a function, "spread_2": what harness/verdict/README §10 tolerates, where it means
/// the same. {0, 0} for a name that is none.
Tolerated tolerated_error(std::string_view name);

/// f of one draw, less its expectation.
struct KnownExpectation {
  std::string name;       ///< "location_1", "spread_1", "correlation_1_2", "mass_1", "log_density"
  std::string long_name;  ///< "mean along principal axis 1"
  std::string units;      ///< "posterior standard deviations", …
  Tolerated tolerated = tolerated_error(name);
  Real error = 0;      ///< standard error of the expectation itself, where it is not in closed form
  Real deviation = 1;  ///< standard deviation of one exact draw
};

/// P(u_j·x ≤ u_j·x_n) and P(u_j·x ≥ u_j·x_n) under the target, x_n a draw.
struct AxisTails {
  HostMatrix below, above;  ///< [n, axes]
};

/// With principal axes u_j of the target's covariance, s_j² = Var u_j·x, at most four of them:
///
///     location_j          u_j·(x − μ)/s_j                       tolerated 0.25
///     spread_j            (u_j·(x − μ))²/s_j² − 1               tolerated −0.25 … 1/3
///     correlation_i_j     product of locations i and j          tolerated 0.4
///     mass_k              r_k(x) − π_k of component k           tolerated 0.1
///     log_density         (log q(x) − E log q)/sd(log q)        tolerated 0.25
///
/// Components: the eight heaviest above 5 %, where there are two; k is the component's number.
/// Deviations, and E log q with its error, are those of `reference` ≥ 2 exact draws.
class KnownExpectations {
 public:
  KnownExpectations(const Exec& exec, const Problem& problem, Index reference, Rng rng);

  const std::vector<KnownExpectation>& functions() const { return functions_; }
  /// f_j(x_n) − E f_j.   shapes  x [n, d] → [n, J]
  HostMatrix values(const Exec& exec, const Matrix& x) const;

  /// In closed form; empty where the target is no mixture.
  AxisTails tails(const HostMatrix& x) const;

 private:
  HostMatrix locations(const HostMatrix& x) const;

  Problem problem_;
  HostVector mean_;
  HostMatrix axes_;  // columns u_j/s_j
  std::vector<int> components_;
  bool density_ = false;
  Real log_q_mean_ = 0, log_q_sd_ = 1;
  std::vector<KnownExpectation> functions_;
};

}  // namespace plumbline
