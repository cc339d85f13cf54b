// Moments and health of weighted draws; every sum in a fixed order.
#include "core/ensemble.hpp"

#include "core/reduce.hpp"

namespace plumbline {
namespace {

struct WeightedRow {
  Matrix x;
  Vector log_w;

  KOKKOS_FUNCTION void operator()(Index n, Real* sums) const {
    const Real w = exp(log_w(n));
    const int d = x.extent_int(1);
    for (int i = 0; i < d; ++i) sums[i] = Kokkos::fma(w, x(n, i), sums[i]);
  }
};

/// w (x − m)(x − m)ᵀ, lower triangle row by row: entry (i, j ≤ i) at i(i + 1)/2 + j.
struct WeightedSquare {
  Matrix x;
  Vector log_w;
  Vector mean;

  KOKKOS_FUNCTION void operator()(Index n, Real* sums) const {
    const Real w = exp(log_w(n));
    const int d = x.extent_int(1);
    const Real* const row = &x(n, 0);
    const Real* const m = mean.data();
    for (int i = 0; i < d; ++i) {
      const Real scaled = w * (row[i] - m[i]);
#pragma omp simd
      for (int j = 0; j <= i; ++j) sums[j] = Kokkos::fma(scaled, row[j] - m[j], sums[j]);
      sums += i + 1;
    }
  }
};

struct SquaredWeight {
  Vector log_w;
  KOKKOS_FUNCTION Real operator()(Index n) const { return exp(2 * log_w(n)); }
};

/// 1 where a draw is not finite, else 0.
struct NotFinite {
  Matrix x;
  Vector log_w;

  KOKKOS_FUNCTION Real operator()(Index n) const {
    bool finite = log_w(n) < infinity;  // −∞ is legal, NaN is not
    for (int i = 0; i < x.extent_int(1); ++i)
      finite = finite && Kokkos::abs(x(n, i)) <= largest_coordinate;
    return finite ? 0 : 1;
  }
};

}  // namespace

Ensemble equally_weighted(const Matrix& x) {
  const Vector log_w = make_vector("log_w", x.extent(0));
  Kokkos::deep_copy(log_w, -log(static_cast<Real>(x.extent(0))));
  return {x, log_w};
}

HostVector mean(const Exec& exec, const Ensemble& ensemble) {
  const int d = ensemble.dimension();
  const auto sums = fixed_sums(exec, "plumbline::core::mean", ensemble.draws(), d,
                               WeightedRow{ensemble.x, ensemble.log_w});
  return Eigen::Map<const HostVector>(sums.data(), d);
}

HostMatrix covariance(const Exec& exec, const Ensemble& ensemble) {
  const int d = ensemble.dimension();
  const Vector m = to_device("mean", mean(exec, ensemble));
  const auto sums =
      fixed_sums(exec, "plumbline::core::covariance", ensemble.draws(), Index{d} * (d + 1) / 2,
                 WeightedSquare{ensemble.x, ensemble.log_w, m});
  HostMatrix c(d, d);
  for (int i = 0, entry = 0; i < d; ++i)
    for (int j = 0; j <= i; ++j, ++entry) c(i, j) = c(j, i) = sums[entry];
  return c;
}

Real effective_sample_size(const Exec& exec, const Ensemble& ensemble) {
  return 1 / fixed_sum(exec, "plumbline::core::effective_sample_size", ensemble.draws(),
                       SquaredWeight{ensemble.log_w});
}

bool has_finite_squares(const Exec& exec, const Ensemble& ensemble) {
  return fixed_sum(exec, "plumbline::core::has_finite_squares", ensemble.draws(),
                   NotFinite{ensemble.x, ensemble.log_w}) == 0;
}

}  // namespace plumbline
