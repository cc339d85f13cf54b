// What the samplers of twisted filters share: tds and doob differ in settings and claims.
// samplers/filters/README §2, §3.
#pragma once

#include "samplers/filters/retained_path.hpp"
#include "samplers/filters/twisted_filter.hpp"

namespace plumbline {

/// S is a ReverseSettings with `TwistedChoice choice_on(const Problem&)`.
template <class S>
class TwistedSampler : public EvidenceSampler<S> {
 public:
  /// `name` is what refusals call it.
  TwistedSampler(const S& settings, std::string_view name)
      : EvidenceSampler<S>(settings), name_(name) {}

  void require(const Problem& problem) const final {
    require_twisted(problem, settings_, settings_.choice_on(problem), name_);
  }
  /// With the exact kernel given y every weight is the same: no number of particles matters.
  Claim claim_on(const Problem& problem) const final {
    const bool constant = twists_exactly(problem, settings_, settings_.choice_on(problem));
    return constant ? settings_.limit() : this->claim();
  }
  Index particle_cost(const Problem& problem) const final {
    return twisted_evaluations(problem, settings_, settings_.choice_on(problem));
  }
  MakeModel model(const Exec& exec, const Problem& problem) const final {
    return [this, &exec, &problem](const SmcRuns& runs, Rng rng) {
      return twisted_filter(exec, problem, settings_, settings_.choice_on(problem), runs, rng);
    };
  }

 protected:
  using EvidenceSampler<S>::settings_;

 private:
  std::string_view name_;
};

}  // namespace plumbline
