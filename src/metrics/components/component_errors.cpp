// Components in groups of bounded memory; each measured, weighted, and its influence added up.
#include "metrics/components/component_errors.hpp"

#include <algorithm>
#include <cmath>

#include "core/arrays/elementwise.hpp"
#include "metrics/components/responsible.hpp"
#include "metrics/estimates/influence.hpp"
#include "metrics/estimates/weighted.hpp"

namespace plumbline {
namespace {

/// The draws as component k sees them, and how much of them it gets.
struct Share {
  Ensemble members;
  Real mass;
};

Share share_of(const Exec& exec, const Ensemble& ensemble, const Vector& log_r,
               const Vector& log_share) {
  add(exec, ensemble.log_w, log_r, log_share);  // log w_n + log r_k(x_n)
  const Real log_mass = log_sum_exp(exec, log_share);
  if (log_mass > -infinity) add_constant(exec, -log_mass, log_share);
  return {{ensemble.x, log_share}, exp(log_mass)};
}

/// influence(n) += r_k(x_n) (factor (change(n) − constant) + slope)
void add_share_influence(const Exec& exec, const Vector& log_r, const Vector& change, Real constant,
                         Real factor, Real slope, const Vector& influence) {
  parallel_over(
      exec, "plumbline::metrics::component_influence", influence.extent(0), KOKKOS_LAMBDA(Index n) {
        influence(n) += exp(log_r(n)) * Kokkos::fma(factor, change(n) - constant, slope);
      });
}

void first_order_change(const Exec& exec, const Matrix& x, const ComponentError& error,
                        const Vector& change) {
  const Vector centre = to_device("centre", error.centre);
  if (error.quadratic.size() > 0)
    quadratic_influence(exec, x, centre, to_device("quadratic", error.quadratic), change);
  else
    linear_influence(exec, x, centre, to_device("linear", error.linear), change);
}

constexpr Index reference_draws = Index{1} << 15;

/// Component k of the exact target; measured on exact draws when that is no mixture.
class ExactLaws {
 public:
  ExactLaws(const Exec& exec, const MetricInput& input, const MixtureTables& tables)
      : exec_(exec), components_(input.problem.target_components()), tables_(tables) {
    if (input.problem.is_mixture()) return;
    reference_ = equally_weighted(
        input.problem.draw_exact(exec, reference_draws, input.rng.stream("reference")));
    log_share_ = make_vector("log_share", reference_draws);
  }

  void load(Index first, Index count) {
    first_ = first;
    if (reference_) log_r_ = log_responsibilities_of(exec_, tables_, reference_->x, first, count);
  }

  ComponentLaw law(Index k) const {
    const int component = static_cast<int>(k);
    const Real weight = components_.weights()[component];
    if (!reference_)
      return {weight, components_.means().row(component), components_.covariance(component)};
    const Vector log_r = Kokkos::subview(log_r_, k - first_, Kokkos::ALL);
    const Share share = share_of(exec_, *reference_, log_r, log_share_);
    return {std::min(weight, share.mass), mean(exec_, share.members),
            covariance(exec_, share.members)};
  }

 private:
  const Exec& exec_;
  const GaussianMixture& components_;
  const MixtureTables& tables_;
  std::optional<Ensemble> reference_;
  Matrix log_r_;
  Vector log_share_;
  Index first_ = 0;
};

/// Components that are looked at together: about 2^24 numbers.
Index components_together(Index n, Index components) {
  return std::clamp<Index>((Index{1} << 24) / n, 1, components);
}

constexpr Real negligible = 1e-14;  ///< mass below which a component is not looked at

}  // namespace

Estimate component_error(const Exec& exec, const MetricInput& input, ComponentMeasure measure) {
  const Ensemble& ensemble = input.ensemble;
  if (!measurable(exec, ensemble)) return {};
  const HostMatrix& overall = input.problem.target_covariance();
  const MixtureTables tables = component_tables(exec, input.problem.target_components());
  ExactLaws exact(exec, input, tables);
  const Index n = ensemble.draws(), components = tables.mixture.components;
  const Index group = components_together(n, components);
  const Vector change = make_vector("change", n), influence = make_vector("influence", n);
  const Vector log_share = make_vector("log_share", n);
  Kokkos::deep_copy(influence, 0);
  Real square = 0;  // Σ_k min(π_k, p_k) e_k²
  for (Index first = 0; first < components; first += group) {
    const Index count = std::min(group, components - first);
    const Matrix log_r = log_responsibilities_of(exec, tables, ensemble.x, first, count);
    exact.load(first, count);
    for (Index k = 0; k < count; ++k) {
      const Vector log_r_k = Kokkos::subview(log_r, k, Kokkos::ALL);
      const Share share = share_of(exec, ensemble, log_r_k, log_share);
      if (share.mass < negligible) continue;
      const ComponentLaw law = exact.law(first + k);
      if (law.weight < negligible) continue;
      const ComponentError error = measure(exec, share.members, law, overall);
      const Real weight = std::min(law.weight, share.mass);
      square += weight * error.square;
      first_order_change(exec, ensemble.x, error, change);
      add_share_influence(exec, log_r_k, change, error.constant, weight / share.mass,
                          share.mass < law.weight ? error.square : Real(0), influence);
    }
  }
  const Real value = std::sqrt(square);
  if (!(value > 0)) return {.value = value};
  return {value, influence_standard_error(exec, ensemble, influence) / (2 * value)};
}

Needs component_needs(const Problem& problem, Index n) {
  const Index components = problem.prior().components();
  Needs needs = {few_need(n),
                 {"draws", "shares of every draw", bytes_of(2 * Real(n))},
                 responsibilities_need(problem, n),
                 {"draws", "log responsibilities [components, n]",
                  bytes_of(Real(components_together(n, components)) * Real(n))}};
  if (!problem.is_mixture())
    needs.push_back(rows_need(problem, reference_draws + Real(components), "draws", "exact draws"));
  return needs;
}

}  // namespace plumbline
