#include "metrics/detail/target_density.hpp"

namespace plumbline {
namespace {

/// value ← (1 − γ) value + γ other, entry by entry.
void tilt_vector(const Exec& exec, Real gamma, const Vector& other, const Vector& value) {
  parallel_over(
      exec, "plumbline::metrics::tilt_log_density", value.extent(0),
      KOKKOS_LAMBDA(Index n) { value(n) = Kokkos::fma(gamma, other(n) - value(n), value(n)); });
}
void tilt_matrix(const Exec& exec, Real gamma, const Matrix& other, const Matrix& value) {
  const int d = value.extent_int(1);
  parallel_over(
      exec, "plumbline::metrics::tilt_score", value.extent(0), KOKKOS_LAMBDA(Index n) {
        for (int i = 0; i < d; ++i)
          value(n, i) = Kokkos::fma(gamma, other(n, i) - value(n, i), value(n, i));
      });
}

MixtureTables tables_of(const Exec& exec, const GaussianMixture& mixture) {
  return tables_at(exec, factored(exec, mixture), NoiseLevel{});
}

}  // namespace

TargetDensity::TargetDensity(const Exec& exec, const Problem& problem)
    : tilted_(!problem.is_mixture()),
      base_(tables_of(exec, tilted_ ? problem.prior() : problem.posterior())) {
  if (!tilted_) return;
  const auto& label = std::get<ClassLabel>(problem.observation());
  gamma_ = label.gamma;
  members_ = tables_of(exec, problem.prior().components_of(label.classes[label.label]));
}

void TargetDensity::log_density(const Exec& exec, const Matrix& x, const Vector& log_q) const {
  plumbline::log_density(exec, base_, x, log_q);
  if (!tilted_) return;
  const Vector other = make_vector("members", x.extent(0));
  plumbline::log_density(exec, members_, x, other);
  tilt_vector(exec, gamma_, other, log_q);
}

void TargetDensity::score(const Exec& exec, const Matrix& x, const Matrix& score) const {
  plumbline::score(exec, base_, x, score);
  if (!tilted_) return;
  const Matrix other = make_matrix("members", x.extent(0), x.extent(1));
  plumbline::score(exec, members_, x, other);
  tilt_matrix(exec, gamma_, other, score);
}

}  // namespace plumbline
