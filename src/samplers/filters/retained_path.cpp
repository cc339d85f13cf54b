#include "samplers/filters/retained_path.hpp"

#include <algorithm>

#include "core/arrays/gather.hpp"
#include "samplers/replacement/stored_path.hpp"

namespace plumbline {
namespace {

/// z(r, :) = [x(first + r, :), y_0].   shapes  x [C, d], y_0 [m], z [R, D]
void join(const Exec& exec, const Matrix& x, Index first, const IndexVector& free,
          const Vector& y_0, const IndexVector& observed, const Matrix& z) {
  const int d = free.extent_int(0), m = observed.extent_int(0);
  parallel_over(
      exec, "plumbline::samplers::join", z.extent(0), KOKKOS_LAMBDA(Index r) {
        for (int i = 0; i < d; ++i) z(r, free(i)) = x(first + r, i);
        for (int j = 0; j < m; ++j) z(r, observed(j)) = y_0(j);
      });
}

/// kept(r): one of the N rows of run r, each with the same probability.
void draw_rows(const Exec& exec, Rng rng, const SmcRuns& runs, const IndexVector& kept) {
  const Index particles = runs.particles, first = runs.first;
  parallel_over(
      exec, "plumbline::samplers::reference_row", kept.extent(0), KOKKOS_LAMBDA(Index r) {
        const auto row = static_cast<Index>(rng.uniform(first + r, 0, 0) * Real(particles));
        kept(r) = static_cast<int>(r * particles + Kokkos::min(row, particles - 1));
      });
}

}  // namespace

Reference noised_path(const Exec& exec, const Problem& problem, const TimeGrid& grid,
                      const SmcRuns& runs, const Matrix& x, Rng rng) {
  Reference reference = {make_cube("paths", grid.steps() + 1, runs.count, problem.full_dimension()),
                         make_index_vector("kept", runs.count)};
  join(exec, x, runs.first, to_device_list(problem.free()),
       to_device("y_0", problem.observed_values()), to_device_list(problem.observed()),
       level_of(reference.z, grid.steps()));
  noise_forward(exec, problem.process(), grid, rng.stream("noise"), reference.z, runs.first);
  draw_rows(exec, rng.stream("row"), runs, reference.kept);
  return reference;
}

Real log_evidence_with_exact_path(const Exec& exec, const Problem& problem,
                                  const ParticleSettings& settings, const TimeGrid& grid,
                                  const MakeModel& make, Index n, Rng rng) {
  const Index total = settings.runs(n), particles = settings.particles;
  const int dimension = problem.full_dimension();
  FilterDiary diary;
  // 1. z_0 ~ p(z_0 | y), z_{1:T} ~ q(· | z_0); the filter of one run, given that it survives
  const SmcRuns keeping = {0, 1, particles};
  const Matrix x = problem.draw_exact(exec, 1, rng.stream("state"));
  const Reference reference = noised_path(exec, problem, grid, keeping, x, rng);
  const auto model = make(keeping, rng);
  model->keep(exec, reference);
  run_smc(exec, *model, grid, keeping, settings, dimension, rng, diary, &reference);
  // 2. the others as they are
  const Index chunk = runs_per_chunk(particles, problem);
  for (Index first = 1; first < total; first += chunk) {
    const SmcRuns runs = {first, std::min(chunk, total - first), particles};
    run_smc(exec, *make(runs, rng), grid, runs, settings, dimension, rng, diary);
  }
  // 3. log of the mean over runs
  Trace trace;
  diary.close(grid, trace);
  return trace.log_evidence;
}

}  // namespace plumbline
