// First and second moments of a place.
#include "harness/disagreement/moments.hpp"

#include <algorithm>
#include <cmath>

namespace plumbline {
namespace {

HostVector unit(Index size, Index i) {
  return HostVector::Unit(size, i);
}

/// What the largest of so many standard normals, of either sign, has by chance.
Real largest_by_chance(Index count) {
  return count > 1 ? std::sqrt(2 * std::log(2 * Real(count))) : 0;
}

/// e · direction less its mean.
HostVector projected(const WeightedRows& rows, const HostVector& direction) {
  HostVector h = rows.x * direction;
  h.array() -= h.dot(rows.w);
  return h;
}

Real atanh_of(Real correlation) {
  return std::atanh(std::clamp<Real>(correlation, -1 + 1e-9, 1 - 1e-9));
}

void keep_better(Choice& best, Real promise, DisagreementKind kind, const HostVector& direction,
                 int i = -1, int j = -1) {
  if (!(promise > best.promise)) return;
  best.promise = promise;
  best.what.kind = kind;
  best.what.direction = direction;
  best.what.i = i;
  best.what.j = j;
}

/// a b − r (a² + b²)/2 of two standardised columns: how their correlation r changes with a row.
struct Pairing {
  Real correlation = 0;
  HostVector influence;
};
Pairing pairing_of(const WeightedRows& rows, int i, int j) {
  HostVector a = projected(rows, unit(rows.x.cols(), i)),
             b = projected(rows, unit(rows.x.cols(), j));
  a /= std::sqrt(a.cwiseProduct(a).dot(rows.w));
  b /= std::sqrt(b.cwiseProduct(b).dot(rows.w));
  Pairing out;
  out.correlation = a.cwiseProduct(b).dot(rows.w);
  out.influence =
      (a.array() * b.array() - out.correlation * (a.array().square() + b.array().square()) / 2)
          .matrix();
  return out;
}

/// Σ w h / right-hand side of a variance: log of it, and how that changes with a row.
struct LogVariance {
  Real value = 0;
  HostVector influence;
};
LogVariance log_variance(const HostVector& squares, const HostVector& w) {
  const Real mean = squares.dot(w);
  return {std::log(mean), (squares.array() / mean - 1).matrix()};
}

}  // namespace

Choice choose_location(const Place& place, const BothRows& rows) {
  Choice best;
  const Index r = place.directions();
  if (r == 0) return best;
  const Real n = 1 / (rows.given.squares() + rows.exact.squares());
  const HostVector off = mean_row(rows.given) - mean_row(rows.exact);
  const HostVector delta = place.whitening.transpose() * off;
  const Real all = n * delta.squaredNorm(), others = static_cast<Real>(r - 1);
  best.promise = std::sqrt(std::max<Real>(0, all - static_cast<Real>(r)));
  best.what.kind = DisagreementKind::location;
  best.what.direction = (place.whitening * delta).normalized();
  // One coordinate, or one principal axis, when what is left beside it is what chance leaves.
  const auto enough = [&](Real square) {
    return all - square <= others + 3 * std::sqrt(2 * others);
  };
  Index coordinate = 0, axis = 0;
  HostVector along(off.size());
  for (Index i = 0; i < off.size(); ++i) {
    const Real variance = place.covariance(i, i);
    along(i) = variance > 0 ? n * off(i) * off(i) / variance : 0;
  }
  const Real by_coordinate = along.maxCoeff(&coordinate);
  const Real by_axis = n * delta.cwiseAbs2().maxCoeff(&axis);
  if (enough(by_coordinate)) {
    best.what.direction = unit(off.size(), coordinate);
    best.what.i = static_cast<int>(coordinate);
  } else if (enough(by_axis)) {
    best.what.direction = place.axes.col(axis);
  }
  return best;
}

Choice choose_shape(const Place& place, const BothRows& rows) {
  Choice best;
  const Index r = place.directions(), q = rows.given.x.cols();
  if (r == 0 || rows.given.size() < 3) return best;
  best.what.kind = DisagreementKind::spread;
  const Real n = 1 / (rows.given.squares() + rows.exact.squares()), root = std::sqrt(n / 2);
  const HostMatrix given = covariance_of(rows.given);
  const Real by_chance = largest_by_chance(q);
  for (Index i = 0; i < q; ++i) {
    const Real variance = place.covariance(i, i);
    if (variance > 0)
      keep_better(best, std::abs(given(i, i) / variance - 1) * root - by_chance,
                  DisagreementKind::spread, unit(q, i), static_cast<int>(i));
  }
  const SymmetricEigen eigen =
      symmetric_eigen(place.whitening.transpose() * given * place.whitening);
  if (r > 1) {
    keep_better(best, std::abs(eigen.values.mean() - 1) * root * std::sqrt(Real(r)),
                DisagreementKind::spread, {});
    // Eigenvalues of r dimensions and n rows spread by so much themselves (Marchenko & Pastur
    // 1967).
    const Real edge = 2 * std::sqrt(Real(r) / n);
    const auto along = [&](Index j) {
      return HostVector((place.whitening * eigen.vectors.col(j)).normalized());
    };
    keep_better(best, (eigen.values(r - 1) - 1 - edge - Real(r) / n) * root,
                DisagreementKind::spread, along(r - 1));
    keep_better(best, (1 - eigen.values(0) - edge + Real(r) / n) * root, DisagreementKind::spread,
                along(0));
  }
  const Real of_pairs = largest_by_chance(q * (q - 1) / 2);
  for (Index i = 0; i < q; ++i)
    for (Index j = i + 1; j < q; ++j) {
      const Real right = place.covariance(i, i) * place.covariance(j, j),
                 found = given(i, i) * given(j, j);
      if (!(right > 0 && found > 0)) continue;
      const Real shift = atanh_of(given(i, j) / std::sqrt(found)) -
                         atanh_of(place.covariance(i, j) / std::sqrt(right));
      keep_better(best, std::abs(shift) * std::sqrt(n) - of_pairs, DisagreementKind::dependence, {},
                  static_cast<int>(i), static_cast<int>(j));
    }
  return best;
}

void measure_location(Disagreement& what, const BothRows& rows) {
  const HostVector given = projected(rows.given, what.direction),
                   exact = projected(rows.exact, what.direction);
  const Real sd = std::sqrt(exact.cwiseProduct(exact).dot(rows.exact.w));
  if (!(sd > 0)) return;
  const Real off = (mean_row(rows.given) - mean_row(rows.exact)).dot(what.direction);
  const Standing standing = standing_of(off, given, exact, rows);
  what.value = off / sd;
  what.error = standing.error / sd;
  what.right = 0;
  what.z = standing.z;
  if (what.value >= 0 || what.i >= 0) return;
  what.value = -what.value;  // along the direction, not against it
  what.z = -what.z;
  what.direction = -what.direction;
}

void measure_shape(Disagreement& what, const Place& place, const BothRows& rows) {
  if (what.kind == DisagreementKind::dependence) {
    const Pairing given = pairing_of(rows.given, what.i, what.j),
                  exact = pairing_of(rows.exact, what.i, what.j);
    const auto stretched = [](const Pairing& p) {
      return HostVector(p.influence / std::max<Real>(1e-9, 1 - p.correlation * p.correlation));
    };
    const Standing standing = standing_of(atanh_of(given.correlation) - atanh_of(exact.correlation),
                                          stretched(given), stretched(exact), rows);
    what.value = given.correlation;
    what.right = exact.correlation;
    what.error = standing.error * (1 - given.correlation * given.correlation);
    what.z = standing.z;
    return;
  }
  const auto squares = [&](const WeightedRows& part) {
    if (what.direction.size() > 0) return HostVector(projected(part, what.direction).cwiseAbs2());
    const HostMatrix away = part.x.rowwise() - mean_row(part).transpose();
    return HostVector((away * place.whitening).rowwise().squaredNorm());
  };
  const LogVariance given = log_variance(squares(rows.given), rows.given.w),
                    exact = log_variance(squares(rows.exact), rows.exact.w);
  const Standing standing =
      standing_of(given.value - exact.value, given.influence, exact.influence, rows);
  what.value = std::exp((given.value - exact.value) / 2);
  what.right = 1;
  what.error = what.value * standing.error / 2;
  what.z = standing.z;
}

}  // namespace plumbline
