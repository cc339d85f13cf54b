// The event at one noise level: tables, probability, posterior score and denoiser. problem/README
// §5.
#include <cmath>

#include "diffusion/component_choice.hpp"
#include "problem/observations/event_block.hpp"

namespace plumbline {
namespace {

using namespace detail;

/// Fills the tables of component k: b = a_t Σ S⁻¹ a, C a/√v and v from the eigenbasis.   cost  4 D²
KOKKOS_INLINE_FUNCTION void fill_component(const EventTables& event, int k) {
  const Vector& direction = event.plane.direction;
  const FactoredMixture& mixture = event.tables.mixture;
  const NoiseLevel& level = event.tables.level;
  const int d = mixture.dimension;
  const bool full = mixture.kind == CovarianceKind::full;
  Real excess = -event.plane.threshold, square = event.plane.width * event.plane.width;
  for (int i = 0; i < d; ++i) {
    excess = Kokkos::fma(direction(i), mixture.means(k, i), excess);
    event.slope(k, i) = event.gain(k, i) = 0;
  }
  for (int j = 0; j < d; ++j) {
    Real along = full ? 0 : direction(j);
    for (int i = 0; full && i < d; ++i)
      along = Kokkos::fma(mixture.eigenvectors(k, i, j), direction(i), along);
    // a Λ/S and C = s² Λ/S; without noise z_t is z_0 itself, also where Λ = 0
    const int column = eigen_column(mixture, j);
    const Real shrink = level.variance > 0
                            ? mixture.eigenvalues(k, column) * event.tables.precision(k, column)
                            : 1 / (level.alpha * level.alpha);
    const Real pull = level.alpha * shrink * along, spread = level.variance * shrink * along;
    square = Kokkos::fma(spread, along, square);
    event.rotated(k, j) = along;
    for (int i = full ? 0 : j; i < (full ? d : j + 1); ++i) {
      const Real u = full ? mixture.eigenvectors(k, i, j) : 1;
      event.slope(k, i) = Kokkos::fma(u, pull, event.slope(k, i));
      event.gain(k, i) = Kokkos::fma(u, spread, event.gain(k, i));
    }
  }
  event.excess(k) = excess;
  event.deviation(k) = Kokkos::sqrt(square);
  for (int i = 0; i < d; ++i)
    event.gain(k, i) = square > 0 ? event.gain(k, i) / event.deviation(k) : 0;
}

void fill(const Exec& exec, const EventTables& event) {
  parallel_over(
      exec, "plumbline::problem::event_tables", event.tables.mixture.components,
      KOKKOS_LAMBDA(Index k) { fill_component(event, static_cast<int>(k)); });
}

/// What is asked of a block of points; both may be.
struct EventTask {
  EventTables event;
  Matrix z;
  Prediction prediction;
  Matrix out;  ///< Σ_k ρ_k (g_k + φ/Φ(β_k) ∇β_k), or Σ_k ρ_k (m_k + φ/Φ(β_k) C_k a/√v_k)
  Vector log_p;  ///< log Σ_k r_k Φ(β_k)
};

/// A block of points streams over the components with two online log-sum-exps, r_k and r_k Φ(β_k).
/// Rows 0: z, 1: Σ_k ρ_k (…); `full` also 2 and 3.
template <CovarianceKind kind, int D>
struct EventPass {
  static constexpr int W = block_width;
  static constexpr int arrays = kind == CovarianceKind::full ? 4 : 2;
  using BlockRows = Rows<D, W, arrays>;

  EventTask task;
  Work work;

  static void launch(const Exec& exec, const EventTask& task) {
    const Index blocks = (task.z.extent(0) + W - 1) / W;
    Work work;
    if (D == 0)
      work = make_work(exec, blocks, Index(arrays) * task.event.tables.mixture.dimension, W);
    parallel_over(exec, "plumbline::problem::event_pass", D == 0 ? work.slots : blocks,
                  EventPass{task, work});
  }

  KOKKOS_FUNCTION void operator()(Index index) const {
    auto rows = block_rows<D, W, arrays>(work, index, 0, task.event.tables.mixture.dimension);
    if constexpr (D > 0) return pass(index * W, rows);
    const BlockRange range = work.share(index, (task.z.extent(0) + W - 1) / W);
    for (Index block = range.first; block < range.last; block += range.step) pass(block * W, rows);
  }

  KOKKOS_FUNCTION void pass(Index first, BlockRows& rows) const {
    const EventTables& event = task.event;
    const int d = D > 0 ? D : event.tables.mixture.dimension;
    const bool moves = task.out.data() != nullptr;
    load<W>(task.z, first, d, rows);
    for (int i = 0; i < d; ++i)
      for (int w = 0; w < W; ++w) rows(1, i)[w] = 0;
    LogSumBlock<W> all, given;
    for (int k = 0; k < event.tables.mixture.components; ++k) {
      const EventLanes<W> lanes = event_lanes<kind, W>(event, k, d, rows);
      if (task.log_p.data()) all.add(event.tables.log_const(k), lanes.square);
      Lanes<W> square;  // of a term that is the joint one
      for (int w = 0; w < W; ++w) square[w] = -2 * lanes.joint[w];
      given.add(0, square);
      if (moves) add_component(k, d, given, lanes.hazard, rows);
    }
    store(first, d, all, given, rows);
  }

