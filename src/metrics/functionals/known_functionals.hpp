// Functions of a draw whose expectation under the exact target is known: averages of them have the
// right value whatever depends on whatever. What limits, draws that depend on each other, and
// chains are judged by. metrics/README §10.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "metrics/metric.hpp"
#include "metrics/transport/projection.hpp"
#include "mixture/evaluate.hpp"
#include "problem/target_density.hpp"

namespace plumbline {

/// f of one draw, less its expectation.
struct KnownFunctional {
  std::string name;       ///< record/functionals.hpp: "location_1", "masses_0", "log_density"
  std::string long_name;  ///< "mean along principal axis 1"
  std::string units;      ///< "posterior standard deviations", …
  /// Draws that depend on each other are judged by its average (harness/verdict/README §12).
  bool of_dependent = true;
  /// Of one exact draw; NaN before exact draws were looked at.
  Real deviation = nan;
  /// Standard error of the expectation: 0 in closed form.
  Real error = 0;
};

/// An average over draws, less its expectation. The standard error is that of as many independent
/// exact draws: of dependent ones, where they are judged by it; else NaN.
struct SignedError {
  std::string name;
  Estimate of;
};

/// P(u_j·x ≤ u_j·x_n) and P(u_j·x ≥ u_j·x_n) under the target, x_n a draw.
struct AxisTails {
  HostMatrix below, above;  ///< [n, axes]
};

/// The functionals of one target, made once for all that is measured on it. With u_j = a_jᵀ(x −
/// μ)/√λ_j along the leading principal axes of its covariance (mean μ), at most four of them,
///
///     location_j       u_j
///     spread_j         u_j² − 1
///     dependence_i_j   u_i u_j − E u_i u_j (0 of principal axes; coordinates may correlate)
///     tails_j          1{u_j outside the target's 5 % and 95 % quantiles} − 0.1
///     masses_k         r_k(x) − π_k of component k = 0, 1, …
///     masses_rank_k    r(x) − π of the k-th heaviest component, k = 1, 2, …; 0 of a light one
///     log_density      (log q(x) − E log q)/sd(log q)
///
/// `masses_rank_k` in place of `masses_k` where the target is another for every replicate: then a
/// component is heavy in some of them alone, and a rank is there in all.
/// tails: of mixtures of at most 64 components without points. Masses: where there are two
/// components, of the eight heaviest; of more than 64 those above 5 %. log_density, its expectation
/// and the deviations of all: by exact draws, which are drawn when first asked for; the same
/// whoever asks. None of a point.
///   cost    made once: O(d³ + K d²); exact draws: as a sampler `exact`, and J numbers of each
///   threads host, single-threaded harness, like Problem
///   tested  unit/metrics/functionals/: closed forms; mean 0 on exact draws
class KnownFunctionals {
 public:
  struct ExactDraws {
    Index count = 0;  ///< ≥ 2
    Rng rng;          ///< of the problem alone
  };
  enum class Masses { by_component, by_rank };
  /// All that exact draws say: short, kept where the tables of a target are not.
  struct Summary {
    std::vector<Real> deviations;  ///< of those in closed form
    Real log_q_count = 0, log_q_mean = 0, log_q_sd = 1;
  };
  using Kept = std::shared_ptr<std::optional<Summary>>;
  /// Exact draws are made when `kept` is empty, and fill it; it belongs to one target.
  KnownFunctionals(const Exec& exec, const Problem& problem, ExactDraws exact,
                   Masses masses = Masses::by_component, Kept kept = {});

  /// All of them but log_density.
  const std::vector<KnownFunctional>& in_closed_form() const { return closed_; }
  /// All of them, with deviations and errors. Looks at exact draws.
  const std::vector<KnownFunctional>& all(const Exec& exec) const;

  /// Σ_n w_n f_j(x_n) of those in closed form; none of draws that are not finite.
  ///   cost  O(n d), and O(n K d) for masses (full covariances O(n K d²))
  std::vector<SignedError> errors(const Exec& exec, const Ensemble& ensemble) const;
  /// The same of all, with standard errors. Looks at exact draws.
  std::vector<SignedError> errors_of_dependent(const Exec& exec, const Ensemble& ensemble) const;

  /// f_j(x_n) of all. Looks at exact draws.   shapes  x [n, d] → [n, J]
  HostMatrix values(const Exec& exec, const Matrix& x) const;

  /// In closed form; empty where the target is no mixture, or a point. Components without extension
  /// along an axis are widened to 1e-6 of the target's deviation.   shapes  x [n, d]
  AxisTails tails(const Exec& exec, const Matrix& x) const;

 private:
  /// What exact draws say.
  struct Measured {
    std::vector<KnownFunctional> all;
    std::optional<TargetDensity> density;
    Real log_q_mean = 0, log_q_sd = 1;
  };
  void choose_tails(const Exec& exec, const HostMatrix& axes);
  void choose_components();
  /// 1, or 0 for a rank whose component is too light to be looked at.
  Real counts(int component) const;
  Matrix along(const Exec& exec, const Matrix& x) const;
  HostMatrix closed_values(const Exec& exec, const Matrix& x) const;
  const Measured& measured(const Exec& exec) const;
  Measured measure(const Exec& exec) const;
  Summary summarise(const Exec& exec, const TargetDensity& density) const;

  Problem problem_;
  ExactDraws exact_;
  Matrix axes_;             // [J, d], rows a_j/√λ_j
  Vector centre_;           // [d]
  HostMatrix correlation_;  // [J, J] of u: 0 between principal axes
  std::optional<ProjectedMixture> line_;
  Vector low_, high_;  // [J] quantiles; empty without tails
  Masses masses_;
  std::vector<int> components_;          // those whose masses are looked at, in that order
  std::optional<MixtureTables> tables_;  // of all components, where masses are looked at
  std::vector<KnownFunctional> closed_;
  Kept kept_;
  mutable std::optional<Measured> measured_;
};

/// What KnownFunctionals of a problem keep, whoever uses them; and what an average of n draws holds
/// at once, the draws and a batch of exact ones included.
Needs known_functional_tables(const Problem& problem);
Needs known_functional_needs(const Problem& problem, Index n);

}  // namespace plumbline
