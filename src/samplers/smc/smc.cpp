#include "samplers/smc/smc.hpp"

#include <algorithm>

#include "core/arrays/gather.hpp"
#include "core/steps/stop.hpp"
#include "samplers/smc/retain.hpp"

namespace plumbline {
namespace {

/// Rows of a chunk of runs. On a host 2^16 numbers (512 KiB) a core, half of a second-level cache,
/// for states, work arrays and a number per component; not so few that cores wait for each other.
Index chunk_rows(const Problem& problem) {
  const Index dimension = problem.full_dimension();
  if (!on_host) return (Index{1} << 24) / dimension;
  const Index cores = Exec{}.concurrency(), row = 8 * dimension + 16 + problem.prior().components();
  return cores * std::max(Index{256}, (Index{1} << 16) / row);
}

SmcStep smc_step(const TimeGrid& grid, int step) {
  return {static_cast<std::uint32_t>(step), grid.times[step], grid.times[step + 1],
          step + 1 == grid.steps()};
}

}  // namespace

void FeynmanKac::put_reference(const Exec& exec, Index level, const Matrix& z) const {
  if (reference_.z.data() == nullptr) return;
  const Cube& path = reference_.z;
  scatter_rows(exec, Matrix(Kokkos::subview(path, level, Kokkos::ALL, Kokkos::ALL)),
               reference_.kept, z);
}

SmcOutcome run_smc(const Exec& exec, FeynmanKac& model, const TimeGrid& grid, const SmcRuns& runs,
                   const ParticleSettings& settings, int dimension, Rng rng, FilterDiary& diary,
                   const Reference* reference) {
  const Rng coin = rng.stream("resample");
  const Matrix z = make_matrix("z", runs.rows(), dimension);
  const Vector log_g = make_vector("log_g", runs.rows());
  RunWeights run_weights(exec, runs.count, runs.particles, settings.rule());
  const int weights = grid.steps() + 1;

  // 1. z_T ~ M_T, w = G_T(z_T)
  model.start(exec, z, log_g);
  run_weights.reweigh(exec, log_g, 0);
  diary.note_ess(exec, 0, weights, run_weights.ess());

  // 2. for t = T … : resample, z_s ~ M(· | z_t), w ← w G(z_t, z_s)
  for (int i = 0; i < grid.steps(); ++i) {
    stop_if_asked();
    const SmcStep step = smc_step(grid, i);
    const IndexVector& ancestors =
        reference == nullptr
            ? run_weights.resample(exec, coin, step.index, runs.first)
            : run_weights.resample_keeping(exec, coin, step.index, runs.first, reference->kept);
    model.propose(exec, step, ancestors, z);
    model.weigh(exec, step, z, log_g);
    run_weights.reweigh(exec, log_g, step.index + 1);
    diary.note_ess(exec, i + 1, weights, run_weights.ess());
  }
  model.complete_evidence(exec, run_weights.log_evidence());
  diary.evaluations += model.evaluations();
  diary.note(run_weights);
  return {z, run_weights};
}

Index runs_per_chunk(Index particles, const Problem& problem) {
  return std::max(Index{1}, chunk_rows(problem) / particles);
}

Ensemble draw_by_smc(const Exec& exec, const Problem& problem, const ParticleSettings& settings,
                     const TimeGrid& grid, const MakeModel& make, Index n, Rng rng, Trace& trace) {
  Ensemble draws = {make_matrix("x", n, problem.dimension()), make_vector("log_w", n)};
  const IndexVector free = to_device_list(problem.free());
  const Index total = settings.runs(n), particles = settings.particles;
  const Index chunk = runs_per_chunk(particles, problem);
  FilterDiary diary;
  for (Index first = 0; first < total; first += chunk) {
    const SmcRuns runs = {first, std::min(chunk, total - first), particles};
    const auto model = make(runs, rng);
    const SmcOutcome outcome =
        run_smc(exec, *model, grid, runs, settings, problem.full_dimension(), rng, diary);
    // 3. retain one z_0 of every run, or all
    const EndedRuns ended = {first, particles, outcome.z, free};
    (settings.pooled ? retain_all : retain_one)(exec, ended, outcome.run_weights,
                                                rng.stream("retain"), draws);
  }
  diary.close(grid, trace);
  trace.score_evaluations = diary.evaluations;
  trace.dependent = settings.pooled && particles > 1;
  return draws;
}

}  // namespace plumbline
