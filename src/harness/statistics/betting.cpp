// Wealth in logarithms; mixtures over stakes.
#include "harness/statistics/betting.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/errors.hpp"

namespace plumbline {
namespace {

constexpr std::array<Real, 8> powers = {1.25, 1.5, 2, 3, 5, 9, 17, 65};

Real stake(std::size_t k) {
  return std::exp2(-static_cast<Real>(k));
}

Real log_mean(const std::vector<Real>& logs) {
  const Real largest = *std::max_element(logs.begin(), logs.end());
  if (std::isinf(largest)) return largest;
  Real sum = 0;
  for (const Real log : logs) sum += std::exp(log - largest);
  return largest + std::log(sum / static_cast<Real>(logs.size()));
}

/// Largest log wealth at any count of bettors on "the mean of x ≥ 0 is above m".
Real best_against(const std::vector<double>& values, Real m, bool mirrored) {
  MeanAboveOne bet;
  for (const double value : values) {
    if (std::isnan(value)) continue;
    const Real x = mirrored ? 1 - value : value;
    bet.add(m > 0 ? x / m : (x > 0 ? infinity : 1));
  }
  return bet.log_best();
}

/// The smallest mean of x (or 1 − x) that the bettors leave standing: wealth falls as m grows.
Real lower_bound(const std::vector<double>& values, Real level, bool mirrored) {
  const Real rich = -std::log(level);
  Real refused = 0, standing = 1;
  if (best_against(values, refused, mirrored) < rich) return 0;
  for (int step = 0; step < 40; ++step) {
    const Real m = (refused + standing) / 2;
    (best_against(values, m, mirrored) < rich ? standing : refused) = m;
  }
  return refused;
}

}  // namespace

Real Wealth::log_now() const {
  return log_mean(log_wealth_);
}

Real Wealth::p_value() const {
  return std::min<Real>(1, std::exp(-log_best_));
}

void Wealth::settle() {
  log_best_ = std::max(log_best_, log_now());
  ++count_;
}

void MeanAboveOne::add(Real x) {
  if (std::isnan(x)) return;
  PLUMBLINE_REQUIRE(x >= 0, "a value of {} bets on a mean of 1", x);
  for (std::size_t k = 0; k < stakes; ++k) {
    Real& wealth = bettors()[k];
    wealth += std::log1p(stake(k) * (x - 1));
    if (std::isnan(wealth)) wealth = -infinity;  // ∞ lost whole: 0 · ∞
  }
  settle();
}

UniformBet::UniformBet(Tail tail)
    : Wealth(tail == Tail::both ? 2 * powers.size() : powers.size()), tail_(tail) {}

void UniformBet::add(Real u) {
  if (std::isnan(u)) return;
  PLUMBLINE_REQUIRE(u >= 0 && u <= 1, "a rank of {}", u);
  std::size_t bettor = 0;
  const auto bet = [&](Real on) {
    // At the edge a power's density is 0: the least double above keeps a bettor in the game.
    const Real log_u = std::log(std::max<Real>(on, 0x1p-1022));
    for (const Real power : powers) bettors()[bettor++] += std::log(power) + (power - 1) * log_u;
  };
  if (tail_ != Tail::lower) bet(u);
  if (tail_ != Tail::upper) bet(1 - u);
  settle();
}

OnlineRanks::OnlineRanks(const std::vector<double>& pool) {
  for (const double value : pool)
    if (!std::isnan(value)) sorted_.push_back(value);
  std::sort(sorted_.begin(), sorted_.end());
}

Real OnlineRanks::add(Real value, Real v) {
  if (std::isnan(value)) return nan;
  const auto [low, high] = std::equal_range(sorted_.begin(), sorted_.end(), value);
  const auto less = static_cast<Real>(low - sorted_.begin());
  const auto equal = static_cast<Real>(high - low);
  const Real rank = (less + v * (1 + equal)) / (static_cast<Real>(sorted_.size()) + 1);
  sorted_.insert(high, value);
  return rank;
}

Interval bounded_mean(const std::vector<double>& values, Real level) {
  for (const double value : values)
    PLUMBLINE_REQUIRE(!(value < 0 || value > 1), "{} is not in [0, 1]", value);
  return {lower_bound(values, level, false), 1 - lower_bound(values, level, true)};
}

}  // namespace plumbline
