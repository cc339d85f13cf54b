// A Gaussian mixture on a line, a block of points at a time: distribution function F, density f,
// partial mean M(x) = ∫_{−∞}^x t f(t) dt, and M as a function of the level u = F(x). Closed form
// but for the quantile, which safeguarded Newton steps find.
//
// Wasserstein distances of draws to a mixture need no more than M: ∫_0^u F⁻¹ = M(F⁻¹(u)) and
// ∫_{−∞}^x F = x F(x) − M(x).
#pragma once

#include "metrics/transport/normal.hpp"
#include "metrics/transport/projection.hpp"

namespace plumbline {

/// F, f and M at a block of points.
struct LineBlock {
  Real cdf[block_width], pdf[block_width], partial_mean[block_width];
};
/// … and f′, f″.
struct LineBlockWithSlopes : LineBlock {
  Real slope[block_width], bend[block_width];
};

/// Standard deviations from which on a component is 0 or whole: to every digit, or as
/// ProjectedMixture::low and high say, with a distribution function that is wrong by 1.2e-19.
inline constexpr Real to_every_digit = 40, to_all_mass = 9;

/// One row of a ProjectedMixture. A component that is `reach` standard deviations or more from all
/// points of a block costs nothing there.   cost  about 70 flops per point and component nearby
struct LineMixture {
  ProjectedMixture mixture;
  Index row;
  Real reach;

