// The evidence of filters that keep the path of an exact draw alive: E[p(y)/Ẑ] = 1, the other side
// of E[Ẑ] = p(y). samplers/filters/README §8.
#pragma once

#include "samplers/reverse/reverse_settings.hpp"
#include "samplers/smc/filter_sampler.hpp"

namespace plumbline {

/// [x(first + r, :), y_0] noised forward along the grid, as the reference of run r, in a row that
/// is uniform: with x_0 ~ p(x_0 | y) a draw of the law that a filter with the exact kernel targets.
///   shapes  x [C, d].   Streams "noise" and "row"
Reference noised_path(const Exec& exec, const Problem& problem, const TimeGrid& grid,
                      const SmcRuns& runs, const Matrix& x, Rng rng);

/// log Ẑ as `draw_by_smc` makes it of n draws, the first of its runs keeping the path of an exact
/// draw (stream "state").
Real log_evidence_with_exact_path(const Exec& exec, const Problem& problem,
                                  const ParticleSettings& settings, const TimeGrid& grid,
                                  const MakeModel& make, Index n, Rng rng);

/// A filter that estimates p(y). S is a ReverseSettings with `ParticleSettings smc`; the model
/// takes a reference.
template <class S>
class EvidenceSampler : public FilterSampler<S> {
 public:
  using FilterSampler<S>::FilterSampler;

  /// Whatever the number of particles: what the draws claim, without it.
  Claim evidence_claim_on(const Problem& problem) const override {
    return this->claim_on(problem).is_nothing() ? Claim::nothing() : this->settings_.limit();
  }
  Real retained_log_evidence(const Exec& exec, const Problem& problem, Index n,
                             Rng rng) const final {
    if (!this->evidence_claim_on(problem).is_exact()) return nan;
    return log_evidence_with_exact_path(exec, problem, this->settings_.smc,
                                        this->settings_.times(problem.process()),
                                        this->model(exec, problem), n, rng);
  }
};

}  // namespace plumbline
