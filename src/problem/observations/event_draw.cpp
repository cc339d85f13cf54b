// Exact draws of p(z_0 | event) and of p(z_s | z_t, event): truncation by the inverse CDF along one
// direction, Matheron's rule across the others.
#include "diffusion/component_choice.hpp"
#include "problem/observations/event_block.hpp"

namespace plumbline {
namespace {

using namespace detail;

/// z_s | z_0, z_t ~ N(state z_t + pull z_0, variance I).
struct Bridge {
  Real state, pull, variance;
};

struct EventDraw {
  EventTables event;
  Bridge bridge;
  Rng noise, component, truncation, bridge_noise;
  std::uint32_t step;
  std::uint64_t first_chain;
  Matrix z_t, z_s;
};

/// What one point of a block is drawn by.
struct LaneDraw {
  int component;   ///< −1: none
  Real z_0_noise;  ///< of η, standard
  Real epsilon;    ///< N(0, 1) given a·m_k + √v ε ≥ τ
};

/// One slot draws its share of the blocks. Rows 0: z_t; 1: normals of z_0; 2: z_0 − μ_k in the
/// eigenbasis, without the event; `full` 2 and 3 for the eigenbasis before; the last: normals of
/// the bridge, then z_s.
template <CovarianceKind kind, int D>
struct EventDrawBlocks {
  static constexpr int W = block_width;
  static constexpr int arrays = kind == CovarianceKind::full ? 5 : 4;
  using BlockRows = Rows<D, W, arrays>;

  EventDraw task;
  Work work;

  static void launch(const Exec& exec, const EventDraw& task) {
    const Index blocks = (task.z_t.extent(0) + W - 1) / W;
    const FactoredMixture& mixture = task.event.tables.mixture;
    const Work work =
        make_work(exec, blocks, mixture.components + (D > 0 ? 0 : arrays * mixture.dimension), W);
    parallel_over(exec, "plumbline::problem::event_draw", work.slots, EventDrawBlocks{task, work});
  }

  KOKKOS_FUNCTION void operator()(Index slot) const {
    const FactoredMixture& mixture = task.event.tables.mixture;
    const ComponentRows logits = {work.data.data() + slot * work.offset, work.stride};
    auto rows = block_rows<D, W, arrays>(work, slot, mixture.components, mixture.dimension);
    const BlockRange range = work.share(slot, (task.z_t.extent(0) + W - 1) / W);
    for (Index block = range.first; block < range.last; block += range.step)
      draw(block * W, rows, logits);
  }

  KOKKOS_FUNCTION void draw(Index first, BlockRows& rows, const ComponentRows& logits) const {
    const int d = D > 0 ? D : task.event.tables.mixture.dimension;
    const std::uint64_t chain = task.first_chain + first;
    load<W>(task.z_t, first, d, rows);

    // k ~ r_k Φ(β_k)
    const Lanes<W> max = event_logits(d, rows, logits);
    const Choice<W> choice = choose<W>(logits, task.event.tables.mixture.components, max,
                                       uniforms<W>(task.component, chain, task.step));

    // ε ~ N(0, 1) given a·m_k + √v ε ≥ τ, to replace the ε_0 of an unconstrained (z_0, η)
    normal_rows<W>(task.noise, chain, task.step, d, rows, 1);
    if (task.bridge.variance > 0)
      normal_rows<W>(task.bridge_noise, chain, task.step, d, rows, arrays - 1);
    Lanes<W> eta = {}, unused, epsilon = uniforms<W>(task.truncation, chain, task.step);
    if (task.event.plane.width > 0)
      normal_pairs<W>(task.truncation, chain, task.step, 1, eta.v, unused.v);
    Lanes<W> least;
    for (int w = 0; w < W; ++w)
      least[w] = -event_margin(task.event, at_least_0(choice.of[w]), lane_point(rows, w));
#pragma omp simd
    for (int w = 0; w < W; ++w) epsilon[w] = normal_above(least[w], epsilon[w]);

    for (int w = 0; w < W; ++w) move(d, w, {at_least_0(choice.of[w]), eta[w], epsilon[w]}, rows);
    const Index rest = task.z_s.extent(0) - first;
    for (int w = 0; w < (rest < W ? static_cast<int>(rest) : W); ++w)
      for (int i = 0; i < d; ++i)
        task.z_s(first + w, i) = choice.of[w] < 0 ? nan : rows(arrays - 1, i)[w];
  }

  /// logits ← log r_k Φ(β_k) + log p_t(z); their maximum per lane.
  KOKKOS_FUNCTION Lanes<W> event_logits(int d, BlockRows& rows, const ComponentRows& logits) const {
    Lanes<W> max;
    for (int w = 0; w < W; ++w) max[w] = OnlineLogSum{}.max;
    for (int k = 0; k < task.event.tables.mixture.components; ++k) {
      const EventLanes<W> lanes = event_lanes<kind, W>(task.event, k, d, rows);
      Real* row = logits(k);
      for (int w = 0; w < W; ++w) {
        row[w] = lanes.joint[w];
        max[w] = row[w] > max[w] ? row[w] : max[w];
      }
    }
    return max;
  }

