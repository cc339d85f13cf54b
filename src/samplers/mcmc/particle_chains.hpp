// What particle-gibbs and pmmh share: Markov chains on x_0 whose every move runs a particle filter
// on a context path per chain (Andrieu, Doucet & Holenstein 2010; Corenflos et al. 2024).
#pragma once

#include "samplers/filters/context_filter.hpp"
#include "samplers/mcmc/chains.hpp"
#include "samplers/replacement/stored_path.hpp"

namespace plumbline {

/// Where chains start: one draw of the filter (a run of smcdiff), of the prior's x, which ignores
/// y, or of the target itself.
enum class ChainStart { filter, prior, exact };
constexpr auto names(ChainStart) {
  return std::array{"filter", "prior", "exact"};
}

struct ParticleChainSettings : ReverseSettings {
  ParticleSettings smc = {.particles = 10};
  ChainSettings chains;
  ChainStart start = ChainStart::filter;

  void visit_with(auto&& field, int fewest) {
    ReverseSettings::visit(field);
    field("particles", smc.particles, "particles N of a move", at_least(fewest), Budget::grows);
    field("resampling", smc.resampling, "how ancestors are chosen");
    field("ess_threshold", smc.ess_threshold,
          "resample below this fraction of N in effective sample size: 1 always, 0 never",
          between(0, 1));
    chains.visit(field);
    field("start", start, "where chains start: a filter's draw, the prior's, or the target's own");
  }

  /// With the exact kernel a move keeps the posterior: exact from it, else as chains grow. With
  /// others up to discretisation: from the posterior in steps, from a filter's draw, which needs
  /// particles too, in both.
  Claim claim() const;
  /// Evaluations of the filter of one chain and move.
  Index filter_cost() const { return context_filter_cost(*this, smc.particles); }
};

/// SpecError for what the filter cannot do.
void require_particle_chains(const ParticleChainSettings& settings, const Problem& problem,
                             std::string_view sampler);

/// x_0 of C chains from the prior or the exact posterior.   returns  [C, d]
Matrix draw_states(const Exec& exec, const Problem& problem, ChainStart start, Index chains,
                   Rng rng);

/// A problem and settings as the moves of a chunk of chains read them.
struct ParticleChains {
  Exec exec;
  Problem problem;
  ParticleChainSettings settings;
  TimeGrid grid;
  IndexVector free, observed;
  Vector y_0;  ///< [m]

  ParticleChains(const Exec& exec, const Problem& problem, const ParticleChainSettings& settings);

  /// Paths [T + 1, R, width] of the chains of a chunk, uninitialised.
  Cube paths(const SmcRuns& runs, Index width) const;
  /// Chunk by chunk: every chain is a run of N particles.
  void for_each_chunk(Index chains, const std::function<void(const SmcRuns&)>& body) const;

  /// The forward chain from [x(first + r, :), y_0] as reference of run r, in a row that is uniform.
  ///   shapes  x [C, d].   Streams "noise" and "row"
  Reference noised(const SmcRuns& runs, const Matrix& x, Rng rng) const;
  /// The forward chain from y_0 alone.   returns  [T + 1, R, m].   Stream "path"
  Cube noised_context(const SmcRuns& runs, Rng rng) const;
  /// The y of a reference.   returns  [T + 1, R, m]
  Cube context_of(const Reference& reference) const;

  /// A filter on the paths y, conditional where there is a reference.
  SmcOutcome filter(const SmcRuns& runs, const Cube& y, const Reference& reference, Rng rng,
                    FilterDiary& diary) const;
};

/// What the filters of all moves tell of their health. A diary per move, so that sums have an order
/// that no chunk changes.
class FilterHealth {
 public:
  void add(const TimeGrid& grid, const FilterDiary& diary);
  /// Means over moves of ess_min and ess_path; evaluations; weights that vanished. No evidence: the
  /// paths of a chain are no independent draws of the forward law.
  void close(Trace& trace) const;

 private:
  Index moves_ = 0, evaluations_ = 0;
  Real ess_min_ = 0;
  std::vector<Real> ess_path_;
  std::string trouble_;
};

}  // namespace plumbline
