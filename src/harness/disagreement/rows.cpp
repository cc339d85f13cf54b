// Heaps, deals and standard errors.
#include "harness/disagreement/rows.hpp"

#include <algorithm>
#include <cmath>

#include "core/errors.hpp"
#include "harness/statistics/shuffle.hpp"

namespace plumbline {

WeightedRows WeightedRows::kept(const std::vector<Index>& rows) const {
  const auto n = static_cast<Index>(rows.size());
  WeightedRows out{HostMatrix(n, x.cols()), HostVector(n), {}, {}, sets, by_sets};
  for (Index i = 0; i < n; ++i) {
    const Index from = rows[static_cast<std::size_t>(i)];
    out.x.row(i) = x.row(from);
    out.w(i) = w(from);
    out.mode.push_back(mode[static_cast<std::size_t>(from)]);
    out.set.push_back(set[static_cast<std::size_t>(from)]);
  }
  if (const Real total = out.w.sum(); total > 0) out.w /= total;
  return out;
}

Real WeightedRows::share(int of_mode) const {
  Real sum = 0;
  for (Index n = 0; n < size(); ++n)
    if (mode[static_cast<std::size_t>(n)] == of_mode) sum += w(n);
  return sum;
}

DealtRows deal_rows(const WeightedRows& all, Real choosing, Rng rng) {
  std::vector<Index> order = numbered(all.size());
  shuffle(order, rng, 0);
  const auto middle = order.begin() + static_cast<std::ptrdiff_t>(choosing * Real(all.size()));
  std::sort(order.begin(), middle);
  std::sort(middle, order.end());
  return {all.kept({order.begin(), middle}), all.kept({middle, order.end()})};
}

Real variance_of(const HostVector& influence, const WeightedRows& rows) {
  PLUMBLINE_REQUIRE(influence.size() == rows.size(), "{} influences of {} rows", influence.size(),
                    rows.size());
  const HostVector moved = influence.cwiseProduct(rows.w);
  if (!rows.by_sets) return moved.squaredNorm() / std::max<Real>(1e-9, 1 - rows.squares());
  HostVector sums = HostVector::Zero(rows.sets);
  for (Index n = 0; n < rows.size(); ++n) sums(rows.set[static_cast<std::size_t>(n)]) += moved(n);
  return sums.squaredNorm() * rows.sets / std::max(1, rows.sets - 1);
}

Standing standing_of(Real difference, const HostVector& given, const HostVector& exact,
                     const BothRows& rows) {
  const Real own = variance_of(given, rows.given) + variance_of(exact, rows.exact);
  const Real spread = exact.cwiseProduct(exact).dot(rows.exact.w);
  const Real null = spread * (rows.given.squares() + rows.exact.squares());
  const Real largest = std::max(own, null);
  if (!(largest > 0) || !std::isfinite(difference)) return {0, std::sqrt(std::max<Real>(0, own))};
  return {difference / std::sqrt(largest), std::sqrt(own)};
}

Real share_z(Real given, Real exact, const BothRows& rows) {
  const Real squares = rows.given.squares() + rows.exact.squares();
  const Real null = exact * (1 - exact) * squares;
  if (!(null > 0)) return 0;
  const Real z = (given - exact) / std::sqrt(null);
  const auto stretched = [](Real p) { return 2 * std::asin(std::sqrt(std::clamp<Real>(p, 0, 1))); };
  const Real root = (stretched(given) - stretched(exact)) / std::sqrt(squares);
  return std::abs(root) < std::abs(z) ? root : z;
}

Standing standing_of_share(const HostVector& given_in, const HostVector& exact_in,
                           const BothRows& rows) {
  const Real given = given_in.dot(rows.given.w), exact = exact_in.dot(rows.exact.w);
  const Real own = variance_of((given_in.array() - given).matrix(), rows.given) +
                   variance_of((exact_in.array() - exact).matrix(), rows.exact);
  Real z = share_z(given, exact, rows);
  if (rows.given.by_sets && own > 0) {
    const Real between = (given - exact) / std::sqrt(own);
    if (std::abs(between) < std::abs(z)) z = between;
  }
  return {z, std::sqrt(own)};
}

}  // namespace plumbline
