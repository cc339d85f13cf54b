// What is left of a signed error when a budget grows without end: plateau, prediction, flatness, by
// means of replicates that are linear in what was measured. harness/verdict/README §15.
#pragma once

#include <vector>

#include "core/types.hpp"
#include "harness/statistics/local_order.hpp"

namespace plumbline {

/// Signed errors along budgets; replicate r of every budget shares its random numbers.
struct SignedCurve {
  std::vector<Real> budgets;                ///< increasing, > 0
  std::vector<std::vector<double>> values;  ///< [budget][replicate]
  Real order = 1;  ///< p: the error is c budget^−p + O(budget^−(p + 1))
};

/// A mean over replicates and Student's error of it.
struct SignedMean {
  Real estimate = nan, error = nan, dof = 0;

  /// Largest size that is not excluded with confidence 1 − level, by one-sided bounds to both
  /// sides: a truth at the edge is missed to one of them only.
  Real upper(Real level) const;
  /// Smallest size that is not, two-sided; at least 0.
  Real lower(Real level) const;
};

struct SignedLimit {
  bool known = false;  ///< at least four budgets, `fewest_replicates` with a number at each of them
  Index spare = 0;     ///< budgets beyond three
  SignedMean finest;   ///< the error at the finest budget
  /// Two extrapolations from the finest budgets: a + c b^−p through two, a + c b^−p + c' b^−(p+1)
  /// through three. The wider counts.
  SignedMean plateau, bent_plateau;
  /// Finest budget − what the bent curve through the three before it says.
  SignedMean missed;
  LocalOrders orders;

  /// The largest bound over its tolerance, at most 1 where all that is left is within: both
  /// plateaus and the missed prediction exclude more, the finest error more than `finest_allowed`
  /// of them.
  Real share_of(Real tolerance, Real level, Real finest_allowed = 3) const;
  /// Something beyond the tolerance is left: by both extrapolations, also without the finest and
  /// the two finest budgets, all of one sign; and over the last factor of 4 the error moves by less
  /// than budget^(±p/4) with confidence 0.99. At least five budgets.
  bool stays_beyond(Real tolerance, Real level) const;
  /// Over the last factor of 4 it moved by no more than the tolerance. False where the budgets span
  /// less.
  bool has_stopped(Real tolerance, Real level) const;

  // What these look at.
  std::vector<SignedMean> earlier;  ///< both plateaus of the windows that end one and two before
  bool flat = false;
  SignedMean moved;  ///< finest error − that at the last budget that is a quarter of it
};

/// Of the replicates that have a number at every budget; all of them when none is missing.
///   cost    linear; 400 resamples for the orders
///   tested  unit/harness/refinement/signed_limit_test.cpp
SignedLimit signed_limit(const SignedCurve& curve);

}  // namespace plumbline
