// Serial correlations of normal scores under permutation.
#include "harness/statistics/list_order.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/errors.hpp"
#include "core/rng.hpp"
#include "harness/statistics/distributions.hpp"
#include "harness/statistics/shuffle.hpp"
#include "harness/statistics/statistics.hpp"

namespace plumbline {
namespace {

constexpr Real most_work = 4e8;     // multiplications that dealing may cost: a second
constexpr Real normal_from = 5000;  // rows from which the normal law is taken (tested at 5000)

/// Φ⁻¹((mid-rank − ½)/n), scaled to mean 0 and mean square 1; empty when all values are equal.
std::vector<double> normal_scores(const std::vector<double>& values) {
  const std::size_t n = values.size();
  std::vector<double> scores = mid_ranks(values);
  for (double& score : scores) score = normal_quantile((score - 0.5) / static_cast<Real>(n));
  const Real mean = std::accumulate(scores.begin(), scores.end(), Real{0}) / static_cast<Real>(n);
  Real squares = 0;
  for (double& score : scores) {
    score -= mean;
    squares += score * score;
  }
  if (!(squares > 0)) return {};
  const Real scale = std::sqrt(static_cast<Real>(n) / squares);
  for (double& score : scores) score *= scale;
  return scores;
}

std::vector<std::size_t> lags_of(std::size_t rows) {
  std::vector<std::size_t> lags;
  for (std::size_t lag = 1; lag <= std::max<std::size_t>(1, rows / 4); lag *= 2)
    lags.push_back(lag);
  return lags;
}

/// Correlations of one column: with the place first, then at every lag; each less its expectation
/// under permutation, in units of its standard deviation there (to 1/n).
class Correlations {
 public:
  explicit Correlations(std::size_t rows) : rows_(rows), lags_(lags_of(rows)) {}

  std::size_t count() const { return 1 + lags_.size(); }
  Index lag(std::size_t k) const { return k == 0 ? 0 : static_cast<Index>(lags_[k - 1]); }

  Real standardised(const double* scores, std::size_t k) const {
    const auto n = static_cast<Real>(rows_);
    Real sum = 0;
    if (k == 0) {
      const Real middle = (n - 1) / 2;
      for (std::size_t i = 0; i < rows_; ++i) sum += scores[i] * (static_cast<Real>(i) - middle);
      return sum / std::sqrt(n * (n * n - 1) / 12 * n / (n - 1));
    }
    const std::size_t lag = lags_[k - 1], pairs = rows_ - lag;
    for (std::size_t i = 0; i < pairs; ++i) sum += scores[i] * scores[i + lag];
    const auto m = static_cast<Real>(pairs);
    return (sum + m / (n - 1)) / std::sqrt(m);
  }
  Real plain(Real standardised, std::size_t k) const {
    const auto n = static_cast<Real>(rows_);
    return k == 0 ? standardised / std::sqrt(n)
                  : standardised / std::sqrt(n - static_cast<Real>(lags_[k - 1]));
  }

 private:
  std::size_t rows_;
  std::vector<std::size_t> lags_;
};

Real two_sided_normal(Real z) {
  return std::erfc(std::abs(z) / std::sqrt(Real{2}));
}

/// How many of `deals` orders have a correlation as large as `most` somewhere.
Index as_far(const std::vector<std::vector<double>>& scores, const Correlations& of, Real most,
             Index deals) {
  const std::size_t rows = scores.front().size();
  std::vector<Index> order = numbered(static_cast<Index>(rows));
  std::vector<double> dealt(rows);
  const Rng rng = Rng::from_seed(0).stream("dealt order");
  Index count = 0;
  for (Index deal = 0; deal < deals; ++deal) {
    shuffle(order, rng, static_cast<std::uint64_t>(deal));
    bool far = false;
    for (std::size_t c = 0; c < scores.size() && !far; ++c) {
      for (std::size_t i = 0; i < rows; ++i)
        dealt[i] = scores[c][static_cast<std::size_t>(order[i])];
      for (std::size_t k = 0; k < of.count() && !far; ++k)
        far = std::abs(of.standardised(dealt.data(), k)) >= most * (1 - 1e-9);
    }
    count += far;
  }
  return count;
}

}  // namespace

OrderTest order_test(const std::vector<std::vector<double>>& columns, Index deals) {
  OrderTest out;
  std::vector<std::vector<double>> scores;
  std::vector<std::size_t> names;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    PLUMBLINE_REQUIRE(columns[c].size() == columns.front().size(), "columns of {} and {} rows",
                      columns[c].size(), columns.front().size());
    if (columns[c].size() < 4) return out;
    std::vector<double> column = normal_scores(columns[c]);
    if (column.empty()) continue;
    scores.push_back(std::move(column));
    names.push_back(c);
  }
  if (scores.empty()) return out;
  const Correlations correlations(scores.front().size());
  Real most = -1;
  for (std::size_t c = 0; c < scores.size(); ++c)
    for (std::size_t k = 0; k < correlations.count(); ++k)
      if (const Real z = correlations.standardised(scores[c].data(), k); std::abs(z) > most) {
        most = std::abs(z);
        out.column = names[c];
        out.lag = correlations.lag(k);
        out.correlation = std::clamp<Real>(correlations.plain(z, k), -1, 1);
      }
  const auto rows = static_cast<Real>(scores.front().size());
  const Real tests = static_cast<Real>(scores.size() * correlations.count());
  if (rows >= normal_from && rows * tests * static_cast<Real>(deals) > most_work) {
    out.p_value = std::min<Real>(1, tests * two_sided_normal(most));
    return out;
  }
  out.p_value = static_cast<Real>(1 + as_far(scores, correlations, most, deals)) /
                static_cast<Real>(1 + deals);
  return out;
}

}  // namespace plumbline
