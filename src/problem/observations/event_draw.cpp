// Exact draws of p(z_0 | event) and of p(z_s | z_t, event): truncation by the inverse CDF along one
// direction, Matheron's rule across the others.
#include "problem/observations/event_field.hpp"

namespace plumbline {
namespace {

/// z_s | z_0, z_t ~ N(state z_t + pull z_0, variance I).
struct Bridge {
  Real state, pull, variance;
};

/// k with the running sum of P(component, event | z) first at u of the total; −1: none.
///   cost  two passes over the components
KOKKOS_INLINE_FUNCTION int choose_component(const EventTables& event, const RowPoint& z, Real u) {
  const int components = event.tables.mixture.components;
  OnlineLogSum sum;
  for (int k = 0; k < components; ++k)
    sum.add(log_joint(event.tables, k, z) + log_normal_cdf(event_margin(event, k, z)));
  Real running = 0;
  int chosen = -1;
  for (int k = 0; k < components && !(running >= u * sum.sum && chosen >= 0); ++k) {
    const Real share =
        exp(log_joint(event.tables, k, z) + log_normal_cdf(event_margin(event, k, z)) - sum.max);
    running += share;
    if (share > 0) chosen = k;
  }
  return chosen;
}

struct EventDraw {
  EventTables event;
  Bridge bridge;
  Rng noise, component, truncation, bridge_noise;
  std::uint32_t step;
  std::uint64_t first_chain;
  Matrix z_t, e, z_s;  ///< e [n, D]: z_0 − μ_k in the eigenbasis, without the event

  KOKKOS_FUNCTION void operator()(Index n) const {
    const FactoredMixture& mixture = event.tables.mixture;
    const int d = mixture.dimension;
    const std::uint64_t chain = first_chain + n;
    const RowPoint z = {z_t, n};

    // k ~ r_k Φ(β_k)
    const int k = choose_component(event, z, component.uniform(chain, step, 0));
    if (k < 0) {
      for (int i = 0; i < d; ++i) z_s(n, i) = nan;
      return;
    }
    // ε ~ N(0, 1) given a·m_k + √v ε ≥ τ, to replace the ε_0 of an unconstrained (z_0, η)
    const Real shift = event.deviation(k) > 0 ? normal_above(-event_margin(event, k, z),
                                                             truncation.uniform(chain, step, 0)) -
                                                    unconstrained(n, k, z) / event.deviation(k)
                                              : unconstrained(n, k, z) * 0;
    for (int i = 0; i < d; ++i) {
      // z_0 += C_k a/√v (ε − ε_0), then z_s ~ q(z_s | z_0, z_t)
      const Real z_0 = coordinate(n, k, i) + event.gain(k, i) * shift;
      const Real mean = Kokkos::fma(bridge.state, z_t(n, i), bridge.pull * z_0);
      z_s(n, i) = bridge.variance > 0 ? Kokkos::fma(Kokkos::sqrt(bridge.variance),
                                                    bridge_noise.normal(chain, step, i), mean)
                                      : mean;
    }
  }

  /// Row n of e ← pull Uᵀ(z_t − a μ) + √C ξ; returns √v ε_0 = a·(z_0 − m_k) + η.
  KOKKOS_FUNCTION Real unconstrained(Index n, int k, const RowPoint& z) const {
    const MixtureTables& tables = event.tables;
    const std::uint64_t chain = first_chain + n;
    const Real width = event.plane.width;
    Real along = width > 0 ? width * truncation.normal(chain, step, 2) : 0;
    for (int j = 0; j < tables.mixture.dimension; ++j) {
      const int column = eigen_column(tables.mixture, j);
      const Real shrink = tables.mixture.eigenvalues(k, column) * tables.precision(k, column);
      const Real xi = Kokkos::sqrt(tables.level.variance * shrink) * noise.normal(chain, step, j);
      const Real away = tables.level.alpha > 0 ? rotated_difference(tables, k, j, z) : 0;
      e(n, j) = Kokkos::fma(-tables.level.alpha * shrink, away, xi);
      along = Kokkos::fma(event.rotated(k, j), xi, along);
    }
    return along;
  }

  /// (μ_k + U e)_i
  KOKKOS_FUNCTION Real coordinate(Index n, int k, int i) const {
    const FactoredMixture& mixture = event.tables.mixture;
    if (mixture.kind != CovarianceKind::full) return mixture.means(k, i) + e(n, i);
    Real sum = mixture.means(k, i);
    for (int j = 0; j < mixture.dimension; ++j)
      sum = Kokkos::fma(mixture.eigenvectors(k, i, j), e(n, j), sum);
    return sum;
  }
};

/// e [n, D] is work.
void launch(const Exec& exec, const EventTables& event, const Bridge& bridge, Rng rng,
            std::uint32_t step, std::uint64_t first_chain, const Matrix& z_t, const Matrix& e,
            const Matrix& z_s) {
  parallel_over(exec, "plumbline::problem::event_draw", z_t.extent(0),
                EventDraw{event, bridge, rng, rng.stream("component"), rng.stream("truncation"),
                          rng.stream("bridge"), step, first_chain, z_t, e, z_s});
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
    if (e_.extent(0) != z_t.extent(0))
      e_ = make_matrix("plumbline::problem::event_draw", z_t.extent(0), z_t.extent(1));
    launch(exec, event_, bridge(t, s), rng, step, first_chain, z_t, e_, z_s);
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
  Matrix e_;           // [n, D] work
};

}  // namespace

void draw_event(const Exec& exec, const FactoredMixture& prior, const Event& event, Rng rng,
                const Matrix& x, std::uint64_t first_chain) {
  const EventTables tables = event_tables(exec, tables_at(exec, prior, pure_noise), event);
  const Matrix nothing("plumbline::problem::no_point", x.extent(0), x.extent(1));
  const Matrix e = make_matrix("plumbline::problem::event_draw", x.extent(0), x.extent(1));
  launch(exec, tables, {0, 1, 0}, rng, 0, first_chain, nothing, e, x);
}

std::unique_ptr<ConditionalKernel> event_reverse_kernel(const Exec& exec,
                                                        const FactoredMixture& prior,
                                                        const NoiseProcess& process,
                                                        const Event& event) {
  return std::make_unique<EventKernel>(exec, prior, process, event);
}

}  // namespace plumbline
