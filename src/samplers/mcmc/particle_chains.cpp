#include "samplers/mcmc/particle_chains.hpp"

#include <algorithm>

#include "samplers/filters/retained_path.hpp"

namespace plumbline {
namespace {

/// y(r, :) = y_0.   shapes  y_0 [m], y [R, m]
void repeat(const Exec& exec, const Vector& y_0, const Matrix& y) {
  const int m = y.extent_int(1);
  parallel_over(
      exec, "plumbline::samplers::repeat_context", y.extent(0), KOKKOS_LAMBDA(Index r) {
        for (int j = 0; j < m; ++j) y(r, j) = y_0(j);
      });
}

}  // namespace

Claim ParticleChainSettings::claim() const {
  if (start == ChainStart::exact) return limit();
  if (kernel_properties().exact) return limit({without_order("burn_in")});
  return start == ChainStart::filter ? limit({without_order("particles")}) : Claim::nothing();
}

void require_particle_chains(const ParticleChainSettings& settings, const Problem& problem,
                             std::string_view sampler) {
  require_filter_kernel(settings.choice(), sampler);
  require_steps(settings, problem.process());
}

Matrix draw_states(const Exec& exec, const Problem& problem, ChainStart start, Index chains,
                   Rng rng) {
  if (start == ChainStart::exact) return problem.draw_exact(exec, chains, rng);
  const Matrix z = make_matrix("z", chains, problem.full_dimension());
  Matrix x = make_matrix("x", chains, problem.dimension());
  draw(exec, tables_at(exec, problem.prior_factored(), NoiseLevel{}), rng, 0, z);
  gather_columns(exec, z, to_device_list(problem.free()), x);
  return x;
}

ParticleChains::ParticleChains(const Exec& exec_, const Problem& problem_,
                               const ParticleChainSettings& settings_)
    : exec(exec_),
      problem(problem_),
      settings(settings_),
      grid(settings_.times(problem_.process())),
      free(to_device_list(problem_.free())),
      observed(to_device_list(problem_.observed())),
      y_0(to_device("y_0", problem_.observed_values())) {}

Cube ParticleChains::paths(const SmcRuns& runs, Index width) const {
  return make_cube("paths", grid.steps() + 1, runs.count, width);
}

void ParticleChains::for_each_chunk(Index chains,
                                    const std::function<void(const SmcRuns&)>& body) const {
  const Index particles = settings.smc.particles;
  const Index chunk = runs_per_chunk(particles, problem);
  for (Index first = 0; first < chains; first += chunk)
    body({first, std::min(chunk, chains - first), particles});
}

Reference ParticleChains::noised(const SmcRuns& runs, const Matrix& x, Rng rng) const {
  return noised_path(exec, problem, grid, runs, x, rng);
}

Cube ParticleChains::noised_context(const SmcRuns& runs, Rng rng) const {
  Cube y = paths(runs, y_0.extent(0));
  repeat(exec, y_0, level_of(y, grid.steps()));
  noise_forward(exec, problem.process(), grid, rng.stream("path"), y, runs.first);
  return y;
}

Cube ParticleChains::context_of(const Reference& reference) const {
  Cube y = make_cube("context", reference.z.extent(0), reference.z.extent(1), observed.extent(0));
  gather_levels(exec, reference.z, observed, y);
  return y;
}

SmcOutcome ParticleChains::filter(const SmcRuns& runs, const Cube& y, const Reference& reference,
                                  Rng rng, FilterDiary& diary) const {
  ContextFilter model(exec, problem, settings, runs, rng,
                      {std::make_unique<StoredPath>(problem.process(), y), reference});
  return run_smc(exec, model, grid, runs, settings.smc, problem.full_dimension(), rng, diary,
                 reference.z.data() == nullptr ? nullptr : &reference);
}

void FilterHealth::add(const TimeGrid& grid, const FilterDiary& diary) {
  Trace move;
  diary.close(grid, move);
  ess_min_ += move.ess_min;
  ess_path_.resize(move.ess_path.size(), 0);
  for (std::size_t i = 0; i < ess_path_.size(); ++i) ess_path_[i] += move.ess_path[i];
  if (trouble_.empty()) trouble_ = move.trouble;
  evaluations_ += diary.evaluations;
  ++moves_;
}

void FilterHealth::close(Trace& trace) const {
  trace.score_evaluations += evaluations_;
  if (moves_ == 0) return;
  trace.ess_min = ess_min_ / Real(moves_);
  for (const Real sum : ess_path_) trace.ess_path.push_back(sum / Real(moves_));
  trace.degenerate = !trouble_.empty();
  trace.trouble = trouble_;
}

}  // namespace plumbline