  KOKKOS_FUNCTION void add_component(int k, int d, const LogSumBlock<W>& s, const Lanes<W>& hazard,
                                     BlockRows& rows) const {
    const EventTables& event = task.event;
    const MixtureTables& tables = event.tables;
    const bool score = task.prediction == Prediction::score;
    const Real deviation = event.deviation(k), pull = -tables.level.alpha;
    const Real per_hazard = score ? 1 / deviation : Real(1);
    Lanes<W> pressure;
    for (int w = 0; w < W; ++w)
      pressure[w] = deviation > 0 && s.weight[w] > 0 ? s.weight[w] * hazard[w] * per_hazard : 0;
    for (int i = 0; i < d; ++i) {
      const Real mean = score ? Real(0) : tables.mixture.means(k, i);
      const Real slope = score ? event.slope(k, i) : event.gain(k, i);
      Real* acc = rows(1, i);
#pragma omp simd
      for (int w = 0; w < W; ++w) {
        const Real kept = s.keep[w] == 0 ? Real(0) : acc[w] * s.keep[w];
        acc[w] = Kokkos::fma(slope, pressure[w], Kokkos::fma(s.weight[w], mean, kept));
      }
    }
    for (int j = 0; j < d; ++j) {
      const int column = eigen_column(tables.mixture, j);
      const Real precision = tables.precision(k, column);
      const Real factor =
          score ? precision : pull * tables.mixture.eigenvalues(k, column) * precision;
      const Real mean = tables.mean(k, j), low = tables.mean_low(k, j);
      Lanes<W> y;
      for (int w = 0; w < W; ++w)
        y[w] = s.weight[w] * factor *
               (kind == CovarianceKind::full ? rows(3, j)[w] : (mean - rows(0, j)[w]) + low);
      for (int i = kind == CovarianceKind::full ? 0 : j;
           i < (kind == CovarianceKind::full ? d : j + 1); ++i) {
        const Real u =
            kind == CovarianceKind::full ? tables.mixture.eigenvectors(k, i, j) : Real(1);
        Real* acc = rows(1, i);
#pragma omp simd
        for (int w = 0; w < W; ++w) acc[w] = Kokkos::fma(u, y[w], acc[w]);
      }
    }
  }

  KOKKOS_FUNCTION void store(Index first, int d, const LogSumBlock<W>& all,
                             const LogSumBlock<W>& given, BlockRows& rows) const {
    const Index rest = task.z.extent(0) - first;
    const int count = rest < W ? static_cast<int>(rest) : W;
    if (task.log_p.data()) {
      Lanes<W> value;
#pragma omp simd
      for (int w = 0; w < W; ++w)  // the largest terms cancel exactly
        value[w] = (given.max[w] - all.max[w]) + (log(given.sum[w]) - log(all.sum[w]));
      for (int w = 0; w < count; ++w) task.log_p(first + w) = value[w];
    }
    if (task.out.data())
      for (int w = 0; w < count; ++w)
        for (int i = 0; i < d; ++i) task.out(first + w, i) = rows(1, i)[w] / given.sum[w];
  }
};

void event_pass(const Exec& exec, const EventTask& task) {
  launch_for<EventPass>(task.event.tables.mixture, exec, task);
}

/// The posterior score or denoiser at any time, and the probability of the event.
class EventScore final : public ConditionalField {
 public:
  EventScore(const Exec& exec, const FactoredMixture& prior, const NoiseProcess& process,
             const Event& event)
      : diffused_(exec, prior, process, process.horizon()),
        event_(event_tables(exec, diffused_.tables(), event)) {}

  void evaluate(const Exec& exec, Real t, const Matrix& z, Prediction prediction,
                const Matrix& out) override {
    evaluate_with_likelihood(exec, t, z, prediction, out, {});
  }
  void evaluate_with_likelihood(const Exec& exec, Real t, const Matrix& z, Prediction prediction,
                                const Matrix& out, const Vector& log_p) override {
    if (t != diffused_.time()) {
      diffused_.move_to(exec, t);
      retable(exec, diffused_.tables(), event_);
    }
    event_pass(exec, {event_, z, prediction, out, log_p});
  }

 private:
  DiffusedMixture diffused_;
  EventTables event_;  // where the mixture is
};

}  // namespace

EventPlane uploaded(const Event& event) {
  return {to_device("event_direction", event.direction), event.threshold, event.width};
}

EventTables event_tables(const Exec& exec, const MixtureTables& tables, const Event& event) {
  const int components = tables.mixture.components, d = tables.mixture.dimension;
  PLUMBLINE_REQUIRE(event.direction.size() == d, "a direction of {} numbers in {} dimensions",
                    event.direction.size(), d);
  EventTables out = {uploaded(event),
                     tables,
                     make_matrix("event_slope", components, d),
                     make_matrix("event_gain", components, d),
                     make_matrix("event_rotated", components, d),
                     make_vector("event_excess", components),
                     make_vector("event_deviation", components)};
  fill(exec, out);
  return out;
}

void retable(const Exec& exec, const MixtureTables& tables, EventTables& event) {
  event.tables = tables;
  fill(exec, event);
}

void event_log_probability(const Exec& exec, const EventTables& event, const Matrix& z,
                           const Vector& log_p) {
  event_pass(exec, {event, z, Prediction::score, {}, log_p});
}

std::unique_ptr<ConditionalField> event_score_field(const Exec& exec, const FactoredMixture& prior,
                                                    const NoiseProcess& process,
                                                    const Event& event) {
  return std::make_unique<EventScore>(exec, prior, process, event);
}

}  // namespace plumbline
