// The exact reverse kernel given the observed coordinates: the object that moves from step to step.
// Its kernels are in conditional_weight.cpp and conditional_draw.cpp. diffusion/README §5.
#include "diffusion/conditional_reverse.hpp"

#include <algorithm>
#include <functional>

#include "core/arrays/gather.hpp"
#include "diffusion/detail/conditional_block.hpp"
#include "mixture/condition.hpp"

namespace plumbline {
namespace {

using namespace detail;

void require_shapes(const Matrix& z, const ContextRows& y, int dimension, std::size_t observed) {
  PLUMBLINE_REQUIRE(z.extent_int(1) == dimension && y.y.extent(1) == observed,
                    "z has {} columns of {}, y {} of {}", z.extent(1), dimension, y.y.extent(1),
                    observed);
  PLUMBLINE_REQUIRE(y.particles >= 1 && static_cast<Index>(z.extent(0)) <=
                                            static_cast<Index>(y.y.extent(0)) * y.particles,
                    "{} rows of z for {} runs of {} particles", z.extent(0), y.y.extent(0),
                    y.particles);
}

}  // namespace

ComponentShares make_shares(Index points, int components) {
  const Index blocks = (points + block_width - 1) / block_width;
  if (ComponentShares::numbers(Real(points), components) > ComponentShares::most) return {};
  return {make_vector("component_shares", blocks * components * block_width), components};
}

ConditionalReverse::ConditionalReverse(const Exec& exec, const GaussianMixture& mixture,
                                       const NoiseProcess& process, std::vector<int> observed)
    : mixture_(mixture),
      process_(process),
      observed_(std::move(observed)),
      free_(complement(observed_, mixture.dimension())),
      tables_(std::make_shared<StepTables>()) {
  const Index components = mixture.components(), dimension = mixture.dimension();
  const Index m = observed_.size(), f = free_.size();
  PLUMBLINE_REQUIRE(m >= 1 && f >= 1 && m + f == dimension, "{} of {} coordinates observed", m,
                    dimension);
  std::vector<int> role(dimension, -1);
  for (Index j = 0; j < m; ++j) role[observed_[j]] = static_cast<int>(j);
  least_observed_ = mixture.kind() == CovarianceKind::diagonal
                        ? mixture.eigenvalues()(Eigen::all, observed_).minCoeff()
                        : mixture.eigenvalues().minCoeff();
  tables_->observed = to_device_list(observed_);
  tables_->free = to_device_list(free_);
  tables_->role = to_device_list(role);
  tables_->from = tables_at(exec, factored(exec, mixture), process.at(process.horizon()));
  if (mixture.kind() == CovarianceKind::full) {
    full_ = std::make_shared<FullTables>(mixture.components(), static_cast<int>(m),
                                         static_cast<int>(f));
  } else {
    tables_->coordinates = {
        make_matrix("y_center", components, m), make_matrix("y_center_low", components, m),
        make_matrix("y_gain", components, m), make_matrix("y_precision", components, m),
        make_vector("y_log_const", components)};
  }
}

void ConditionalReverse::prepare(const Exec& exec, const NoiseLevel& from, const NoiseLevel& to,
                                 const Transition& transition, std::optional<Index> step) {
  retable(exec, from, tables_->from);
  PLUMBLINE_REQUIRE(has_density(tables_->from), "p_t has no density");
  PLUMBLINE_REQUIRE(to.alpha * to.alpha * least_observed_ + to.variance > 0,
                    "p(y_s | z_t) has no density: a component has variance 0 at s");
  tables_->map = {to, transition.alpha, transition.variance};
  if (step) return planned_->show(*step * mixture_.components(), *tables_);
  if (mixture_.kind() != CovarianceKind::full) return fill_coordinate_readout(exec, *tables_);
  fill_full_readout(mixture_, observed_, free_, from, tables_->map, 0, *full_);
  full_->upload();
  full_->show(0, *tables_);
}

Real ConditionalReverse::planned_numbers(const FactoredMixture& mixture, Real observed,
                                         Real steps) {
  constexpr Real most = 1 << 22;
  const Real dimension = mixture.dimension, free = dimension - observed;
  const Real numbers =
      steps * mixture.components *
      (1 + observed * (2 + observed + dimension) + free * (dimension + observed + free));
  return mixture.kind == CovarianceKind::full && numbers <= most ? numbers : 0;
}

void ConditionalReverse::plan(const std::vector<Real>& times) {
  const auto m = static_cast<int>(observed_.size()), f = static_cast<int>(free_.size());
  const Index steps = std::ssize(times) - 1, components = mixture_.components();
  if (planned_numbers(tables_->from.mixture, m, Real(steps)) == 0) return;
  planned_ = std::make_shared<FullTables>(static_cast<int>(steps * components), m, f);
  times_ = times;
  for (Index i = 0; i < steps; ++i) {
    const Transition transition = process_.between(times[i + 1], times[i]);
    fill_full_readout(mixture_, observed_, free_, process_.at(times[i]),
                      {process_.at(times[i + 1]), transition.alpha, transition.variance},
                      static_cast<int>(i * components), *planned_);
  }
  planned_->upload();
}

void ConditionalReverse::move_to(const Exec& exec, Real t, Real s) {
  PLUMBLINE_REQUIRE(0 <= s && s < t, "s = {}, t = {}", s, t);
  const auto at = std::lower_bound(times_.begin(), times_.end(), t, std::greater());  // they fall
  const bool planned = std::distance(at, times_.end()) > 1 && *at == t && *(at + 1) == s;
  prepare(exec, process_.at(t), process_.at(s), process_.between(s, t),
          planned ? std::optional(at - times_.begin()) : std::nullopt);
}

void ConditionalReverse::log_weight(const Exec& exec, const Matrix& z_t, const ContextRows& y_s,
                                    const Vector& log_w, const ComponentShares& shares) const {
  require_shapes(z_t, y_s, mixture_.dimension(), observed_.size());
  conditional_weight(
      exec, ConditionalTask{
                .tables = *tables_, .z_t = z_t, .y_s = y_s, .log_w = log_w, .shares = shares});
}

void ConditionalReverse::draw(const Exec& exec, const Matrix& z_t, const ContextRows& y_s, Rng rng,
                              std::uint32_t step, const Matrix& z_s,
                              std::uint64_t first_chain) const {
  draw_from(exec, {}, z_t, y_s, rng, step, z_s, first_chain);
}

void ConditionalReverse::draw_from(const Exec& exec, const Ancestry& ancestry, const Matrix& z_t,
                                   const ContextRows& y_s, Rng rng, std::uint32_t step,
                                   const Matrix& z_s, std::uint64_t first_chain) const {
  require_shapes(z_t, y_s, mixture_.dimension(), observed_.size());
  conditional_draw(exec, ConditionalTask{.tables = *tables_,
                                         .z_t = z_t,
                                         .y_s = y_s,
                                         .z_s = z_s,
                                         .noise = rng,
                                         .component = rng.stream("component"),
                                         .step = step,
                                         .first_chain = first_chain,
                                         .shares = ancestry.shares,
                                         .ancestors = ancestry.ancestors});
}

// p_t itself is the reverse kernel from a level without data, a = 0: r_k = π_k, m_k = a_t μ_k,
// C_k = S_k(t), whatever the state there (0).
void ConditionalReverse::initial_log_weight(const Exec& exec, Real t, const Matrix& y_t,
                                            const Vector& log_p) {
  prepare(exec, {0, -1, 1}, process_.at(t), {0, 1});
  const Matrix no_state("plumbline::diffusion::no_state", y_t.extent(0), mixture_.dimension());
  log_weight(exec, no_state, {y_t, 1}, log_p);
}

void ConditionalReverse::initial_draw(const Exec& exec, Real t, const ContextRows& y_t, Rng rng,
                                      std::uint32_t step, const Matrix& z_t,
                                      std::uint64_t first_chain) {
  prepare(exec, {0, -1, 1}, process_.at(t), {0, 1});
  Kokkos::deep_copy(exec, z_t, 0);
  draw(exec, z_t, y_t, rng, step, z_t, first_chain);
}

}  // namespace plumbline
