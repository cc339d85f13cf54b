// Calibrated cost of cells.
#include "harness/sweep/cost.hpp"

#include <algorithm>

#include "diffusion/diffused_mixture.hpp"
#include "harness/sweep/stopwatch.hpp"

namespace plumbline {

Real measure_speed(const Exec& exec, const Plan& plan) {
  Problems problems(exec, plan.sweep, plan.problems.front());
  const Problem& problem = problems.at(0);
  const DiffusedMixture mixture(exec, problem.prior_factored(), problem.process(),
                                problem.process().horizon() / 2);
  const Index rows = std::min(plan.sweep.settings.draws, 4096);
  const Matrix z = make_matrix("plumbline::harness::speed", rows, problem.full_dimension());
  fill_normal(exec, Rng::from_seed(0), 0, z);
  const Matrix out =
      make_matrix("plumbline::harness::speed_score", z.extent_int(0), problem.full_dimension());
  score(exec, mixture.tables(), z, out);  // first touch
  exec.fence();
  const WorkWatch stopwatch;
  Real passes = 0;
  do {
    score(exec, mixture.tables(), z, out);
    exec.fence();
    ++passes;
  } while (stopwatch.seconds() < 0.02);
  return stopwatch.seconds() /
         (passes * static_cast<Real>(z.extent_int(0)) * plan.problems.front().work);
}

Real predicted_seconds(const Plan& plan, const Cell& cell, Real speed) {
  const Real evaluations = static_cast<Real>(cell.evaluations) * plan.sweep.settings.replicates;
  return evaluations * plan.problems[static_cast<std::size_t>(cell.problem)].work * speed;
}

}  // namespace plumbline
