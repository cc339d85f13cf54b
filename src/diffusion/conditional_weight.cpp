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
    const FactoredMixture& mixture = task.tables.from.mixture;
    const Index logits = task.shares.kept() ? 1 : mixture.components;
    const Work work = make_work(exec, blocks, logits + (D > 0 ? 0 : arrays * mixture.dimension), W);
    parallel_over(exec, "plumbline::diffusion::conditional_log_weight", work.slots,
                  ConditionalWeight{task, work});
  }

  KOKKOS_FUNCTION void operator()(Index slot) const {
    const FactoredMixture& mixture = task.tables.from.mixture;
    const Index points = task.z_t.extent(0);
    const BlockRange range = work.share(slot, (points + W - 1) / W);
    const int d = D > 0 ? D : mixture.dimension, components = mixture.components;
    const bool keeps = task.shares.kept();
    ComponentRows logits = {work.data.data() + slot * work.offset, work.stride};
    auto rows = block_rows<D, W, arrays>(work, slot, keeps ? 1 : components, d);
    for (Index block = range.first; block < range.last; block += range.step) {
      if (keeps) logits = {task.shares.sums.data() + task.shares.at(block * W, 0), W};
      load_state(task, block * W, rows);
      LogSumBlock<W> all, joint;
      joint.max = context_logits<kind, W>(task.tables, d, rows, logits, &all);
      joint.sum = run_up<W>(logits, components, joint.max);
      Lanes<W> log_w;
#pragma omp simd
      for (int w = 0; w < W; ++w) log_w[w] = log_ratio(joint, all, w);
      for (int w = 0; w < W && block * W + w < points; ++w) task.log_w(block * W + w) = log_w[w];
    }
  }
};

}  // namespace

void conditional_weight(const Exec& exec, const ConditionalTask& task) {
  launch_for<ConditionalWeight>(task.tables.from.mixture, exec, task);
}

}  // namespace plumbline::detail
