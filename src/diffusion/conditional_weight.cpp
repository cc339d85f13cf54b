// log p(y_s | z_t) under the exact reverse kernel. diffusion/README §5.
#include "diffusion/detail/conditional_block.hpp"

namespace plumbline::detail {
namespace {

/// log Σ_k r_k(z_t) N(y_s; m_k^y, C_k^yy).
template <CovarianceKind kind, int D>
struct ConditionalWeight {
  static constexpr int W = block_width;
  static constexpr int arrays = kind == CovarianceKind::full ? 4 : 2;

  ConditionalTask task;
  Work work;

  static void launch(const Exec& exec, const ConditionalTask& task) {
    const Index blocks = (task.z_t.extent(0) + W - 1) / W;
    const Work work =
        make_work(exec, blocks, D > 0 ? 1 : arrays * task.tables.from.mixture.dimension, W);
    parallel_over(exec, "plumbline::diffusion::conditional_log_weight", work.slots,
                  ConditionalWeight{task, work});
  }

  KOKKOS_FUNCTION void operator()(Index slot) const {
    const MixtureTables& from = task.tables.from;
    const Index points = task.z_t.extent(0);
    const BlockRange range = work.share(slot, (points + W - 1) / W);
    const int d = D > 0 ? D : from.mixture.dimension;
    auto rows = block_rows<D, W, arrays>(work, slot, 0, d);
    for (Index block = range.first; block < range.last; block += range.step) {
      load_state(task, block * W, rows);
      LogSumBlock<W> all, joint;
      for (int k = 0; k < from.mixture.components; ++k) {
        Lanes<W> q = mahalanobis<kind, W>(from, k, d, rows);
        all.add(from.log_const(k), q);
        const Lanes<W> extra = context_square<kind>(task.tables, k, d, rows);
        for (int w = 0; w < W; ++w) q[w] += extra[w];
        joint.add(from.log_const(k) + context_log_const<kind>(task.tables, k), q);
      }
      for (int w = 0; w < W && block * W + w < points; ++w)
        task.log_w(block * W + w) = log_ratio(joint, all, w);
    }
  }
};

}  // namespace

void conditional_weight(const Exec& exec, const ConditionalTask& task) {
  launch_for<ConditionalWeight>(task.tables.from.mixture, exec, task);
}

}  // namespace plumbline::detail
