// The event at one noise level: tables, probability, posterior score and denoiser. problem/README
// §5.
#include "problem/observations/event_field.hpp"

#include <cmath>

namespace plumbline {
namespace {

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

/// log r_k Φ(β_k) + log p_t(z) for every k at once.
template <class Point>
KOKKOS_INLINE_FUNCTION OnlineLogSum joint_with_event(const EventTables& event, const Point& z) {
  OnlineLogSum sum;
  for (int k = 0; k < event.tables.mixture.components; ++k)
    sum.add(log_joint(event.tables, k, z) + log_normal_cdf(event_margin(event, k, z)));
  return sum;
}

/// ρ_k = P(component k | z_t, event)
template <class Point>
KOKKOS_INLINE_FUNCTION Real event_responsibility(const EventTables& event, int k, Real margin,
                                                 const OnlineLogSum& sum, const Point& z) {
  const Real l = log_joint(event.tables, k, z) + log_normal_cdf(margin);
  return sum.sum > 0 ? exp(l - sum.max) / sum.sum : nan;
}

/// Row n ← Σ_k ρ_k (g_k + φ/Φ(β_k) ∇β_k), or Σ_k ρ_k (m_k + φ/Φ(β_k) C_k a/√v_k).
struct EventField {
  EventTables event;
  Prediction prediction;
  Matrix z, out;

  KOKKOS_FUNCTION void operator()(Index n) const {
    const MixtureTables& tables = event.tables;
    const int d = tables.mixture.dimension;
    const RowPoint point = {z, n};
    const OnlineLogSum sum = joint_with_event(event, point);
    for (int i = 0; i < d; ++i) out(n, i) = 0;
    for (int k = 0; k < tables.mixture.components; ++k) {
      const Real margin = event_margin(event, k, point);
      const Real rho = event_responsibility(event, k, margin, sum, point);
      if (rho == 0) continue;
      add_component(k, rho, event.deviation(k) > 0 ? rho * normal_hazard(margin) : 0, point);
    }
  }

  KOKKOS_FUNCTION void add_component(int k, Real rho, Real pressure, const RowPoint& point) const {
    const MixtureTables& tables = event.tables;
    const FactoredMixture& mixture = tables.mixture;
    const bool score = prediction == Prediction::score;
    const Real slope = score && pressure > 0 ? pressure / event.deviation(k) : 0;
    for (int i = 0; i < mixture.dimension; ++i)
      out(point.n, i) += score ? slope * event.slope(k, i)
                               : Kokkos::fma(rho, mixture.means(k, i), pressure * event.gain(k, i));
    for (int j = 0; j < mixture.dimension; ++j) {
      const int column = eigen_column(mixture, j);
      const Real precision = rho * tables.precision(k, column);
      const Real factor =
          score ? precision : -tables.level.alpha * mixture.eigenvalues(k, column) * precision;
      const Real y = factor * rotated_difference(tables, k, j, point);
      if (mixture.kind != CovarianceKind::full)
        out(point.n, j) += y;
      else
        for (int i = 0; i < mixture.dimension; ++i)
          out(point.n, i) = Kokkos::fma(mixture.eigenvectors(k, i, j), y, out(point.n, i));
    }
  }
};

/// The posterior score or denoiser at any time.
class EventScore final : public ScoreField {
 public:
  EventScore(const Exec& exec, const FactoredMixture& prior, const NoiseProcess& process,
             const Event& event)
      : diffused_(exec, prior, process, process.horizon()),
        event_(event_tables(exec, diffused_.tables(), event)) {}

  void evaluate(const Exec& exec, Real t, const Matrix& z, Prediction prediction,
                const Matrix& out) override {
    if (out_.extent(0) != z.extent(0))
      out_ = make_matrix("plumbline::problem::event_field", z.extent(0), z.extent(1));
    if (t != diffused_.time()) {
      diffused_.move_to(exec, t);
      retable(exec, diffused_.tables(), event_);
    }
    parallel_over(exec, "plumbline::problem::event_field", z.extent(0),
                  EventField{event_, prediction, z, out_});
    Kokkos::deep_copy(exec, out, out_);
  }

 private:
  DiffusedMixture diffused_;
  EventTables event_;  // where the mixture is
  Matrix out_;         // [n, D] work: z and out may be one
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
  parallel_over(
      exec, "plumbline::problem::event_log_probability", z.extent(0), KOKKOS_LAMBDA(Index n) {
        const RowPoint point = {z, n};
        OnlineLogSum all;
        for (int k = 0; k < event.tables.mixture.components; ++k)
          all.add(log_joint(event.tables, k, point));
        const OnlineLogSum with_event = joint_with_event(event, point);
        // the largest terms cancel exactly
        log_p(n) = (with_event.max - all.max) + (log(with_event.sum) - log(all.sum));
      });
}

std::unique_ptr<ScoreField> event_score_field(const Exec& exec, const FactoredMixture& prior,
                                              const NoiseProcess& process, const Event& event) {
  return std::make_unique<EventScore>(exec, prior, process, event);
}

}  // namespace plumbline
