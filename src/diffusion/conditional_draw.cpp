// x_s ~ p(x_s | z_t, y_s) under the exact reverse kernel. diffusion/README §5. Same blocks of 16
// rows as exact_reverse.cpp.
#include "diffusion/detail/conditional_block.hpp"

namespace plumbline::detail {
namespace {

/// k ~ r_k(z_t) N(y_s; m_k^y, C_k^yy), then x_s given y_s.
template <CovarianceKind kind, int D>
struct ConditionalDraw {
  static constexpr int W = block_width;
  static constexpr int arrays = kind == CovarianceKind::full ? 5 : 3;
  static constexpr int out = arrays - 1;
  using BlockRows = Rows<D, W, arrays>;

  ConditionalTask task;
  Work work;

  static void launch(const Exec& exec, const ConditionalTask& task) {
    const Index blocks = (task.z_t.extent(0) + W - 1) / W;
    const FactoredMixture& mixture = task.tables.from.mixture;
    const Work work =
        make_work(exec, blocks, mixture.components + (D > 0 ? 0 : arrays * mixture.dimension), W);
    parallel_over(exec, "plumbline::diffusion::conditional_draw", work.slots,
                  ConditionalDraw{task, work});
  }

  KOKKOS_FUNCTION void operator()(Index slot) const {
    const BlockRange range = work.share(slot, (task.z_t.extent(0) + W - 1) / W);
    const FactoredMixture& mixture = task.tables.from.mixture;
    const ComponentRows logits = {work.data.data() + slot * work.offset, work.stride};
    auto rows = block_rows<D, W, arrays>(work, slot, mixture.components, mixture.dimension);
    for (Index block = range.first; block < range.last; block += range.step)
      draw(block * W, rows, logits);
  }

  KOKKOS_FUNCTION void draw(Index first, BlockRows& rows, const ComponentRows& logits) const {
    const MixtureTables& from = task.tables.from;
    const int d = D > 0 ? D : from.mixture.dimension;
    const std::uint64_t chain = task.first_chain + first;
    load_state(task, first, rows);
    const Lanes<W> u = uniforms<W>(task.component, chain, task.step);
    Choice<W> choice;
    if (task.shares.kept()) {
      choice = choose_kept(first, u);
    } else {
      const Lanes<W> max = context_logits<kind, W>(task.tables, d, rows, logits, nullptr);
      choice = choose<W>(logits, from.mixture.components, max, u);
    }
    normal_rows<W>(task.noise, chain, task.step, d, rows, out);
    for (int w = 0; w < W; ++w) {
      const int k = at_least_0(choice.of[w]);
      if constexpr (kind == CovarianceKind::full)
        move_full(k, w, d, rows);
      else
        move_coordinates(k, w, d, rows);
    }
    const Index rest = task.z_s.extent(0) - first;
    for (int w = 0; w < (rest < W ? static_cast<int>(rest) : W); ++w)
      for (int i = 0; i < d; ++i) task.z_s(first + w, i) = choice.of[w] < 0 ? nan : rows(out, i)[w];
  }

  /// What `choose` finds, by bisection of the sums that it would make.
  KOKKOS_FUNCTION Choice<W> choose_kept(Index first, const Lanes<W>& u) const {
    const Index last = task.z_t.extent(0) - 1;
    const int components = task.shares.components;
    const Real* sums[W];
    Lanes<W> target;
    Choice<W> choice;
    for (int w = 0; w < W; ++w) {
      const Index from = task.ancestors(first + w < last ? first + w : last);
      sums[w] = task.shares.sums.data() + task.shares.at(from, 0);
      target[w] = u[w] * sums[w][Index(components - 1) * W];
      choice.of[w] = 0;
    }
    // all lanes in step, so that none waits for the memory of another
    int span = components;
    for (; span > 1; span -= span / 2)
      for (int w = 0; w < W; ++w) {
        const bool less = sums[w][Index(choice.of[w] + span / 2 - 1) * W] < target[w];
        choice.of[w] += less ? span / 2 : 0;
      }
    for (int w = 0; w < W; ++w)
      if (!(sums[w][Index(components - 1) * W] > 0)) choice.of[w] = -1;
    return choice;
  }

  /// The coordinates are independent given k: the free ones do not feel y_s.
  KOKKOS_FUNCTION void move_coordinates(int k, int w, int d, BlockRows& rows) const {
    for (int i = 0; i < d; ++i) {
      const int column = task.tables.role(i);
      rows(out, i)[w] = column >= 0 ? rows(1, column)[w]
                                    : reverse_coordinate<kind>(task.tables.from, task.tables.map, k,
                                                               i, rows(0, i)[w], rows(out, i)[w]);
    }
  }

  /// x_s = a_s μ_x + free_gain e + innovation ω + free_factor ξ with e = Uᵀ(z_t − a_t μ) and
  /// ω = L⁻¹(y_s − m^y), lane w.   cost  D² + f (D + m + f) + m (m + D) multiply-adds
  KOKKOS_FUNCTION void move_full(int k, int w, int d, BlockRows& rows) const {
    const ConditionalReverse::StepTables& tables = task.tables;
    const int m = tables.observed.extent_int(0), f = tables.free.extent_int(0);
    const LaneVector e = lane_vector(rows, 3, w, d), white = lane_vector(rows, 2, w, d);
    rotate_lane(tables.from, k, w, d, rows, e);
    for (int j = 0; j < m; ++j) {
      Real sum = 0;
      for (int i = 0; i <= j; ++i) {
        const Real residual =
            (rows(1, i)[w] - tables.readout.center(k, i)) - tables.readout.center_low(k, i);
        sum = Kokkos::fma(tables.readout.whitener(k, j, i), residual, sum);
      }
      white(j) = sum - row_times(tables.readout.gain, k, j, e, d, 0);
    }
    // Row 0 takes z_s while the normals of row `out` are still needed.
    for (int c = 0; c < f; ++c) {
      const int i = tables.free(c);
      Real x_s = tables.map.to.alpha * tables.from.mixture.means(k, i);
      x_s = row_times(tables.free_gain, k, c, e, d, x_s);
      x_s = row_times(tables.innovation, k, c, white, m, x_s);
      for (int j = 0; j < f; ++j)
        x_s = Kokkos::fma(tables.free_factor(k, c, j), rows(out, tables.free(j))[w], x_s);
      rows(0, i)[w] = x_s;
    }
    for (int j = 0; j < m; ++j) rows(0, tables.observed(j))[w] = rows(1, j)[w];
    for (int i = 0; i < d; ++i) rows(out, i)[w] = rows(0, i)[w];
  }
};

}  // namespace

void conditional_draw(const Exec& exec, const ConditionalTask& task) {
  launch_for<ConditionalDraw>(task.tables.from.mixture, exec, task);
}

}  // namespace plumbline::detail
