// What samplers hold by default: samplers/README §5.
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

}  // namespace

Needs Sampler::needs(const Problem& problem, Index n) const {
  const Real width = problem.full_dimension(), draws = Real(n);
  const Real runs = size_.runs(draws);
  Real together = runs, rows = runs;  // runs side by side, and their particles
  if (size_.particles > 0) {
    const auto particles = static_cast<Index>(size_.particles);
    together = std::min(runs, Real(runs_per_chunk(particles, problem.full_dimension())));
    rows = together * size_.particles;
  }
  RowNumbers row = row_;
  if (size_.slopes) row.per_coordinate += 2;
  const Real seen = row.spread ? Real(problem.linear_form().value().y.size()) : 0;
  Needs needs = {
      {size_.particles > 0 ? "particles" : "draws",
       size_.particles > 0 ? "particles of the runs side by side" : "draws, states and work arrays",
       bytes_of(row.numbers(rows, width, seen))},
      {"steps", "time grid", bytes_of(4 * (size_.steps + 1))}};
  if (size_.particles > 0 || size_.chained)
    needs.push_back({"draws", "draws [n, d]", bytes_of(draws * (Real(problem.dimension()) + 1))});
  if (size_.particles == 0) return needs;
  needs.push_back({"steps", "effective sample size of every step and run",
                   bytes_of((size_.steps + 1) * (2 * together + 2))});
  needs.push_back({"draws", "what is noted of every run", bytes_of(runs * 10)});
  if (size_.chained) needs.push_back(path_need(size_, problem, runs, together));
  return needs;
}

}  // namespace plumbline
