// Tests by ranks and signs: their null distributions are enumerated, not assumed.
#include "harness/statistics/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/errors.hpp"
#include "core/rng.hpp"

namespace plumbline {
namespace {

std::vector<double> without_nan(const std::vector<double>& values) {
  std::vector<double> kept;
  for (const double v : values)
    if (!std::isnan(v)) kept.push_back(v);
  return kept;
}

/// Twice the mid-rank of every value among all of them: whole numbers, 2 for the smallest.
std::vector<Index> doubled_ranks(const std::vector<double>& values) {
  std::vector<Index> ranks;
  for (const double rank : mid_ranks(values)) ranks.push_back(std::llround(2 * rank));
  return ranks;
}

/// Σ over groups of equal values of t³ − t.
Real tie_sum(std::vector<Index> ranks) {
  std::sort(ranks.begin(), ranks.end());
  Real sum = 0;
  for (std::size_t i = 0, j = 0; i < ranks.size(); i = j) {
    for (j = i; j < ranks.size() && ranks[j] == ranks[i];) ++j;
    const auto t = static_cast<Real>(j - i);
    sum += t * t * t - t;
  }
  return sum;
}

/// p-value from P(S ≥ s) and P(S ≤ s).
Real of_tail(Real at_least, Real at_most, Tail tail) {
  if (tail == Tail::upper) return std::min<Real>(1, at_least);
  if (tail == Tail::lower) return std::min<Real>(1, at_most);
  return std::min<Real>(1, 2 * std::min(at_least, at_most));
}

/// P(S ≥ s) and P(S ≤ s) of a sum whose law is `weight` over whole numbers from 0.
Real tail_p_value(const std::vector<Real>& weight, Index s, Tail tail) {
  const auto at = weight.begin() + s;
  const Real all = std::accumulate(weight.begin(), weight.end(), Real{0});
  return of_tail(std::accumulate(at, weight.end(), Real{0}) / all,
                 std::accumulate(weight.begin(), at + 1, Real{0}) / all, tail);
}

/// The same for a normal sum; `half` is half the distance of neighbouring values (continuity).
Real normal_p_value(Real s, Real mean, Real variance, Real half, Tail tail) {
  if (!(variance > 0)) return 1;
  const Real scale = std::sqrt(2 * variance);
  return of_tail(std::erfc((s - half - mean) / scale) / 2, std::erfc((mean - s - half) / scale) / 2,
                 tail);
}

/// The permutation law of the sum of m of the N ranks: how many subsets have each sum from 0.
///
/// Count subsets by size and sum, one rank after the other: c(size, s) ← c(size, s) + c(size − 1,
/// s − rank). No count exceeds C(N, m), which is below 2^110 while m N ≤ `exact_rank_work` and m ≤
/// N/2; halving on the way would underflow for one value among thousands.
std::vector<Real> subset_sums(std::vector<Index> ranks, Index m) {
  std::sort(ranks.begin(), ranks.end());
  const auto width =
      static_cast<std::size_t>(std::accumulate(ranks.end() - m, ranks.end(), Index{0})) + 1;
  std::vector<std::vector<Real>> count(static_cast<std::size_t>(m) + 1,
                                       std::vector<Real>(width, Real{0}));
  count[0][0] = 1;
  for (const Index rank : ranks) {
    const auto shift = static_cast<std::size_t>(rank);
    for (auto size = static_cast<std::size_t>(m); size > 0; --size) {
      Real* to = count[size].data();
      const Real* from = count[size - 1].data();
      for (std::size_t s = shift; s < width; ++s) to[s] += from[s - shift];
    }
  }
  return count.back();
}

/// |Σ ± d_i|, the signs by the bits.
Real flipped_sum(const std::vector<double>& d, std::uint64_t signs) {
  Real sum = 0;
  for (std::size_t i = 0; i < d.size(); ++i) sum += (signs >> i) & 1 ? d[i] : -d[i];
  return std::abs(sum);
}

}  // namespace

std::vector<double> mid_ranks(const std::vector<double>& values) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (!std::isnan(values[i])) order.push_back(i);
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  std::vector<double> ranks(values.size(), nan);
  for (std::size_t i = 0, j = 0; i < order.size(); i = j) {
    for (j = i; j < order.size() && values[order[j]] == values[order[i]];) ++j;
    for (std::size_t k = i; k < j; ++k) ranks[order[k]] = static_cast<double>(i + j + 1) / 2;
  }
  return ranks;
}

