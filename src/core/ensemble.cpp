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

/// One more word: every step is a bijection, so a row differs in whatever one word of it does.
KOKKOS_INLINE_FUNCTION std::uint64_t mixed(std::uint64_t so_far, std::uint64_t word) {
  so_far = (so_far ^ word) * 0x9e3779b97f4a7c15;  // 2^64 over the golden ratio, odd
  return so_far ^ (so_far >> 29);
}

/// The digest of a row, in halves of 26 bits: whole numbers whose sums are exact up to 2^27 rows,
/// and in a fixed order beyond.
struct RowDigest {
  Matrix x;
  Vector log_w;

  KOKKOS_FUNCTION void operator()(Index n, Real* sums) const {
    std::uint64_t row = mixed(static_cast<std::uint64_t>(n), math::bits_of(log_w(n)));
    for (int i = 0; i < x.extent_int(1); ++i) row = mixed(row, math::bits_of(x(n, i)));
    row = mixed(row, 0);
    sums[0] += static_cast<Real>(row >> 38);
    sums[1] += static_cast<Real>((row >> 12) & 0x3ffffff);
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

Real digest(const Exec& exec, const Ensemble& ensemble) {
  const auto sums = fixed_sums(exec, "plumbline::core::digest", ensemble.draws(), 2,
                               RowDigest{ensemble.x, ensemble.log_w});
  std::uint64_t all = mixed(0, math::bits_of(sums[0]));
  all = mixed(mixed(all, math::bits_of(sums[1])), 0);
  return static_cast<Real>(all >> 11);
}

}  // namespace plumbline
