// Transfers between device arrays and row-major host numbers.
#include "core/arrays.hpp"

#include "core/errors.hpp"

namespace plumbline {
namespace {

using HostRows = Kokkos::View<const Real**, Kokkos::LayoutRight, Kokkos::HostSpace,
                              Kokkos::MemoryTraits<Kokkos::Unmanaged>>;
using HostNumbers =
    Kokkos::View<const Real*, Kokkos::HostSpace, Kokkos::MemoryTraits<Kokkos::Unmanaged>>;

template <class V>
std::vector<Real> numbers(const V& view) {
  const auto host = host_copy(view);
  return std::vector<Real>(host.data(), host.data() + host.size());
}

}  // namespace

Vector to_device(const std::string& label, const std::vector<Real>& values) {
  Vector view = make_vector(label, static_cast<Index>(values.size()));
  Kokkos::deep_copy(view, HostNumbers(values.data(), values.size()));
  return view;
}

Matrix to_device(const std::string& label, const std::vector<Real>& values, Index rows,
                 Index columns) {
  PLUMBLINE_REQUIRE(static_cast<Index>(values.size()) == rows * columns,
                    "{}: {} numbers for a [{}, {}] matrix", label, values.size(), rows, columns);
  Matrix view = make_matrix(label, rows, columns);
  Kokkos::deep_copy(view, HostRows(values.data(), rows, columns));
  return view;
}

std::vector<Real> to_host(const Vector& view) {
  return numbers(view);
}
std::vector<Real> to_host(const Matrix& view) {
  return numbers(view);
}

Matrix to_device(const std::string& label, const HostMatrix& m) {
  Matrix view = make_matrix(label, m.rows(), m.cols());
  Kokkos::deep_copy(view, HostRows(m.data(), m.rows(), m.cols()));
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
