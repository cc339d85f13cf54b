// Equal rows by sorting, near ones by a sweep along one coordinate.
#include "harness/judge/coincidences.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/errors.hpp"

namespace plumbline {
namespace {

constexpr Real most_work = 2e7;        // coordinate differences, were every row looked at
constexpr Real log_of_nothing = -745;  // log of the least double above 0

Index repeated_rows(const HostMatrix& rows) {
  const auto d = static_cast<std::size_t>(rows.cols());
  const auto row = [&](Index n) { return rows.data() + n * static_cast<Index>(d); };
  std::vector<Index> order(static_cast<std::size_t>(rows.rows()));
  std::iota(order.begin(), order.end(), Index{0});
  std::sort(order.begin(), order.end(), [&](Index a, Index b) {
    return std::lexicographical_compare(row(a), row(a) + d, row(b), row(b) + d);
  });
  Index count = 0;
  for (std::size_t i = 1; i < order.size(); ++i)
    count += std::equal(row(order[i]), row(order[i]) + d, row(order[i - 1]));
  return count;
}

/// Rows in units of scale, sorted by the first column, which is the one that spreads most.
HostMatrix sorted_rows(const HostMatrix& rows, const HostVector& scale) {
  std::vector<Index> columns;
  for (Index i = 0; i < rows.cols(); ++i)
    if (scale(i) > 0) columns.push_back(i);
  HostMatrix scaled(rows.rows(), static_cast<Index>(columns.size()));
  for (std::size_t i = 0; i < columns.size(); ++i)
    scaled.col(static_cast<Index>(i)) = rows.col(columns[i]) / scale(columns[i]);
  if (scaled.cols() == 0) return scaled;
  Index widest = 0;
  (scaled.rowwise() - scaled.colwise().mean()).colwise().squaredNorm().maxCoeff(&widest);
  scaled.col(0).swap(scaled.col(widest));
  std::vector<Index> order(static_cast<std::size_t>(rows.rows()));
  std::iota(order.begin(), order.end(), Index{0});
  std::sort(order.begin(), order.end(),
            [&](Index a, Index b) { return scaled(a, 0) < scaled(b, 0); });
  HostMatrix sorted(scaled.rows(), scaled.cols());
  for (Index n = 0; n < sorted.rows(); ++n)
    sorted.row(n) = scaled.row(order[static_cast<std::size_t>(n)]);
  return sorted;
}

/// Squared distance from row `at` to its nearest other: outwards while the first coordinate alone
/// is nearer than the best so far.
Real nearest_squared(const HostMatrix& x, Index at) {
  Real best = infinity;
  const auto look = [&](Index other) {
    const Real first = x(other, 0) - x(at, 0);
    if (first * first >= best) return false;
    best = std::min(best, (x.row(other) - x.row(at)).squaredNorm());
    return true;
  };
  Index left = at - 1, right = at + 1;
  while (left >= 0 || right < x.rows()) {
    if (left >= 0) left = look(left) ? left - 1 : -1;
    if (right < x.rows()) right = look(right) ? right + 1 : x.rows();
  }
  return best;
}

}  // namespace

Coincidences coincidences(const HostMatrix& rows, const HostVector& scale) {
  PLUMBLINE_REQUIRE(rows.rows() >= 2 && scale.size() == rows.cols(), "{} rows, {} scales",
                    rows.rows(), scale.size());
  Coincidences out{repeated_rows(rows), 0};
  const HostMatrix x = sorted_rows(rows, scale);
  if (x.cols() == 0) return out;
  const auto dearest = static_cast<Real>(x.size());
  const Index affordable = std::max<Index>(64, static_cast<Index>(most_work / dearest));
  const Index queries = std::min({coincidence_queries, affordable, x.rows()});
  for (Index q = 0; q < queries; ++q) {
    const Real squared = nearest_squared(x, q * x.rows() / queries);
    out.nearness += squared > 0 ? std::max(log_of_nothing, std::log(squared) / 2) : log_of_nothing;
  }
  out.nearness /= static_cast<Real>(queries);
  return out;
}

}  // namespace plumbline
