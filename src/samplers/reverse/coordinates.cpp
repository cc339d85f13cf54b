#include "samplers/reverse/coordinates.hpp"

#include <numeric>

namespace plumbline {

IndexVector to_device_list(const std::vector<int>& coordinates) {
  const IndexVector list = make_index_vector("coordinates", Index(coordinates.size()));
  const auto mirror = Kokkos::create_mirror_view(Kokkos::HostSpace(), list);
  for (std::size_t i = 0; i < coordinates.size(); ++i) mirror(i) = coordinates[i];
  Kokkos::deep_copy(list, mirror);
  return list;
}

IndexVector every_coordinate(int dimension) {
  std::vector<int> list(dimension);
  std::iota(list.begin(), list.end(), 0);
  return to_device_list(list);
}

void gather_coordinates(const Exec& exec, const Matrix& z, const IndexVector& list,
                        const Matrix& x) {
  const int d = list.extent_int(0);
  parallel_over(
      exec, "plumbline::samplers::gather_coordinates", x.extent(0), KOKKOS_LAMBDA(Index n) {
        for (int i = 0; i < d; ++i) x(n, i) = z(n, list(i));
      });
}

void set_coordinates(const Exec& exec, const Matrix& y, Index particles, const IndexVector& list,
                     const Matrix& z) {
  const int m = list.extent_int(0);
  parallel_over(
      exec, "plumbline::samplers::set_coordinates", z.extent(0), KOKKOS_LAMBDA(Index n) {
        for (int i = 0; i < m; ++i) z(n, list(i)) = y(n / particles, i);
      });
}

void gather_rows(const Exec& exec, const Matrix& in, const IndexVector& rows, const Matrix& out) {
  const int dimension = in.extent_int(1);
  parallel_over(
      exec, "plumbline::samplers::gather_rows", out.extent(0), KOKKOS_LAMBDA(Index n) {
        for (int i = 0; i < dimension; ++i) out(n, i) = in(rows(n), i);
      });
}

}  // namespace plumbline
