// Evidence that may be looked at after every run: e-processes and confidence sequences by betting.
// harness/statistics/README §8.
#pragma once

#include <vector>

#include "core/types.hpp"
#include "harness/statistics/rate.hpp"
#include "harness/statistics/statistics.hpp"

namespace plumbline {

/// Bets against a hypothesis, one value after another. The wealth of a unit stake starts at 1 and
/// is, under the hypothesis, at least 1/α *ever* with probability at most α (Ville 1939): looking
/// after every value, and stopping when one likes, costs nothing.
///
/// Every value is bet on by several bettors with fixed strategies; wealth is their mean, so none
/// has to be chosen and no value is used to tune its own bet.
class Wealth {
 public:
  /// log of the mean wealth now.
  Real log_now() const;
  /// log of the largest mean wealth so far; 1/exp of it, at most 1, is a p-value at any time.
  Real log_best() const { return log_best_; }
  Real p_value() const;
  Index count() const { return count_; }

 protected:
  explicit Wealth(std::size_t bettors) : log_wealth_(bettors, Real{0}) {}
  std::vector<Real>& bettors() { return log_wealth_; }
  void settle();  ///< after every value

 private:
  std::vector<Real> log_wealth_;
  Real log_best_ = 0;
  Index count_ = 0;
};

/// Against "E X ≤ 1" for X ≥ 0: Π (1 + λ (x − 1)) with stakes λ = 1, ½, ¼ … 2⁻¹¹ (Waudby-Smith &
/// Ramdas 2024). X = Ẑ/Z of an unbiased estimator has mean 1 itself: no null sets are needed.
class MeanAboveOne : public Wealth {
 public:
  MeanAboveOne() : Wealth(stakes) {}
  /// NaN is skipped; ∞ is infinite wealth.   pre  x ≥ 0
  void add(Real x);
  static constexpr std::size_t stakes = 12;
};

/// Against "U is uniform on [0, 1]": densities θ u^(θ−1) for values too high, and mirrored for too
/// low ones, θ = 1.25 … 65. `tail` says which are bet on; both costs a factor of two.
class UniformBet : public Wealth {
 public:
  explicit UniformBet(Tail tail);
  void add(Real u);  ///< NaN is skipped

 private:
  Tail tail_;
};

/// Where each new value falls among a pool fixed beforehand and the values before it, at random
/// among equals: (#{less} + v (1 + #{equal}))/(n + 1), n those compared with, v ~ U(0, 1). If pool
/// and values are exchangeable, these are independent and uniform (ranks among a shared pool alone
/// depend on each other).
class OnlineRanks {
 public:
  explicit OnlineRanks(const std::vector<double>& pool);  ///< NaN are left out
  /// `v` in [0, 1): the tie-breaking uniform, to be stored with the value. NaN gives NaN.
  Real add(Real value, Real v);

 private:
  std::vector<double> sorted_;
};

/// Bounds on the mean of independent values in [0, 1], each of confidence 1 − level, that hold at
/// all counts at once: the means m against which bettors with stakes on x/m − 1 (for the lower one)
/// never became rich (Waudby-Smith & Ramdas 2024). [0, 1] without values.
///   pre  values in [0, 1]; NaN are left out   cost  500 · count
Interval bounded_mean(const std::vector<double>& values, Real level);

}  // namespace plumbline