  template <class Block>
  KOKKOS_INLINE_FUNCTION void evaluate(const Real (&x)[block_width], Block& at) const {
    constexpr bool slopes = std::is_same_v<Block, LineBlockWithSlopes>;
    Real least = x[0], most = x[0];
    for (int l = 0; l < block_width; ++l) at.cdf[l] = at.pdf[l] = at.partial_mean[l] = 0;
    if constexpr (slopes)
      for (int l = 0; l < block_width; ++l) at.slope[l] = at.bend[l] = 0;
#pragma omp simd reduction(min : least) reduction(max : most)
    for (int l = 0; l < block_width; ++l) {
      least = x[l] < least ? x[l] : least;
      most = x[l] > most ? x[l] : most;
    }
    const int components = mixture.mean.extent_int(1);
    for (int k = 0; k < components; ++k) {
      const Real w = mixture.weight(k), m = mixture.mean(row, k), s = mixture.stddev(row, k);
      if (most <= m - reach * s) continue;
      const Real wm = w * m;
      if (least >= m + reach * s) {
        for (int l = 0; l < block_width; ++l) {
          at.cdf[l] += w;
          at.partial_mean[l] += wm;
        }
        continue;
      }
      const Real inverse = 1 / s, ws = w * s, density = w * inverse;
#pragma omp simd
      for (int l = 0; l < block_width; ++l) {
        const Real z = (x[l] - m) * inverse;
        const NormalValue normal = standard_normal(z);
        at.cdf[l] = Kokkos::fma(w, normal.cdf, at.cdf[l]);
        at.pdf[l] = Kokkos::fma(density, normal.pdf, at.pdf[l]);
        at.partial_mean[l] =
            Kokkos::fma(wm, normal.cdf, Kokkos::fma(-ws, normal.pdf, at.partial_mean[l]));
        if constexpr (slopes) {
          const Real steep = density * inverse * normal.pdf;
          at.slope[l] = Kokkos::fma(-z, steep, at.slope[l]);
          at.bend[l] = Kokkos::fma(Kokkos::fma(z, z, Real(-1)), steep * inverse, at.bend[l]);
        }
      }
    }
  }
};

/// F, f, M at ascending points of every row: a table that brackets quantiles, or the values at the
/// draws themselves.   shapes  all [M, P]
struct LineTable {
  Matrix x, cdf, pdf, partial_mean;
};
LineTable evaluate_lines(const Exec& exec, const ProjectedMixture& mixture, const Matrix& x);

/// A table without values.
LineTable line_table(const Matrix& x);
/// The values of rows that are not `done`, 9 deviations from a component counted as far.
///   shapes  done [M], 0 for those that are not
void evaluate_rest(const Exec& exec, const ProjectedMixture& mixture, const IndexVector& done,
                   const LineTable& table);

/// F⁻¹(u) of every row, by bisection to the last digits of high − low.   shapes  → [M]
///   requires  1e-18 < u < 1 − 1e-18
Vector quantiles(const Exec& exec, const ProjectedMixture& mixture, Real u);

/// `points` equidistant points over [low, high] of every row.
Matrix equidistant(const Exec& exec, const ProjectedMixture& mixture, int points);

/// Where the cubic Hermite interpolant of F between nodes a and a + 1 equals u; inside [x_a, x_b].
KOKKOS_INLINE_FUNCTION Real interpolated_quantile(const LineTable& table, Index row, Index a,
                                                  Real u) {
  const Real start = table.x(row, a), h = table.x(row, a + 1) - start;
  const Real base = table.cdf(row, a), rise = table.cdf(row, a + 1) - base;
  const Real slope = h * table.pdf(row, a), end_slope = h * table.pdf(row, a + 1);
  const Real c2 = 3 * rise - 2 * slope - end_slope, c3 = slope + end_slope - 2 * rise;
  Real t = rise > 0 ? (u - base) / rise : Real(0.5);
  for (int newton = 0; newton < 4; ++newton) {
    const Real value = base + t * (slope + t * (c2 + t * c3)) - u;
    const Real derivative = slope + t * (2 * c2 + 3 * t * c3);
    const Real next = t - value / derivative;
    t = next > 0 && next < 1 ? next : t;
  }
  t = t > 0 ? (t < 1 ? t : Real(1)) : Real(0);
  return Kokkos::fma(t, h, start);
}

/// ∫_0^u F⁻¹ for a block of levels, the quantile of lane l between nodes node[l] and node[l] + 1.
///
/// At a point q with F(q) = u + r and the Newton step q' = q − r/f(q) cut to the bracket,
///
///     ∫_0^u F⁻¹ ≈ M(q) − r (q + q')/2,
///
/// of error r³ (F⁻¹)''/12 where F is smooth and at most |r| |q − q'| anywhere: a lane is done when
/// that bound is below 1e-11 of the spread. Usually after one or two evaluations; a step that
/// leaves the bracket is a bisection, so 80 end every search.
KOKKOS_INLINE_FUNCTION void partial_means_at_levels(const LineMixture& line, const LineTable& table,
                                                    const Index (&node)[block_width],
                                                    const Real (&u)[block_width],
                                                    Real (&partial_mean)[block_width]) {
  const Real tolerance = Real(1e-11) * line.mixture.spread(line.row);
  Real q[block_width], low[block_width], high[block_width];
  for (int l = 0; l < block_width; ++l) {
    low[l] = table.x(line.row, node[l]);
    high[l] = table.x(line.row, node[l] + 1);
    q[l] = interpolated_quantile(table, line.row, node[l], u[l]);
  }
  LineBlock at;
  for (int iteration = 0; iteration < 80; ++iteration) {
    line.evaluate(q, at);
    bool done = true;
    for (int l = 0; l < block_width; ++l) {
      const Real r = at.cdf[l] - u[l];
      const Real newton = q[l] - r / at.pdf[l];
      const Real cut = newton > low[l] ? (newton < high[l] ? newton : high[l]) : low[l];
      const Real next = r == 0 ? q[l] : cut;
      partial_mean[l] = at.partial_mean[l] - r * Real(0.5) * (q[l] + next);
      if (Kokkos::fabs(r * (q[l] - next)) <= tolerance) continue;
      done = false;
      (r > 0 ? high[l] : low[l]) = q[l];
      const bool inside = newton > low[l] && newton < high[l];
      q[l] = inside ? newton : Real(0.5) * (low[l] + high[l]);
    }
    if (done) return;
  }
}

}  // namespace plumbline