Real rank_sum_p_value(const std::vector<double>& values, const std::vector<double>& null,
                      Tail tail) {
  const std::vector<double> v = without_nan(values), u = without_nan(null);
  if (v.empty() || u.empty()) return nan;
  std::vector<double> all = v;
  all.insert(all.end(), u.begin(), u.end());
  const std::vector<Index> ranks = doubled_ranks(all);
  const auto m = static_cast<Index>(v.size()), n = static_cast<Index>(u.size()), total = m + n;
  const Index of_values = std::accumulate(ranks.begin(), ranks.begin() + m, Index{0});
  if (std::min(m, n) * total <= exact_rank_work) {
    // All ranks sum to N(N + 1) doubled, so the smaller sample says the same, mirrored.
    if (m <= n) return tail_p_value(subset_sums(ranks, m), of_values, tail);
    const Tail mirrored = tail == Tail::upper   ? Tail::lower
                          : tail == Tail::lower ? Tail::upper
                                                : Tail::both;
    return tail_p_value(subset_sums(ranks, n), total * (total + 1) - of_values, mirrored);
  }
  const auto a = static_cast<Real>(m), b = static_cast<Real>(n), c = a + b;
  const Real variance = a * b / 12 * (c + 1 - tie_sum(ranks) / (c * (c - 1)));
  return normal_p_value(static_cast<Real>(of_values) / 2, a * (c + 1) / 2, variance, 0.5, tail);
}

Real smallest_rank_sum_p_value(Index m, Index n, Tail tail) {
  if (m < 1 || n < 1) return 1;
  const auto a = static_cast<Real>(m), b = static_cast<Real>(n);
  const Real p = std::exp(std::lgamma(a + 1) + std::lgamma(b + 1) - std::lgamma(a + b + 1));
  return std::min<Real>(1, tail == Tail::both ? 2 * p : p);
}

Real signed_rank_p_value(const std::vector<double>& differences, Tail tail) {
  std::vector<double> size;
  std::vector<bool> positive;
  for (const double d : differences) {
    if (std::isnan(d) || d == 0) continue;
    size.push_back(std::abs(d));
    positive.push_back(d > 0);
  }
  if (size.empty()) return without_nan(differences).empty() ? nan : 1;
  const std::vector<Index> ranks = doubled_ranks(size);
  const Index all = std::accumulate(ranks.begin(), ranks.end(), Index{0});
  Index sum = 0;
  for (std::size_t i = 0; i < ranks.size(); ++i)
    if (positive[i]) sum += ranks[i];
  if (static_cast<Index>(ranks.size()) > exact_signed_ranks) {
    Real variance = 0;
    for (const Index rank : ranks) variance += static_cast<Real>(rank * rank) / 16;
    return normal_p_value(static_cast<Real>(sum) / 2, static_cast<Real>(all) / 4, variance, 0.5,
                          tail);
  }
  // Every sign is + with probability 1/2: W(s) ← (W(s) + W(s − rank))/2.
  std::vector<Real> weight(static_cast<std::size_t>(all) + 1, Real{0});
  weight[0] = 1;
  for (const Index rank : ranks)
    for (Index s = all; s >= 0; --s) {
      Real& w = weight[static_cast<std::size_t>(s)];
      w = (w + (s >= rank ? weight[static_cast<std::size_t>(s - rank)] : 0)) / 2;
    }
  return tail_p_value(weight, sum, tail);
}

Real sign_flip_p_value(const std::vector<double>& differences) {
  const std::vector<double> d = without_nan(differences);
  if (d.empty()) return nan;
  const Real observed = std::abs(std::accumulate(d.begin(), d.end(), Real{0}));
  const Real least = observed * (1 - 1e-12);  // rounding must not tell a sum from its mirror image
  if (d.size() <= 16) {
    const std::uint64_t ways = std::uint64_t{1} << d.size();
    std::uint64_t count = 0;
    for (std::uint64_t signs = 0; signs < ways; ++signs) count += flipped_sum(d, signs) >= least;
    return static_cast<Real>(count) / static_cast<Real>(ways);
  }
  constexpr int draws = 9999;
  const Rng rng = Rng::from_seed(0).stream("sign flips");
  int count = 1;
  for (std::uint64_t draw = 0; draw < draws; ++draw) {
    Real sum = 0;
    for (std::size_t i = 0; i < d.size(); ++i)
      sum += rng.uniform(draw, 0, static_cast<std::uint32_t>(i)) < 0.5 ? d[i] : -d[i];
    count += std::abs(sum) >= least;
  }
  return count / Real{1 + draws};
}

}  // namespace plumbline
