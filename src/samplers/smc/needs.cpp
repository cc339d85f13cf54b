// What samplers hold by default: samplers/README §5.
#include <optional>

#include "diffusion/conditional_reverse.hpp"
#include "samplers/sampler.hpp"
#include "samplers/smc/smc.hpp"

namespace plumbline {
namespace {

/// Rows of a context path, and of a whole state, that particle chains keep at every level.
Need path_need(const RunSize& size, const Problem& problem, Real chains, Real together) {
  const Real width = problem.full_dimension(), seen = Real(problem.observed().size());
  return {"steps", "paths of the chains [T + 1, chains, D]",
          bytes_of((size.steps + 1) * (together * (2 * width + 2 * seen) + 2 * chains * seen))};
}

/// Numbers that guidance through the denoiser sees: y where that is linear in z, else z itself.
Index seen_by_guidance(const Problem& problem) {
  const std::optional<LinearForm> form = problem.linear_form();
  return form ? Index(form->y.size()) : Index(problem.full_dimension());
}

/// A C_k Aᵀ of every component, with A U_k of full covariances (mixture/observed_covariance.cpp).
Need spread_need(const Problem& problem, Real seen) {
  const FactoredMixture& prior = problem.prior_factored();
  const Real rows = prior.kind == CovarianceKind::isotropic ? 1 : prior.components;
  const Real turned = prior.kind == CovarianceKind::full ? seen * prior.dimension : 0;
  return {"kind", "covariances of what is observed [K, m, m]",
          bytes_of(rows * (seen * (seen + 1) / 2 + turned))};
}

/// What of the observation is made for every step before the first: here, on the host and on the
/// way.
Need level_need(const Problem& problem, const RowNumbers& row, Real steps) {
  const std::optional<LinearForm> form = problem.linear_form();
  const Real seen = form ? Real(form->y.size()) : 0, width = problem.full_dimension();
  const Real numbers =
      seen * (row.level_rows + (row.level_weight ? seen : 0) + (row.level_map ? width : 0));
  return {"steps", "the observation at every step", bytes_of(3 * (steps + 1) * numbers)};
}

}  // namespace

Needs Sampler::needs(const Problem& problem, Index n) const {
  const Real width = problem.full_dimension(), draws = Real(n);
  const Real runs = size_.runs(draws);
  Real together = runs, rows = runs;  // runs side by side, and their particles
  if (size_.particles > 0) {
    const auto particles = static_cast<Index>(size_.particles);
    together = std::min(runs, Real(runs_per_chunk(particles, problem)));
    rows = together * size_.particles;
  }
  RowNumbers row = row_;
  if (size_.slopes) row.per_coordinate += 2;
  const Real seen = row.spread ? static_cast<Real>(seen_by_guidance(problem)) : 0;
  Needs needs = {
      {size_.particles > 0 ? "particles" : "draws",
       size_.particles > 0 ? "particles of the runs side by side" : "draws, states and work arrays",
       bytes_of(row.numbers(rows, width, seen))},
      {"steps", "time grid", bytes_of(4 * (size_.steps + 1))}};
  if (row.shares) {
    const Real shares = ComponentShares::numbers(rows, problem.prior().components());
    needs.push_back({"particles", "components of every particle's weight [rows, K]",
                     bytes_of(shares > ComponentShares::most ? 0 : shares)});
    const Real planned = ConditionalReverse::planned_numbers(
        problem.prior_factored(), Real(problem.observed().size()), size_.steps);
    needs.push_back({"steps", "tables of full covariances at every step, here and on the host",
                     bytes_of(2 * planned)});
  }
  if (row.spread) needs.push_back(spread_need(problem, seen));
  if (const Need levels = level_need(problem, row, size_.steps); levels.bytes > 0)
    needs.push_back(levels);
  if (size_.particles > 0 || size_.chained)
    needs.push_back({"draws", "draws [n, d]", bytes_of(draws * (Real(problem.dimension()) + 1))});
  if (size_.particles == 0) return needs;
  needs.push_back({"steps", "effective sample size of every step and run",
                   bytes_of((size_.steps + 1) * (2 * together + 2))});
  // of chains while a move of them is under way
  const Real noted = size_.chained ? 3 * runs + 10 * together : 10 * runs;
  needs.push_back({"draws", "what is noted of every run", bytes_of(noted)});
  if (size_.chained) needs.push_back(path_need(size_, problem, runs, together));
  return needs;
}

}  // namespace plumbline
