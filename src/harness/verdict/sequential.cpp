// Values in the order of their replicates → wealth and confidence sequences.
#include "harness/verdict/sequential.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "core/errors.hpp"
#include "core/rng.hpp"
#include "harness/statistics/betting.hpp"
#include "harness/statistics/statistics.hpp"

namespace plumbline {
namespace {

constexpr std::array<std::size_t, 3> own_sets = {1, 2, 4};

/// Two bettors with half the stake each.
class Halves {
 public:
  void settle(const Wealth& a, const Wealth& b) {
    const Real larger = std::max(a.log_now(), b.log_now());
    const Real smaller = std::min(a.log_now(), b.log_now());
    const Real now = std::isinf(larger)
                         ? larger
                         : larger + std::log1p(std::exp(smaller - larger)) - std::numbers::ln2;
    log_best_ = std::max(log_best_, now);
  }
  Real log_best() const { return log_best_; }

 private:
  Real log_best_ = 0;
};

/// 1, ½, 0 for a value above, equal to, below the other.
Real placement(double value, double other) {
  return value > other ? 1 : value == other ? 0.5 : 0;
}

/// Run r among its own sets r s … (r + 1) s − 1: the share below it, half of those equal to it. Of
/// runs and sets that have a number.
std::vector<double> placements(std::vector<double> values, std::vector<double> null,
                               std::size_t s) {
  for (auto* list : {&values, &null}) std::erase_if(*list, [](double v) { return std::isnan(v); });
  std::vector<double> out;
  for (std::size_t r = 0; r < values.size() && (r + 1) * s <= null.size(); ++r) {
    Real sum = 0;
    for (std::size_t j = r * s; j < (r + 1) * s; ++j) sum += placement(values[r], null[j]);
    out.push_back(sum / static_cast<Real>(s));
  }
  return out;
}

/// Of values with better = "higher" the upper side is the good one.
Interval towards_worse(const Interval& theta, const MetricInfo& info) {
  if (info.better != Better::higher) return theta;
  return {1 - theta.high, 1 - theta.low};
}

AnyTime of_uniform(const MetricSample& sample, Real level) {
  AnyTime out;
  UniformBet along(Tail::both), folded(Tail::both);
  Halves wealth;
  std::vector<double> seen;
  std::size_t next = 1, look = 1;
  Real distance = 1;
  for (const double u : sample.values) {
    if (std::isnan(u)) continue;
    const Real inside = std::clamp<Real>(u, 0, 1);  // what diverged: ∞
    along.add(inside);
    folded.add(std::abs(2 * inside - 1));
    wealth.settle(along, folded);
    seen.push_back(inside);
    if (seen.size() < next) continue;
    const auto n = static_cast<Real>(seen.size()), j = static_cast<Real>(look++);
    const Real allowed = std::sqrt(std::log(2 * j * (j + 1) / level) / (2 * n));
    distance = std::min(distance, uniform_distance(seen) + allowed);
    next = (next & (next - 1)) == 0 ? std::max(next + 1, next * 3 / 2) : next / 3 * 4;
  }
  out.log_e = wealth.log_best();
  out.upper = distance < 1 ? distance * std::sqrt(Real{12}) : infinity;
  return out;
}

/// Pairs bet on signs, and need no pool.
AnyTime of_pairs(const MetricSample& sample, Real level) {
  AnyTime out;
  MeanAboveOne above, below;
  Halves wealth;
  std::vector<double> signs;
  for (std::size_t r = 0; r < sample.values.size(); ++r) {
    const double v = sample.values[r], u = sample.null[r];
    if (std::isnan(v) || std::isnan(u)) continue;
    signs.push_back(placement(v, u));
    above.add(2 * signs.back());
    below.add(2 - 2 * signs.back());
    wealth.settle(above, below);
  }
  out.log_e = wealth.log_best();
  out.theta = towards_worse(bounded_mean(signs, level), sample.info);
  return out;
}

AnyTime of_pool(const MetricSample& sample, Real level) {
  PLUMBLINE_REQUIRE(sample.ties.size() >= sample.values.size(),
                    "{} values of {} and {} uniforms that break ties", sample.values.size(),
                    sample.info.name, sample.ties.size());
  AnyTime out;
  OnlineRanks ranks(sample.null);
  UniformBet bet(Tail::both);
  for (std::size_t r = 0; r < sample.values.size(); ++r)
    bet.add(ranks.add(sample.values[r], sample.ties[r]));
  out.log_e = bet.log_best();
  out.theta = {0, 1};
  for (const std::size_t s : own_sets) {
    const Interval by = bounded_mean(placements(sample.values, sample.null, s),
                                     level / static_cast<Real>(own_sets.size()));
    out.theta = {std::max(out.theta.low, by.low), std::min(out.theta.high, by.high)};
  }
  out.theta = towards_worse(out.theta, sample.info);
  return out;
}

}  // namespace

std::vector<double> tie_uniforms(std::uint64_t seed, const std::string& label, std::int64_t cell,
                                 const std::string& metric, std::size_t count) {
  const Rng rng = Rng::from_seed(seed)
                      .stream("ties")
                      .stream(label)
                      .stream(static_cast<std::uint64_t>(cell))
                      .stream(metric);
  std::vector<double> out;
  for (std::size_t r = 0; r < count; ++r) out.push_back(rng.uniform(r, 0, 0));
  return out;
}

Index fewest_sets(Real level, Real margin) {
  const Real theta = exceedance_of_shift(margin);
  const Real entropy = -std::log(4 * theta * (1 - theta)) / 2;  // KL(½ ‖ θ)
  const auto bounds = static_cast<Real>(own_sets.size());
  return static_cast<Index>(std::ceil(std::log(bounds * MeanAboveOne::stakes / level) / entropy));
}

MetricSample paired_off(MetricSample sample) {
  if (!sample.paired || is_uniform_law(sample.info)) return sample;
  const std::size_t pairs = std::min(sample.values.size(), sample.null.size());
  sample.values.resize(pairs);
  sample.null.resize(pairs);
  return sample;
}

AnyTime at_any_time(const MetricSample& given, Real level) {
  AnyTime out;
  if (is_uniform_law(given.info)) {
    out = of_uniform(given, level);
  } else {
    const MetricSample sample = rounded(paired_off(given));
    out = sample.paired ? of_pairs(sample, level) : of_pool(sample, level);
    const Real bound = std::max(out.theta.high, 1 - out.theta.low);
    out.upper = bound < 1 ? shift_of_exceedance(bound) : infinity;
  }
  return out;
}

Calibrated calibrate_any_time(const MetricSample& given, Real level, Index look) {
  if (is_mean_law(given.info)) return calibrate(given);
  if (given.average) {
    Calibrated out = calibrate(given);
    const Real part = level_of_look(level, look);
    out.p_value = std::min<Real>(1, out.p_value * level / part);
    out.any_time = AnyTime{0, {0, 1}, out.average->upper(part)};
    return out;
  }
  const MetricSample sample = paired_off(given);
  Calibrated out = calibrate(sample);
  AnyTime known = at_any_time(sample, level);
  if (!out.uniform && !out.null_varies) known.upper = infinity;
  out.p_value = std::min<Real>(1, std::exp(-known.log_e));
  out.any_time = known;
  return out;
}

Real level_of_look(Real level, Index look) {
  const auto k = static_cast<Real>(look);
  return level * 6 / (std::numbers::pi * std::numbers::pi * k * k);
}

}  // namespace plumbline
