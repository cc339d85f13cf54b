// Means, covariances and principal axes of a part of the rows.
#include "harness/disagreement/place.hpp"

#include <cmath>

namespace plumbline {
namespace {

constexpr Real no_spread = 1e-10;  // of the widest variance

}  // namespace

HostVector mean_row(const WeightedRows& rows) {
  return rows.x.transpose() * rows.w;
}

HostMatrix covariance_of(const WeightedRows& rows) {
  const HostMatrix away = rows.x.rowwise() - mean_row(rows).transpose();
  return away.transpose() * rows.w.asDiagonal() * away;
}

HostMatrix middles_of(const WeightedRows& exact, int modes) {
  HostMatrix sums = HostMatrix::Zero(modes, exact.x.cols());
  HostVector mass = HostVector::Zero(modes);
  for (Index n = 0; n < exact.size(); ++n) {
    const int m = exact.mode[static_cast<std::size_t>(n)];
    sums.row(m) += exact.w(n) * exact.x.row(n);
    mass(m) += exact.w(n);
  }
  const HostVector all = mean_row(exact);
  for (int m = 0; m < modes; ++m) {
    if (mass(m) > 0)
      sums.row(m) /= mass(m);
    else
      sums.row(m) = all.transpose();
  }
  return sums;
}

WeightedRows Place::of(const WeightedRows& rows) const {
  std::vector<Index> kept;
  for (Index n = 0; n < rows.size(); ++n)
    if (mode < 0 || rows.mode[static_cast<std::size_t>(n)] == mode) kept.push_back(n);
  WeightedRows out = rows.kept(kept);
  for (Index n = 0; n < out.size(); ++n)
    out.x.row(n) -= middles.row(out.mode[static_cast<std::size_t>(n)]);
  return out;
}

BothRows Place::of(const BothRows& rows) const {
  BothRows out{of(rows.given), of(rows.exact)};
  if (mode >= 0 || middles.rows() == 1) return out;
  HostVector factor(middles.rows());
  for (int m = 0; m < middles.rows(); ++m) {
    const Real given = out.given.share(m);
    factor(m) = given > 0 ? out.exact.share(m) / given : 0;
  }
  for (Index n = 0; n < out.given.size(); ++n)
    out.given.w(n) *= factor(out.given.mode[static_cast<std::size_t>(n)]);
  if (const Real total = out.given.w.sum(); total > 0) out.given.w /= total;
  return out;
}

Place place_of(const WeightedRows& exact, int mode, const HostMatrix& middles) {
  Place out{mode, middles, {}, {}, {}};
  const WeightedRows rows = out.of(exact);
  out.covariance = covariance_of(rows);
  const SymmetricEigen eigen = symmetric_eigen(out.covariance);
  const Index q = out.covariance.rows();
  const Real widest = eigen.values(q - 1);
  Index kept = 0;
  while (kept < q && widest > 0 && eigen.values(q - 1 - kept) > no_spread * widest) ++kept;
  out.axes.resize(q, kept);
  out.whitening.resize(q, kept);
  for (Index j = 0; j < kept; ++j) {
    out.axes.col(j) = eigen.vectors.col(q - 1 - j);
    out.whitening.col(j) = out.axes.col(j) / std::sqrt(eigen.values(q - 1 - j));
  }
  return out;
}

}  // namespace plumbline
