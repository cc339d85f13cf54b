// The exact reverse kernel p(z_s | z_t) = Σ_k r_k(z_t) N(m_k, C_k): draws and moments.
// diffusion/README §2. The hottest kernel of the project: blocks of 16 rows, and the logits of all
// components kept in a work array, so that each distance and each exp is computed once.
#include "diffusion/component_choice.hpp"
#include "diffusion/reverse_kernel.hpp"

namespace plumbline {
namespace {

using namespace detail;

struct ReverseDraw {
  MixtureTables from;
  ReverseMap map;
  Rng noise, component;
  std::uint32_t step;
  std::uint64_t first_chain;
  Matrix z_t, z_s;
};

/// One slot draws its share of the blocks. Rows 0: z_t; 1: normals, then z_s; `full` also
/// 2 and 3 for the eigenbasis.
template <CovarianceKind kind, int D>
struct ExactReverse {
  static constexpr int W = block_width;
  static constexpr int arrays = kind == CovarianceKind::full ? 4 : 2;
  using BlockRows = Rows<D, W, arrays>;

  ReverseDraw task;
  Work work;

  static void launch(const Exec& exec, const ReverseDraw& task) {
    const Index blocks = (task.z_t.extent(0) + W - 1) / W;
    const FactoredMixture& mixture = task.from.mixture;
    const Index rows = mixture.components + (D > 0 ? 0 : arrays * mixture.dimension);
    const Work work = make_work(exec, blocks, rows, W);
    parallel_over(exec, "plumbline::diffusion::exact_reverse_draw", work.slots,
                  ExactReverse{task, work});
  }

  KOKKOS_FUNCTION void operator()(Index slot) const {
    const BlockRange range = work.share(slot, (task.z_t.extent(0) + W - 1) / W);
    const FactoredMixture& mixture = task.from.mixture;
    const ComponentRows logits = {work.data.data() + slot * work.offset, work.stride};
    auto rows = block_rows<D, W, arrays>(work, slot, mixture.components, mixture.dimension);
    for (Index block = range.first; block < range.last; block += range.step)
      draw(block * W, rows, logits);
  }

  KOKKOS_FUNCTION void draw(Index first, BlockRows& rows, const ComponentRows& logits) const {
    const int d = D > 0 ? D : task.from.mixture.dimension;
    const std::uint64_t chain = task.first_chain + first;
    load<W>(task.z_t, first, d, rows);

    // k ~ r_k(z_t)
    const Lanes<W> max = joint_logits<kind, W>(task.from, d, rows, logits);
    Choice<W> choice = choose<W>(logits, task.from.mixture.components, max,
                                 uniforms<W>(task.component, chain, task.step));
    for (int w = 0; w < W; ++w)
      if (choice.of[w] < 0) choice.of[w] = nearest_component(task.from, lane_point(first + w));

    // z_s ~ N(m_k, C_k)
    normal_rows<W>(task.noise, chain, task.step, d, rows, 1);
    if constexpr (kind == CovarianceKind::full) {
      for (int w = 0; w < W; ++w) move_full(choice.of[w], w, d, rows);
    } else {
      for (int i = 0; i < d; ++i)
        for (int w = 0; w < W; ++w)
          rows(1, i)[w] = reverse_coordinate<kind>(task.from, task.map, at_least_0(choice.of[w]), i,
                                                   rows(0, i)[w], rows(1, i)[w]);
    }

    const Index rest = task.z_s.extent(0) - first;
    for (int w = 0; w < (rest < W ? static_cast<int>(rest) : W); ++w)
      for (int i = 0; i < d; ++i) task.z_s(first + w, i) = choice.of[w] < 0 ? nan : rows(1, i)[w];
  }

