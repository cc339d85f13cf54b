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

/// One row of a ProjectedMixture.   cost  about 70 flops per point and component
struct LineMixture {
  ProjectedMixture mixture;
  Index row;

  KOKKOS_INLINE_FUNCTION void evaluate(const Real (&x)[block_width], LineBlock& at) const {
    for (int l = 0; l < block_width; ++l) at.cdf[l] = at.pdf[l] = at.partial_mean[l] = 0;
    const int components = mixture.mean.extent_int(1);
    for (int k = 0; k < components; ++k) {
      const Real w = mixture.weight(k), m = mixture.mean(row, k), s = mixture.stddev(row, k);
      const Real inverse = 1 / s, wm = w * m, ws = w * s, density = w * inverse;
#pragma omp simd
      for (int l = 0; l < block_width; ++l) {
        const NormalValue normal = standard_normal((x[l] - m) * inverse);
        at.cdf[l] = Kokkos::fma(w, normal.cdf, at.cdf[l]);
        at.pdf[l] = Kokkos::fma(density, normal.pdf, at.pdf[l]);
        at.partial_mean[l] =
            Kokkos::fma(wm, normal.cdf, Kokkos::fma(-ws, normal.pdf, at.partial_mean[l]));
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

/// The same by interpolation alone, for tables fine enough: no evaluation of the mixture, whatever
/// K.
///
/// With the cubic F̂ of the bracket and F̂(q) = u, integration by parts from node a gives
///
///     ∫_0^u F⁻¹ = M(x_a) + q u − x_a F(x_a) − ∫_{x_a}^q F̂ + error,   |error| ≤ ∫ |F − F̂|:
///
/// stationary in q, so two Newton steps for it are plenty, and interpolation_error bounds the
/// rest.
KOKKOS_INLINE_FUNCTION void partial_means_by_table(const LineTable& table, Index row,
                                                   const Index (&node)[block_width],
                                                   const Real (&u)[block_width],
                                                   Real (&partial_mean)[block_width]) {
  Real x[block_width], h[block_width], v[block_width], rise[block_width], slope[block_width],
      end_slope[block_width];
  for (int l = 0; l < block_width; ++l) {
    const Index a = node[l];
    x[l] = table.x(row, a);
    h[l] = table.x(row, a + 1) - x[l];
    v[l] = u[l] - table.cdf(row, a);
    rise[l] = table.cdf(row, a + 1) - table.cdf(row, a);
    slope[l] = h[l] * table.pdf(row, a);
    end_slope[l] = h[l] * table.pdf(row, a + 1);
    partial_mean[l] = table.partial_mean(row, a);
  }
#pragma omp simd
  for (int l = 0; l < block_width; ++l) {
    const Real c1 = slope[l], c2 = 3 * rise[l] - 2 * c1 - end_slope[l];
    const Real c3 = c1 + end_slope[l] - 2 * rise[l];
    Real t = v[l] / (rise[l] > 0 ? rise[l] : Real(1));
    for (int newton = 0; newton < 2; ++newton) {
      const Real value = t * (c1 + t * (c2 + t * c3)) - v[l];
      const Real next = t - value / (c1 + t * (2 * c2 + 3 * t * c3));
      t = next > 0 && next < 1 ? next : t;
    }
    t = t > 0 ? (t < 1 ? t : Real(1)) : Real(0);
    const Real area = t * t * (c1 / 2 + t * (c2 / 3 + t * (c3 / 4)));  // ∫ (F̂ − F(x_a)) / h
    partial_mean[l] += Kokkos::fma(x[l], v[l], h[l] * (t * v[l] - area));
  }
}

/// Bound on ∫ |F − F̂| over any bracket of nodes h apart: h⁴/384 of the fourth derivative (at most
/// 1.38/s⁴ for a normal), or all of F where a component is narrower than that.   shapes  → [M]
Vector interpolation_error(const Exec& exec, const ProjectedMixture& mixture, int points);

}  // namespace plumbline