  /// Lane w of the last rows ← z_s. With e = pull Uᵀ(z_t − a μ) + √C ξ and ε_0 = a·(z_0 − m_k) + η
  /// of that, over √v: z_0 = μ + U e + C a/√v (ε − ε_0), z_s ~ q(z_s | z_0, z_t).   cost  3 D²
  KOKKOS_FUNCTION void move(int d, int w, const LaneDraw& lane, BlockRows& rows) const {
    const EventTables& event = task.event;
    const MixtureTables& tables = event.tables;
    const FactoredMixture& mixture = tables.mixture;
    const int k = lane.component;
    const auto z = lane_point(rows, w);
    const LaneVector e = lane_vector(rows, 2, w, d);
    Real along = event.plane.width > 0 ? event.plane.width * lane.z_0_noise : 0;
    for (int j = 0; j < d; ++j) {
      const int column = eigen_column(mixture, j);
      const Real shrink = mixture.eigenvalues(k, column) * tables.precision(k, column);
      const Real xi = Kokkos::sqrt(tables.level.variance * shrink) * rows(1, j)[w];
      const Real away = tables.level.alpha > 0 ? rotated_difference(tables, k, j, z) : 0;
      e(j) = Kokkos::fma(-tables.level.alpha * shrink, away, xi);
      along = Kokkos::fma(event.rotated(k, j), xi, along);
    }
    const Real deviation = event.deviation(k);
    const Real shift = deviation > 0 ? lane.epsilon - along / deviation : along * 0;
    for (int i = 0; i < d; ++i) {
      Real z_0 = mixture.means(k, i);
      if constexpr (kind == CovarianceKind::full)
        for (int j = 0; j < d; ++j) z_0 = Kokkos::fma(mixture.eigenvectors(k, i, j), e(j), z_0);
      else
        z_0 += e(i);
      z_0 += event.gain(k, i) * shift;
      const Real mean = Kokkos::fma(task.bridge.state, z(i), task.bridge.pull * z_0);
      Real* const out = rows(arrays - 1, i);
      out[w] = task.bridge.variance > 0
                   ? Kokkos::fma(Kokkos::sqrt(task.bridge.variance), out[w], mean)
                   : mean;
    }
  }

  /// Lane w of rows 0 as a point.
  struct LanePoint {
    ComponentRows rows;
    int w;
    KOKKOS_INLINE_FUNCTION Real operator()(int i) const { return rows(i)[w]; }
  };
  KOKKOS_FUNCTION static LanePoint lane_point(BlockRows& rows, int w) {
    return {array_rows(rows, 0), w};
  }
};

void draw_blocks(const Exec& exec, const EventTables& event, const Bridge& bridge, Rng rng,
                 std::uint32_t step, std::uint64_t first_chain, const Matrix& z_t,
                 const Matrix& z_s) {
  launch_for<EventDrawBlocks>(
      event.tables.mixture, exec,
      EventDraw{event, bridge, rng, rng.stream("component"), rng.stream("truncation"),
                rng.stream("bridge"), step, first_chain, z_t, z_s});
}

class EventKernel final : public ConditionalKernel {
 public:
  EventKernel(const Exec& exec, const FactoredMixture& prior, const NoiseProcess& process,
              const Event& event)
      : diffused_(exec, prior, process, process.horizon()),
        event_(event_tables(exec, diffused_.tables(), event)) {}

  void draw(const Exec& exec, Real t, Real s, Rng rng, std::uint32_t step, const Matrix& z_t,
            const Matrix& z_s, std::uint64_t first_chain) override {
    PLUMBLINE_REQUIRE(0 <= s && s < t, "s = {}, t = {}", s, t);
    PLUMBLINE_REQUIRE(z_t.extent(0) == z_s.extent(0) && z_t.extent(1) == z_s.extent(1),
                      "z_t [{}, {}], z_s [{}, {}]", z_t.extent(0), z_t.extent(1), z_s.extent(0),
                      z_s.extent(1));
    if (t != diffused_.time()) {
      diffused_.move_to(exec, t);
      retable(exec, diffused_.tables(), event_);
    }
    PLUMBLINE_REQUIRE(has_density(diffused_.tables()), "p_t has no density at t = {}", t);
    draw_blocks(exec, event_, bridge(t, s), rng, step, first_chain, z_t, z_s);
  }

 private:
  Bridge bridge(Real t, Real s) const {
    const NoiseLevel to = diffused_.process().at(s);
    const Transition transition = diffused_.process().between(s, t);
    const Real total = diffused_.level().variance;
    return {transition.alpha * (to.variance / total), to.alpha * (transition.variance / total),
            to.variance * (transition.variance / total)};
  }

  DiffusedMixture diffused_;
  EventTables event_;  // where the mixture is
};

}  // namespace

void draw_event(const Exec& exec, const FactoredMixture& prior, const Event& event, Rng rng,
                const Matrix& x, std::uint64_t first_chain) {
  const EventTables tables = event_tables(exec, tables_at(exec, prior, pure_noise), event);
  const Matrix nothing("plumbline::problem::no_point", x.extent(0), x.extent(1));
  draw_blocks(exec, tables, {0, 1, 0}, rng, 0, first_chain, nothing, x);
}

std::unique_ptr<ConditionalKernel> event_reverse_kernel(const Exec& exec,
                                                        const FactoredMixture& prior,
                                                        const NoiseProcess& process,
                                                        const Event& event) {
  return std::make_unique<EventKernel>(exec, prior, process, event);
}

}  // namespace plumbline
