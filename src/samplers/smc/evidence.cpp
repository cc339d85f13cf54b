#include "samplers/smc/evidence.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/reduce.hpp"
#include "diffusion/conditional_reverse.hpp"

namespace plumbline {
namespace {

/// log N(y_T; 0, c² I).
void gaussian_log_density(const Exec& exec, Real deviation, const Matrix& y, const Vector& log_p) {
  const int m = y.extent_int(1);
  const Real log_norm = -std::log(2 * std::numbers::pi * deviation * deviation) / 2;
  parallel_over(
      exec, "plumbline::samplers::gaussian_log_density", y.extent(0), KOKKOS_LAMBDA(Index r) {
        log_p(r) = 0;
        for (int i = 0; i < m; ++i) {
          const Real u = y(r, i) / deviation;
          log_p(r) += log_norm - u * u / 2;
        }
      });
}

Real mean_of(const std::vector<Real>& values) {
  return pairwise_sum(values) / Real(values.size());
}

}  // namespace

Vector initial_log_evidence(const Exec& exec, InitialLaw law, const Problem& problem,
                            const Matrix& y_T) {
  Vector log_p = make_vector("log_p_T", y_T.extent(0));
  const NoiseProcess& process = problem.process();
  if (law == InitialLaw::gaussian) {
    gaussian_log_density(exec, process.practical_deviation(), y_T, log_p);
    return log_p;
  }
  ConditionalReverse conditional(exec, problem.prior(), process, problem.observed());
  conditional.initial_log_weight(exec, process.horizon(), y_T, log_p);
  return log_p;
}

void FilterDiary::note_ess(const Exec& exec, int weight, int weights, const Vector& ess) {
  if (weight == 0) ess_of_chunk = make_matrix("ess_path", weights, ess.extent(0));
  Kokkos::deep_copy(exec, Kokkos::subview(ess_of_chunk, weight, Kokkos::ALL), ess);
}

void FilterDiary::note(const RunWeights& run_weights) {
  const auto evidence = host_copy(run_weights.log_evidence());
  const auto ess = host_copy(run_weights.ess_min());
  const auto lost = host_copy(run_weights.lost_at());
  for (std::size_t r = 0; r < evidence.extent(0); ++r) {
    log_z.push_back(evidence(r));
    ess_min.push_back(ess(r));
    lost_at.push_back(lost(r));
  }
  // In the order of the runs, so that no bit depends on how they are cut into chunks.
  const auto path = host_copy(ess_of_chunk);
  ess_sum.resize(path.extent(0), 0);
  for (std::size_t step = 0; step < path.extent(0); ++step)
    for (std::size_t r = 0; r < path.extent(1); ++r) ess_sum[step] += path(step, r);
}

void FilterDiary::close(const TimeGrid& grid, Trace& trace) const {
  trace.ess_min = mean_of(ess_min);
  for (const Real sum : ess_sum) trace.ess_path.push_back(sum / Real(ess_min.size()));

  // log mean Ẑ and sd(Ẑ)/(√R mean Ẑ), scaled by the largest
  const Real largest = propagating_max(log_z);
  std::vector<Real> scaled, squares;
  for (const Real v : log_z) scaled.push_back(v == largest ? 1 : std::exp(v - largest));
  const Real mean = mean_of(scaled);
  for (const Real v : scaled) squares.push_back((v - mean) * (v - mean));
  trace.log_evidence = largest + std::log(mean);
  const Real runs = Real(log_z.size());
  if (runs > 1)
    trace.log_evidence_se = std::sqrt(pairwise_sum(squares) / (runs * (runs - 1))) / mean;

  const auto lost = std::ranges::count_if(lost_at, [](int step) { return step >= 0; });
  if (lost == 0) return;
  int earliest = grid.steps();
  for (const int step : lost_at)
    if (step >= 0) earliest = std::min(earliest, step);
  trace.degenerate = true;
  trace.trouble =
      fmt::format("all weights vanished in {} of {} runs, first after {} of {} steps (t = {:.6g})",
                  lost, lost_at.size(), earliest, grid.steps(), grid.times[earliest]);
}

}  // namespace plumbline
