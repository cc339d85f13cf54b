// Nodes of fine tables: how many, and what is known there.
#include "metrics/transport/fine_table.hpp"

namespace plumbline {
namespace {

/// Bound on ∫ |F − its interpolant| over any piece of length h.
KOKKOS_INLINE_FUNCTION Real piece_error(const ProjectedMixture& mixture, Index j, Real h) {
  constexpr Real factor = 31.0 / (40320.0 * 630.0);
  Real sum = 0;
  for (int k = 0; k < mixture.mean.extent_int(1); ++k) {
    const Real r = h / mixture.stddev(j, k), r2 = r * r, r8 = (r2 * r2) * (r2 * r2);
    sum += mixture.weight(k) * (factor * r8 < 1 ? factor * r8 : Real(1));
  }
  return h * sum;
}

/// The fewest of 32, 48, 64, 96, … nodes that are enough.
void choose_nodes(const Exec& exec, const ProjectedMixture& mixture, Index most,
                  const FineTable& table) {
  parallel_over(
      exec, "plumbline::metrics::choose_nodes", table.nodes.extent(0), KOKKOS_LAMBDA(Index j) {
        const Real length = mixture.high(j) - mixture.low(j);
        const Real tolerance = Real(1e-12) * mixture.spread(j);
        Index nodes = 32;
        while (nodes <= most &&
               !(piece_error(mixture, j, length / static_cast<Real>(nodes - 1)) <= tolerance))
          nodes = nodes % 3 == 0 ? nodes / 3 * 4 : nodes / 2 * 3;
        table.nodes(j) = nodes <= most ? static_cast<int>(nodes) : 0;
        table.start(j) = mixture.low(j);
        table.step(j) = length / static_cast<Real>(nodes - 1);
      });
}

/// Blocks of nodes.
void fill_nodes(const Exec& exec, const ProjectedMixture& mixture, const FineTable& table) {
  const Index blocks = (table.at.extent(1) + block_width - 1) / block_width;
  parallel_over(
      exec, "plumbline::metrics::fill_nodes", table.nodes.extent(0) * blocks,
      KOKKOS_LAMBDA(Index index) {
        const Index j = index / blocks, first = index % blocks * block_width;
        const Real h = table.step(j);
        if (first >= table.nodes(j)) return;
        Real x[block_width];
        for (int l = 0; l < block_width; ++l)
          x[l] = Kokkos::fma(static_cast<Real>(first + l), h, table.start(j));
        LineBlockWithSlopes at;
        LineMixture{mixture, j, to_all_mass}.evaluate(x, at);
        for (int l = 0; l < block_width && first + l < table.nodes(j); ++l) {
          Real* const node = &table.at(j, first + l, 0);
          node[0] = at.cdf[l];
          node[1] = h * at.pdf[l];
          node[2] = h * h * at.slope[l] / 2;
          node[3] = h * h * h * at.bend[l] / 6;
          node[4] = at.partial_mean[l];
        }
      });
}

}  // namespace

FineTable fine_table(const Exec& exec, const ProjectedMixture& mixture, Index most) {
  const Index rows = mixture.low.extent(0);
  const FineTable table{make_index_vector("fine_nodes", rows), make_vector("fine_start", rows),
                        make_vector("fine_step", rows), make_cube("fine_nodes", rows, most, 5)};
  choose_nodes(exec, mixture, most, table);
  fill_nodes(exec, mixture, table);
  return table;
}

}  // namespace plumbline
