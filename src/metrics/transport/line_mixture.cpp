// Tables of projected mixtures: one block of points per index.
#include "metrics/transport/line_mixture.hpp"

namespace plumbline {
namespace {

/// A block of the row's points.
KOKKOS_INLINE_FUNCTION void fill_block(const LineMixture& line, Index first,
                                       const LineTable& table) {
  const Index j = line.row, points = table.x.extent(1);
  Real block[block_width];
  for (int l = 0; l < block_width; ++l)
    block[l] = table.x(j, first + l < points ? first + l : points - 1);
  LineBlock at;
  line.evaluate(block, at);
  for (int l = 0; l < block_width && first + l < points; ++l) {
    table.cdf(j, first + l) = at.cdf[l];
    table.pdf(j, first + l) = at.pdf[l];
    table.partial_mean(j, first + l) = at.partial_mean[l];
  }
}

}  // namespace

LineTable line_table(const Matrix& x) {
  const Index rows = x.extent(0), points = x.extent(1);
  return {x, make_matrix("line_cdf", rows, points), make_matrix("line_pdf", rows, points),
          make_matrix("line_partial_mean", rows, points)};
}

LineTable evaluate_lines(const Exec& exec, const ProjectedMixture& mixture, const Matrix& x) {
  const LineTable table = line_table(x);
  const Index blocks = (x.extent(1) + block_width - 1) / block_width;
  parallel_over(
      exec, "plumbline::metrics::evaluate_lines", x.extent(0) * blocks, KOKKOS_LAMBDA(Index index) {
        const Index j = index / blocks, first = index % blocks * block_width;
        fill_block(LineMixture{mixture, j, to_every_digit}, first, table);
      });
  return table;
}

void evaluate_rest(const Exec& exec, const ProjectedMixture& mixture, const IndexVector& done,
                   const LineTable& table) {
  const Index blocks = (table.x.extent(1) + block_width - 1) / block_width;
  parallel_over(
      exec, "plumbline::metrics::evaluate_rest", done.extent(0) * blocks,
      KOKKOS_LAMBDA(Index index) {
        const Index j = index / blocks, first = index % blocks * block_width;
        if (done(j) == 0) fill_block(LineMixture{mixture, j, to_all_mass}, first, table);
      });
}

Vector quantiles(const Exec& exec, const ProjectedMixture& mixture, Real u) {
  const Vector quantile = make_vector("quantile", mixture.low.extent(0));
  parallel_over(
      exec, "plumbline::metrics::quantiles", quantile.extent(0), KOKKOS_LAMBDA(Index j) {
        const LineMixture line{mixture, j, to_every_digit};
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

}  // namespace plumbline
