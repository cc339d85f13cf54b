// Where the particles of independent runs become draws.
#pragma once

#include "core/ensemble.hpp"
#include "samplers/smc/run_weights.hpp"

namespace plumbline {

/// Runs first … first + R − 1 of a filter have ended in z.
struct EndedRuns {
  Index first;
  Index particles;
  Matrix z;          ///< [R N, D]
  IndexVector free;  ///< coordinates of a draw [d]
};

/// Draw `first + r` of the ensemble is one particle of run r, chosen by weight; all draws weigh the
/// same. A run whose weights are NaN gives a NaN draw, so that divergence is seen.
void retain_one(const Exec& exec, const EndedRuns& runs, const RunWeights& run_weights, Rng rng,
                const Ensemble& draws);

/// Draws (first + r) N … are all N particles of run r with their weights, every run of mass N/n. A
/// last run with room for fewer than N gives that many independent choices by weight.
void retain_all(const Exec& exec, const EndedRuns& runs, const RunWeights& run_weights, Rng rng,
                const Ensemble& draws);

}  // namespace plumbline