  /// Row 1 ← a_s μ + U (G Uᵀ (z_t − a_t μ) + √C ξ), lane w.   cost  4 D²
  KOKKOS_FUNCTION void move_full(int chosen, int w, int d, BlockRows& rows) const {
    const int k = at_least_0(chosen);
    const LaneVector e = lane_vector(rows, 2, w, d);
    rotate_lane(task.from, k, w, d, rows, e);
    for (int j = 0; j < d; ++j) {
      const Real shrink = task.map.shrink(task.from, k, j);
      e(j) = Kokkos::fma(Kokkos::sqrt(task.map.variance * shrink), rows(1, j)[w],
                         task.map.alpha * shrink * e(j));
    }
    for (int i = 0; i < d; ++i)
      rows(1, i)[w] = row_times(task.from.mixture.eigenvectors, k, i, e, d,
                                task.map.to.alpha * task.from.mixture.means(k, i));
  }

  KOKKOS_FUNCTION RowPoint lane_point(Index n) const {
    const Index last = task.z_t.extent(0) - 1;
    return {task.z_t, n < last ? n : last};
  }
};

/// mean ← state z + pull mean; covariance ← pull² covariance + variance I.
void apply_bridge(const Exec& exec, Real state, Real pull, Real variance, const Matrix& z,
                  const Matrix& mean, const Cube& covariance) {
  const int d = z.extent_int(1);
  parallel_over(
      exec, "plumbline::diffusion::exact_reverse_moments", z.extent(0), KOKKOS_LAMBDA(Index n) {
        for (int i = 0; i < d; ++i) {
          mean(n, i) = Kokkos::fma(state, z(n, i), pull * mean(n, i));
          for (int j = 0; j < d; ++j)
            covariance(n, i, j) =
                Kokkos::fma(pull * pull, covariance(n, i, j), i == j ? variance : 0);
        }
      });
}

}  // namespace

void exact_reverse_draw(const Exec& exec, const DiffusedMixture& at_t, Real s, Rng rng,
                        std::uint32_t step, const Matrix& z_t, const Matrix& z_s,
                        std::uint64_t first_chain) {
  const NoiseProcess& process = at_t.process();
  const MixtureTables& from = at_t.tables();
  PLUMBLINE_REQUIRE(0 <= s && s < at_t.time(), "s = {}, t = {}", s, at_t.time());
  PLUMBLINE_REQUIRE(has_density(from), "p_t has no density at t = {}", at_t.time());
  PLUMBLINE_REQUIRE(z_t.extent_int(1) == from.mixture.dimension && z_s.extent(0) == z_t.extent(0) &&
                        z_s.extent(1) == z_t.extent(1),
                    "z_t [{}, {}], z_s [{}, {}], dimension {}", z_t.extent(0), z_t.extent(1),
                    z_s.extent(0), z_s.extent(1), from.mixture.dimension);
  const Transition transition = process.between(s, at_t.time());
  const ReverseMap map = {process.at(s), transition.alpha, transition.variance};
  launch_for<ExactReverse>(
      from.mixture, exec,
      ReverseDraw{from, map, rng, rng.stream("component"), step, first_chain, z_t, z_s});
}

// As a bridge (diffusion/README §2): z_s | z_t, z_0 is Gaussian, so
// E[z_s | z_t] = (a_{t|s} s_s²/s_t²) z_t + b ẑ_0 and
// Cov[z_s | z_t] = b² Cov[z_0 | z_t] + (s_s² s²_{t|s}/s_t²) I with b = a_s s²_{t|s}/s_t²: sums of
// positive terms only.
void exact_reverse_moments(const Exec& exec, const DiffusedMixture& at_t, Real s, const Matrix& z_t,
                           const Matrix& mean, const Cube& covariance) {
  PLUMBLINE_REQUIRE(0 <= s && s < at_t.time(), "s = {}, t = {}", s, at_t.time());
  const NoiseLevel to = at_t.process().at(s);
  const Transition transition = at_t.process().between(s, at_t.time());
  const Real total = at_t.level().variance;
  denoised(exec, at_t.tables(), z_t, mean);
  denoised_covariance(exec, at_t.tables(), z_t, covariance);
  apply_bridge(exec, transition.alpha * (to.variance / total),
               to.alpha * (transition.variance / total),
               to.variance * (transition.variance / total), z_t, mean, covariance);
}

}  // namespace plumbline
