#include "core/arrays/elementwise.hpp"

#include "core/reduce.hpp"

namespace plumbline {

void scale(const Exec& exec, Real a, const Vector& x) {
  parallel_over(
      exec, "plumbline::core::scale", x.extent(0), KOKKOS_LAMBDA(Index n) { x(n) *= a; });
}
void scale(const Exec& exec, Real a, const Matrix& x) {
  const int dimension = x.extent_int(1);
  parallel_over(
      exec, "plumbline::core::scale_rows", x.extent(0), KOKKOS_LAMBDA(Index n) {
        for (int i = 0; i < dimension; ++i) x(n, i) *= a;
      });
}

void add_constant(const Exec& exec, Real a, const Vector& x) {
  parallel_over(
      exec, "plumbline::core::add_constant", x.extent(0), KOKKOS_LAMBDA(Index n) { x(n) += a; });
}

void add(const Exec& exec, const Vector& x, const Vector& y, const Vector& sum) {
  parallel_over(
      exec, "plumbline::core::add", sum.extent(0),
      KOKKOS_LAMBDA(Index n) { sum(n) = x(n) + y(n); });
}
void add(const Exec& exec, const Matrix& x, const Matrix& y, const Matrix& sum) {
  const int dimension = sum.extent_int(1);
  parallel_over(
      exec, "plumbline::core::add_rows", sum.extent(0), KOKKOS_LAMBDA(Index n) {
        for (int i = 0; i < dimension; ++i) sum(n, i) = x(n, i) + y(n, i);
      });
}

void subtract(const Exec& exec, const Vector& x, const Vector& y, const Vector& difference) {
  parallel_over(
      exec, "plumbline::core::subtract", difference.extent(0),
      KOKKOS_LAMBDA(Index n) { difference(n) = x(n) - y(n); });
}
void subtract(const Exec& exec, const Matrix& x, const Matrix& y, const Matrix& difference) {
  const int dimension = difference.extent_int(1);
  parallel_over(
      exec, "plumbline::core::subtract_rows", difference.extent(0), KOKKOS_LAMBDA(Index n) {
        for (int i = 0; i < dimension; ++i) difference(n, i) = x(n, i) - y(n, i);
      });
}

void subtract_gathered(const Exec& exec, const Vector& x, const Vector& y, const IndexVector& rows,
                       const Vector& difference) {
  parallel_over(
      exec, "plumbline::core::subtract_gathered", difference.extent(0),
      KOKKOS_LAMBDA(Index n) { difference(n) = x(n) - y(rows(n)); });
}

void add_scaled(const Exec& exec, Real a, const Vector& x, const Vector& y) {
  parallel_over(
      exec, "plumbline::core::add_scaled", y.extent(0),
      KOKKOS_LAMBDA(Index n) { y(n) = Kokkos::fma(a, x(n), y(n)); });
}
void add_scaled(const Exec& exec, Real a, const Matrix& x, const Matrix& y) {
  const int dimension = y.extent_int(1);
  parallel_over(
      exec, "plumbline::core::add_scaled_rows", y.extent(0), KOKKOS_LAMBDA(Index n) {
        for (int i = 0; i < dimension; ++i) y(n, i) = Kokkos::fma(a, x(n, i), y(n, i));
      });
}

Real total(const Exec& exec, const Vector& x) {
  return fixed_sum(
      exec, "plumbline::core::total", x.extent(0), KOKKOS_LAMBDA(Index n) { return x(n); });
}

}  // namespace plumbline
