// W_2^2 of weighted draws along lines, exact along every line.
//
// Along a line the draws x_1 ≤ … ≤ x_n with weights up to u_i are coupled to the mixture by
// quantiles. With M(u) = ∫_0^u F⁻¹ and everything centred at the target's mean, M(1) = 0 and
//
//     W_2² = ∫ (F_P⁻¹ − F_Q⁻¹)² du = Σ w_i x_i² + Var_Q − 2 Σ_{i<n} M(u_i) (x_i − x_{i+1}):
//
// no reference draws, so no reference noise; the terms are of order Var_Q, so W_2 is good to about
// 1e-7 standard deviations, far below any floor (W_2 of n exact draws is about n^−½).
#include "metrics/transport/fine_table.hpp"
#include "metrics/transport/line_transport.hpp"

namespace plumbline {
namespace {

/// Distribution functions of a row at its nodes.
struct Nodes {
  const Real* cdf;
  Index count, stride;

  KOKKOS_INLINE_FUNCTION Real at(Index a) const { return cdf[a * stride]; }

  /// Node a with at(a) ≤ u < at(a + 1), searching upwards from `from`.
  KOKKOS_INLINE_FUNCTION Index bracket(Index from, Real u) const {
    while (from < count - 2 && at(from + 1) <= u) ++from;
    return from;
  }
  /// The same from the bottom, by halving.
  KOKKOS_INLINE_FUNCTION Index first_bracket(Real u) const {
    Index low = 0, high = count - 1;
    while (high - low > 1) {
      const Index middle = (low + high) / 2;
      (at(middle) <= u ? low : high) = middle;
    }
    return low;
  }
};

/// What the levels of one row are read from.
struct Levels {
  ProjectedDraws draws;
  LineMixture line;
  LineTable table;  ///< where the fine one has no nodes
  FineTable fine;

  KOKKOS_INLINE_FUNCTION Nodes nodes() const {
    const Index j = line.row;
    if (fine.nodes(j) > 0) return {&fine.at(j, 0, 0), fine.nodes(j), fine.at.extent_int(2)};
    return {&table.cdf(j, 0), table.cdf.extent_int(1), 1};
  }

  /// Σ_i w_i x_i² − 2 M(u_i) (x_i − x_{i+1}) over a block from draw `first` on; `from` is a node
  /// not above the first level, and then one not above the last.
  KOKKOS_INLINE_FUNCTION Real block_terms(Index first, Index& from) const {
    const Index j = line.row, n = draws.draws();
    const Nodes known = nodes();
    Index node[block_width];
    Real u[block_width], partial_mean[block_width];
    for (int l = 0; l < block_width; ++l) {
      u[l] = draws.level(j, first + l < n ? first + l : n - 1);
      from = node[l] = known.bracket(from, u[l]);
    }
    if (fine.nodes(j) > 0)
      partial_means_by_table(fine, j, node, u, partial_mean);
    else
      partial_means_at_levels(line, table, node, u, partial_mean);
    Real sum = 0;
    for (Index i = first; i < n && i < first + block_width; ++i) {
      const Real x = draws.x(j, i), weight = u[i - first] - (i > 0 ? draws.level(j, i - 1) : 0);
      sum = Kokkos::fma(weight * x, x, sum);
      if (i + 1 < n) sum = Kokkos::fma(2 * partial_mean[i - first], draws.x(j, i + 1) - x, sum);
    }
    return sum;
  }
};

/// part(j, b) = the terms of block b, so many neighbouring blocks per index that finding the first
/// node is cheap. The last column is left for the variance.
void cross_terms(const Exec& exec, const ProjectedDraws& draws, const ProjectedMixture& mixture,
                 const LineTable& table, const FineTable& fine, const Matrix& part) {
  constexpr Index group = 16;
  const Index blocks = part.extent(1) - 1, groups = (blocks + group - 1) / group;
  parallel_over(
      exec, "plumbline::metrics::wasserstein_2_line", part.extent(0) * groups,
      KOKKOS_LAMBDA(Index index) {
        const Index j = index / groups, first = index % groups * group;
        const Levels levels{draws, LineMixture{mixture, j, to_all_mass}, table, fine};
        Index node = levels.nodes().first_bracket(draws.level(j, first * block_width));
        for (Index b = first; b < blocks && b < first + group; ++b)
          part(j, b) = levels.block_terms(b * block_width, node);
      });
}

void add_variance(const Exec& exec, const ProjectedMixture& mixture, const Matrix& part) {
  const Index last = part.extent(1) - 1;
  parallel_over(
      exec, "plumbline::metrics::add_variance", part.extent(0),
      KOKKOS_LAMBDA(Index j) { part(j, last) = mixture.spread(j) * mixture.spread(j); });
}

void mixture_2(const Exec& exec, const ProjectedDraws& draws, const ProjectedMixture& mixture,
               const Vector& cost) {
  const FineTable fine = fine_table(exec, mixture, most_nodes(draws.draws()));
  // Of the others: Hermite error of F below 1e-6 at 512 points, so that one Newton step finishes.
  const int points = draws.draws() < 16384 ? 512 : 4096;
  const LineTable table = line_table(equidistant(exec, mixture, points));
  evaluate_rest(exec, mixture, fine.nodes, table);
  const Index blocks = (draws.draws() + block_width - 1) / block_width;
  const Matrix part = make_matrix("transport_part", draws.directions(), blocks + 1);
  cross_terms(exec, draws, mixture, table, fine, part);
  add_variance(exec, mixture, part);
  sum_rows(exec, part, cost);
}

void draws_2(const Exec& exec, const ProjectedDraws& draws, const ProjectedDraws& reference,
             const Vector& cost) {
  parallel_over(
      exec, "plumbline::metrics::wasserstein_2_draws", cost.extent(0),
      KOKKOS_LAMBDA(Index j) { cost(j) = coupled_cost(draws, reference, j, 2); });
}

}  // namespace

Transport wasserstein_2_on_lines() {
  return {2, mixture_2, draws_2};
}

}  // namespace plumbline
