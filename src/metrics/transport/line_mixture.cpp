// Tables of projected mixtures: one block of points per index.
#include "metrics/transport/line_mixture.hpp"

namespace plumbline {

LineTable evaluate_lines(const Exec& exec, const ProjectedMixture& mixture, const Matrix& x) {
  const Index rows = x.extent(0), points = x.extent(1);
  const Index blocks = (points + block_width - 1) / block_width;
  LineTable table{x, make_matrix("line_cdf", rows, points), make_matrix("line_pdf", rows, points),
                  make_matrix("line_partial_mean", rows, points)};
  parallel_over(
      exec, "plumbline::metrics::evaluate_lines", rows * blocks, KOKKOS_LAMBDA(Index index) {
        const Index j = index / blocks, first = index % blocks * block_width;
        Real block[block_width];
        for (int l = 0; l < block_width; ++l)
          block[l] = x(j, first + l < points ? first + l : points - 1);
        LineBlock at;
        LineMixture{mixture, j}.evaluate(block, at);
        for (int l = 0; l < block_width && first + l < points; ++l) {
          table.cdf(j, first + l) = at.cdf[l];
          table.pdf(j, first + l) = at.pdf[l];
          table.partial_mean(j, first + l) = at.partial_mean[l];
        }
      });
  return table;
}

Vector quantiles(const Exec& exec, const ProjectedMixture& mixture, Real u) {
  const Vector quantile = make_vector("quantile", mixture.low.extent(0));
  parallel_over(
      exec, "plumbline::metrics::quantiles", quantile.extent(0), KOKKOS_LAMBDA(Index j) {
        const LineMixture line{mixture, j};
        Real low = mixture.low(j), high = mixture.high(j);
        for (int step = 0; step < 60; ++step) {
          const Real middle = Real(0.5) * (low + high);
          Real block[block_width];
          for (int l = 0; l < block_width; ++l) block[l] = middle;
          LineBlock at;
          line.evaluate(block, at);
          (at.cdf[0] < u ? low : high) = middle;
        }
        quantile(j) = high;
      });
  return quantile;
}

Matrix equidistant(const Exec& exec, const ProjectedMixture& mixture, int points) {
  Matrix x = make_matrix("equidistant", mixture.low.extent(0), points);
  parallel_over(
      exec, "plumbline::metrics::equidistant", x.extent(0), KOKKOS_LAMBDA(Index j) {
        const Real low = mixture.low(j), step = (mixture.high(j) - low) / (points - 1);
        for (int p = 0; p < points; ++p) x(j, p) = Kokkos::fma(static_cast<Real>(p), step, low);
      });
  return x;
}

Vector interpolation_error(const Exec& exec, const ProjectedMixture& mixture, int points) {
  Vector error = make_vector("interpolation_error", mixture.low.extent(0));
  const int components = mixture.mean.extent_int(1);
  parallel_over(
      exec, "plumbline::metrics::interpolation_error", error.extent(0), KOKKOS_LAMBDA(Index j) {
        const Real h = (mixture.high(j) - mixture.low(j)) / (points - 1);
        Real sum = 0;
        for (int k = 0; k < components; ++k) {
          const Real step = h / mixture.stddev(j, k), square = step * step;
          sum += mixture.weight(k) * Kokkos::fmin(Real(1), Real(1.38 / 384) * square * square);
        }
        error(j) = h * sum;
      });
  return error;
}

}  // namespace plumbline
