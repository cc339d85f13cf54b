// Decompositions of small host matrices.
#include "core/linalg.hpp"

#include <algorithm>
#include <numeric>

#include "core/errors.hpp"
#include "core/math.hpp"
#include "core/steps/stop.hpp"

namespace plumbline {
namespace {

/// Rotates pairs of columns of g (cyclic by rows) until all are orthogonal to rounding; returns the
/// product of the rotations: g_out = g_in V. One-sided Jacobi, Hestenes 1958.
///   cost  a sweep 6 r c² flops for g [r, c] with V; graded triangles take 3 to 6 sweeps
Eigen::MatrixXd orthogonalise_columns(Eigen::MatrixXd& g) {
  const Index columns = g.cols();
  const Real tolerance = std::sqrt(static_cast<Real>(g.rows())) * 0x1p-53;
  Eigen::MatrixXd v = Eigen::MatrixXd::Identity(columns, columns);
  HostVector norms(columns);
  for (Index p = 0; p < columns; ++p) norms[p] = g.col(p).norm();
  constexpr int most_sweeps = 40;
  bool rotated = true;
  for (int sweep = 0; rotated && sweep < most_sweeps; ++sweep) {
    rotated = false;
    for (Index p = 0; p < columns; ++p) {
      stop_if_asked();
      for (Index q = p + 1; q < columns; ++q) {
        const Real a = norms[p], b = norms[q];
        const Real cosine = a > 0 && b > 0 ? g.col(p).dot(g.col(q)) / a / b : 0;
        if (!(std::abs(cosine) > tolerance)) continue;
        rotated = true;
        const Real zeta = (b / a - a / b) / (2 * cosine);
        const Real tangent = std::copysign(1 / (std::abs(zeta) + std::hypot(1, zeta)), zeta);
        const Real c = 1 / std::hypot(1, tangent);
        const Eigen::JacobiRotation<Real> rotation(c, c * tangent);
        g.applyOnTheRight(p, q, rotation);
        v.applyOnTheRight(p, q, rotation);
        norms[p] = g.col(p).norm();
        norms[q] = g.col(q).norm();
      }
    }
  }
  return v;
}

}  // namespace

SymmetricEigen symmetric_eigen(const HostMatrix& c) {
  PLUMBLINE_REQUIRE(c.rows() == c.cols(), "[{}, {}] is not square", c.rows(), c.cols());
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(c);
  return {solver.eigenvectors(), solver.eigenvalues()};
}

SymmetricEigen factor_eigen(const HostMatrix& f) {
  const Index d = f.rows(), rank = std::min(f.rows(), f.cols());
  if (rank == 0) return {HostMatrix::Identity(d, d), HostVector::Zero(d)};

  // F P = Q R and Rᵀ = W Σ Vᵀ, so F Fᵀ = (Q V) Σ² (Q V)ᵀ. Pivoting grades R, and one-sided Jacobi
  // then keeps small singular values that bidiagonalisation, and Eigen's two-sided Jacobi with its
  // absolute threshold, lose (Drmač & Veselić 2008, algorithm 1).
  const Eigen::ColPivHouseholderQR<Eigen::MatrixXd> qr(f);
  Eigen::MatrixXd g =
      Eigen::MatrixXd(qr.matrixR().topRows(rank).triangularView<Eigen::Upper>()).transpose();
  const Eigen::MatrixXd v = orthogonalise_columns(g);
  Eigen::MatrixXd u = qr.householderQ();
  u.leftCols(rank) *= v;

  HostVector values = HostVector::Zero(d);
  values.head(rank) = g.colwise().squaredNorm();
  std::vector<Index> order(d);
  std::iota(order.begin(), order.end(), Index{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](Index i, Index j) { return values[i] < values[j]; });
  return {u(Eigen::all, order), values(order)};
}

HostMatrix orthogonal_factor(const HostMatrix& m) {
  return Eigen::HouseholderQR<HostMatrix>(m).householderQ();
}

Real log_sum_exp(const HostVector& v) {
  Real largest = -infinity;
  for (const Real entry : v)
    if (entry > largest || entry != entry) largest = entry;
  if (!(std::abs(largest) < infinity)) return largest;
  Real sum = 0;
  for (const Real entry : v) sum += exp(entry - largest);
  return largest + log(sum);
}

}  // namespace plumbline
