// What independent particle filters say about p(y), and about their health. samplers/smc/README §3.
#pragma once

#include "samplers/reverse/reverse_settings.hpp"
#include "samplers/smc/run_weights.hpp"

namespace plumbline {

/// log p_T(y_T) of every run: where its evidence starts.   shapes  y_T [R, m] → [R]
Vector initial_log_evidence(const Exec& exec, InitialLaw law, const Problem& problem,
                            const Matrix& y_T);

/// Collects runs, chunk by chunk, and closes into a Trace.
struct FilterDiary {
  std::vector<Real> log_z;         ///< log Ẑ of every run
  std::vector<Real> ess_min;       ///< smallest ESS/N of every run
  std::vector<int> lost_at;        ///< steps done when all weights of a run vanished, or −1
  std::vector<Real> ess_sum = {};  ///< ESS/N at every weight, summed over the runs so far
  Index evaluations = 0;

  /// ESS/N of a chunk of R runs at one of its weights; `note` adds them up.   shapes  ess [R]
  void note_ess(const Exec& exec, int weight, int weights, const Vector& ess);
  void note(const RunWeights& run_weights);

  /// log of the mean of Ẑ over runs, its delta-method standard error, mean ess_min, and which runs
  /// lost all weight where.
  void close(const TimeGrid& grid, Trace& trace) const;

  Matrix ess_of_chunk = {};  ///< of the runs under way, until `note` adds them up [weights, R]
};

}  // namespace plumbline
