// W_1 of weighted draws along lines, exact along every line.
//
// W_1 = ∫ |F_P − F_Q| dx. Between two neighbouring draws F_P is a constant u, and with
// J(x) = ∫_{−∞}^x F_Q = x F_Q(x) − M(x) the piece is closed-form; where F_Q crosses u inside it,
//
//     ∫_{x_i}^{x_{i+1}} |u − F_Q| = J(x_i) + J(x_{i+1}) − u (x_i + x_{i+1}) + 2 M(F_Q⁻¹(u)).
//
// No reference draws, so no reference noise.
#include "metrics/transport/fine_table.hpp"
#include "metrics/transport/line_transport.hpp"

namespace plumbline {
namespace {

/// ∫_{−∞}^{x_i} F_Q at draw i.
KOKKOS_INLINE_FUNCTION Real integrated_cdf(const LineTable& at, Index row, Index i) {
  return Kokkos::fma(at.x(row, i), at.cdf(row, i), -at.partial_mean(row, i));
}

/// F_Q and M at draws of rows that have a fine table.
void interpolate_at_draws(const Exec& exec, const FineTable& fine, const LineTable& at) {
  const Index draws = at.x.extent(1), blocks = (draws + block_width - 1) / block_width;
  parallel_over(
      exec, "plumbline::metrics::interpolate_at_draws", at.x.extent(0) * blocks,
      KOKKOS_LAMBDA(Index index) {
        const Index j = index / blocks, first = index % blocks * block_width;
        if (fine.nodes(j) == 0) return;
        Real x[block_width], cdf[block_width], partial_mean[block_width];
        for (int l = 0; l < block_width; ++l)
          x[l] = at.x(j, first + l < draws ? first + l : draws - 1);
        values_at_points(fine, j, x, cdf, partial_mean);
        for (int l = 0; l < block_width && first + l < draws; ++l) {
          at.cdf(j, first + l) = cdf[l];
          at.partial_mean(j, first + l) = partial_mean[l];
        }
      });
}

/// ∫_0^u F_Q⁻¹ of lanes that cross, by the fine table: upwards from the piece that draw i is in.
KOKKOS_INLINE_FUNCTION void crossings_by_table(const FineTable& fine, const LineTable& at, Index j,
                                               const Index (&i)[block_width],
                                               const bool (&crosses)[block_width],
                                               const Real (&u)[block_width],
                                               Real (&partial_mean)[block_width]) {
  Index node[block_width];
  for (int l = 0; l < block_width; ++l) {
    node[l] = crosses[l] ? node_of(fine, j, at.x(j, i[l])) : 0;
    while (crosses[l] && node[l] < fine.nodes(j) - 2 && fine.at(j, node[l] + 1, 0) <= u[l])
      ++node[l];
  }
  partial_means_by_table(fine, j, node, u, partial_mean);
}

/// part(j, b) = Σ_{i in block b} ∫_{x_i}^{x_{i+1}} |F_P − F_Q|, `at` holding F_Q at the draws. The
/// last column is left for the tails.
void inner_gaps(const Exec& exec, const ProjectedDraws& draws, const ProjectedMixture& mixture,
                const LineTable& at, const FineTable& fine, const Matrix& part) {
  const Index gaps = draws.draws() - 1, blocks = part.extent(1) - 1;
  const Matrix x = draws.x, level = draws.level;
  parallel_over(
      exec, "plumbline::metrics::wasserstein_1_line", part.extent(0) * blocks,
      KOKKOS_LAMBDA(Index index) {
        const Index j = index / blocks, first = index % blocks * block_width;
        Index node[block_width];
        Real u[block_width], partial_mean[block_width] = {};
        bool crosses[block_width], any = false;
        for (int l = 0; l < block_width; ++l) {
          const Index i = node[l] = first + l < gaps ? first + l : gaps - 1;
          crosses[l] = at.cdf(j, i) < level(j, i) && level(j, i) < at.cdf(j, i + 1);
          u[l] = crosses[l] ? level(j, i) : at.cdf(j, i);  // the others are solved from the start
          any = any || crosses[l];
        }
        if (any && fine.nodes(j) > 0)
          crossings_by_table(fine, at, j, node, crosses, u, partial_mean);
        else if (any)
          partial_means_at_levels(LineMixture{mixture, j, to_all_mass}, at, node, u, partial_mean);
        Real sum = 0;
        for (int l = 0; l < block_width && first + l < gaps; ++l) {
          const Index i = first + l;
          const Real left = integrated_cdf(at, j, i), right = integrated_cdf(at, j, i + 1);
          const Real level_i = level(j, i);
          const Real below = (right - left) - level_i * (x(j, i + 1) - x(j, i));
          const Real crossed =
              (left + right) - level_i * (x(j, i) + x(j, i + 1)) + 2 * partial_mean[l];
          sum += crosses[l] ? Kokkos::fmax(crossed, Real(0)) : Kokkos::fabs(below);
        }
        part(j, index % blocks) = sum;
      });
}

/// The two tails: ∫_{−∞}^{x_1} F_Q and ∫_{x_n}^∞ (1 − F_Q) = J(x_n) − x_n for a target of mean 0.
void tails(const Exec& exec, const LineTable& at, const Matrix& part) {
  const Index last_draw = at.x.extent(1) - 1, last = part.extent(1) - 1;
  parallel_over(
      exec, "plumbline::metrics::wasserstein_1_tails", part.extent(0), KOKKOS_LAMBDA(Index j) {
        part(j, last) =
            integrated_cdf(at, j, 0) + (integrated_cdf(at, j, last_draw) - at.x(j, last_draw));
      });
}

void mixture_1(const Exec& exec, const ProjectedDraws& draws, const ProjectedMixture& mixture,
               const Vector& cost) {
  const FineTable fine = fine_table(exec, mixture, most_nodes(draws.draws()));
  const LineTable at = line_table(draws.x);
  interpolate_at_draws(exec, fine, at);
  evaluate_rest(exec, mixture, fine.nodes, at);
  const Index blocks = (draws.draws() - 1 + block_width - 1) / block_width;
  const Matrix part = make_matrix("transport_part", draws.directions(), blocks + 1);
  inner_gaps(exec, draws, mixture, at, fine, part);
  tails(exec, at, part);
  sum_rows(exec, part, cost);
}

void draws_1(const Exec& exec, const ProjectedDraws& draws, const ProjectedDraws& reference,
             const Vector& cost) {
  parallel_over(
      exec, "plumbline::metrics::wasserstein_1_draws", cost.extent(0),
      KOKKOS_LAMBDA(Index j) { cost(j) = coupled_cost(draws, reference, j, 1); });
}

}  // namespace

Transport wasserstein_1_on_lines() {
  return {1, mixture_1, draws_1};
}

}  // namespace plumbline
