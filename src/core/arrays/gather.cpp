#include "core/arrays/gather.hpp"

#include <numeric>

#include "core/math.hpp"

namespace plumbline {

IndexVector to_device_list(const std::vector<int>& list) {
  IndexVector out = make_index_vector("indices", Index(list.size()));
  const auto mirror = host_mirror(out);
  for (std::size_t i = 0; i < list.size(); ++i) mirror(i) = list[i];
  Kokkos::deep_copy(out, mirror);
  return out;
}

IndexVector every_index(int count) {
  std::vector<int> list(count);
  std::iota(list.begin(), list.end(), 0);
  return to_device_list(list);
}

void gather_entries(const Exec& exec, const Vector& in, const IndexVector& rows,
                    const Vector& out) {
  parallel_over(
      exec, "plumbline::core::gather_entries", out.extent(0),
      KOKKOS_LAMBDA(Index n) { out(n) = in(rows(n)); });
}

void gather_rows(const Exec& exec, const Matrix& in, const IndexVector& rows, const Matrix& out) {
  const int dimension = in.extent_int(1);
  parallel_over(
      exec, "plumbline::core::gather_rows", out.extent(0), KOKKOS_LAMBDA(Index n) {
        for (int i = 0; i < dimension; ++i) out(n, i) = in(rows(n), i);
      });
}

void gather_columns(const Exec& exec, const Matrix& in, const IndexVector& columns,
                    const Matrix& out) {
  const int d = columns.extent_int(0);
  parallel_over(
      exec, "plumbline::core::gather_columns", out.extent(0), KOKKOS_LAMBDA(Index n) {
        for (int i = 0; i < d; ++i) out(n, i) = in(n, columns(i));
      });
}

void gather_block(const Exec& exec, const Matrix& in, const IndexVector& rows,
                  const IndexVector& columns, const Matrix& out) {
  const int d = columns.extent_int(0);
  parallel_over(
      exec, "plumbline::core::gather_block", rows.extent(0), KOKKOS_LAMBDA(Index r) {
        const int row = rows(r);
        for (int i = 0; i < d; ++i) out(r, i) = row < 0 ? nan : in(row, columns(i));
      });
}

void scatter_rows(const Exec& exec, const Matrix& in, const IndexVector& rows, const Matrix& out) {
  const int dimension = in.extent_int(1);
  parallel_over(
      exec, "plumbline::core::scatter_rows", rows.extent(0), KOKKOS_LAMBDA(Index r) {
        for (int i = 0; i < dimension; ++i) out(rows(r), i) = in(r, i);
      });
}

void scatter_columns(const Exec& exec, const Matrix& in, Index repeat, const IndexVector& columns,
                     const Matrix& out) {
  const int m = columns.extent_int(0);
  parallel_over(
      exec, "plumbline::core::scatter_columns", out.extent(0), KOKKOS_LAMBDA(Index n) {
        for (int i = 0; i < m; ++i) out(n, columns(i)) = in(n / repeat, i);
      });
}

}  // namespace plumbline
