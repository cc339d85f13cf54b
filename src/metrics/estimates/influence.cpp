// Influences over all draws, one per index.
#include "metrics/estimates/influence.hpp"

#include <cmath>

namespace plumbline {

void linear_influence(const Exec& exec, const Matrix& x, const Vector& centre,
                      const Vector& gradient, const Vector& influence) {
  const int d = x.extent_int(1);
  parallel_over(
      exec, "plumbline::metrics::linear_influence", x.extent(0), KOKKOS_LAMBDA(Index n) {
        Real sum = 0;
        for (int i = 0; i < d; ++i) sum = Kokkos::fma(gradient(i), x(n, i) - centre(i), sum);
        influence(n) = sum;
      });
}

void quadratic_influence(const Exec& exec, const Matrix& x, const Vector& centre, const Matrix& g,
                         const Vector& influence) {
  const int d = x.extent_int(1);
  parallel_over(
      exec, "plumbline::metrics::quadratic_influence", x.extent(0), KOKKOS_LAMBDA(Index n) {
        Real sum = 0;
        for (int i = 0; i < d; ++i) {
          Real row = 0;
          for (int j = 0; j < d; ++j) row = Kokkos::fma(g(i, j), x(n, j) - centre(j), row);
          sum = Kokkos::fma(row, x(n, i) - centre(i), sum);
        }
        influence(n) = sum;
      });
}

HostVector scales(const HostMatrix& covariance, Real overall) {
  const HostVector variance = covariance.diagonal();
  HostVector scale(variance.size());
  for (Index i = 0; i < scale.size(); ++i)
    scale[i] = variance[i] > 0 ? std::sqrt(variance[i]) : overall;
  return scale;
}

Real overall_scale(const HostMatrix& covariance) {
  const Real variance = covariance.diagonal().mean();
  return variance > 0 ? std::sqrt(variance) : 1;
}

}  // namespace plumbline
