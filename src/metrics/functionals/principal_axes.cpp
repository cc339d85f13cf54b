// Eigenvectors in order, and sums along them.
#include "metrics/functionals/principal_axes.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/reduce.hpp"
#include "record/functionals.hpp"

namespace plumbline {
namespace {

constexpr Real does_not_vary = 1e-12;

struct WeightOutside {
  Matrix u;
  Vector log_w, low, high;

  KOKKOS_FUNCTION void operator()(Index n, Real* sums) const {
    const Real w = exp(log_w(n));
    for (Index j = 0; j < low.extent_int(0); ++j)
      sums[j] += u(n, j) < low(j) || u(n, j) > high(j) ? w : Real(0);
  }
};

}  // namespace

HostMatrix principal_axes(const HostMatrix& covariance) {
  const Index d = covariance.rows();
  HostMatrix vectors = HostMatrix::Identity(d, d);
  HostVector values = covariance.diagonal();
  if (d <= most_eigen_dimensions) {
    const SymmetricEigen eigen = symmetric_eigen(covariance);
    vectors = eigen.vectors;
    values = eigen.values;
  }
  std::vector<Index> order(static_cast<std::size_t>(d));
  std::iota(order.begin(), order.end(), Index{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](Index a, Index b) { return values[a] > values[b]; });
  const Real least = does_not_vary * std::max<Real>(0, values[order.front()]);
  Index count = 0;
  while (count < std::min<Index>(functional_axes, d) &&
         values[order[static_cast<std::size_t>(count)]] > least)
    ++count;
  HostMatrix axes(count, d);
  for (Index j = 0; j < count; ++j) {
    const Index from = order[static_cast<std::size_t>(j)];
    const HostVector axis = vectors.col(from);
    Index largest = 0;
    axis.cwiseAbs().maxCoeff(&largest);
    axes.row(j) = (std::copysign(1 / std::sqrt(values[from]), axis[largest]) * axis).transpose();
  }
  return axes;
}

void along_axes(const Exec& exec, const Matrix& x, const Vector& centre, const Matrix& axes,
                const Matrix& u) {
  const Index d = x.extent(1), count = axes.extent(0);
  parallel_over(
      exec, "plumbline::metrics::along_axes", x.extent(0), KOKKOS_LAMBDA(Index n) {
        for (Index j = 0; j < count; ++j) {
          Real sum = 0;
          for (Index i = 0; i < d; ++i) sum = Kokkos::fma(axes(j, i), x(n, i) - centre(i), sum);
          u(n, j) = sum;
        }
      });
}

std::vector<Real> weight_outside(const Exec& exec, const Ensemble& u, const Vector& low,
                                 const Vector& high) {
  return fixed_sums(exec, "plumbline::metrics::weight_outside", u.draws(), low.extent(0),
                    WeightOutside{u.x, u.log_w, low, high});
}

}  // namespace plumbline
