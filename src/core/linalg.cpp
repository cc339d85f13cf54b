// Decompositions of small host matrices, and transfers of Eigen types.
#include "core/linalg.hpp"

#include "core/errors.hpp"
#include "core/math.hpp"

namespace plumbline {
namespace {

using HostView = Kokkos::View<const Real**, Kokkos::LayoutRight, Kokkos::HostSpace,
                              Kokkos::MemoryTraits<Kokkos::Unmanaged>>;

}  // namespace

SymmetricEigen symmetric_eigen(const HostMatrix& c) {
  PLUMBLINE_REQUIRE(c.rows() == c.cols(), "[{}, {}] is not square", c.rows(), c.cols());
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(c);
  return {solver.eigenvectors(), solver.eigenvalues()};
}

SymmetricEigen factor_eigen(const HostMatrix& f) {
  // One-sided Jacobi after pivoted QR keeps small singular values to relative accuracy when f is a
  // scaled well-conditioned matrix (Drmač & Veselić 2008); bidiagonalisation does not.
  const Index d = f.rows();
  if (f.cols() == 0) return {HostMatrix::Identity(d, d), HostVector::Zero(d)};
  const Eigen::JacobiSVD<Eigen::MatrixXd, Eigen::FullPivHouseholderQRPreconditioner> svd(
      f, Eigen::ComputeFullU);
  SymmetricEigen eigen{svd.matrixU().rowwise().reverse(), HostVector::Zero(d)};
  const auto& s = svd.singularValues();
  eigen.values.tail(s.size()) = s.array().square().reverse();
  return eigen;
}

Real log_sum_exp(const HostVector& v) {
  Real largest = -math::infinity;
  for (const Real entry : v)
    if (entry > largest || entry != entry) largest = entry;
  if (!(std::abs(largest) < math::infinity)) return largest;
  Real sum = 0;
  for (const Real entry : v) sum += exp(entry - largest);
  return largest + log(sum);
}

Matrix to_device(const std::string& label, const HostMatrix& m) {
  const Matrix view = make_matrix(label, m.rows(), m.cols());
  Kokkos::deep_copy(view, HostView(m.data(), m.rows(), m.cols()));
  return view;
}
Vector to_device(const std::string& label, const HostVector& v) {
  return to_device(label, std::vector<Real>(v.begin(), v.end()));
}
HostMatrix to_host_matrix(const Matrix& m) {
  const auto numbers = to_host(m);
  return Eigen::Map<const HostMatrix>(numbers.data(), m.extent(0), m.extent(1));
}
HostVector to_host_vector(const Vector& v) {
  const auto numbers = to_host(v);
  return Eigen::Map<const HostVector>(numbers.data(), v.extent(0));
}

}  // namespace plumbline
