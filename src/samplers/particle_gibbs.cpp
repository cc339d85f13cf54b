// samplers/particle_gibbs.cpp – Markov chains on x_0 that noise (x_0, y_0) forward and come back by
// a conditional particle filter. Corenflos et al. 2024, "forward-backward bridging"; Andrieu,
// Doucet & Holenstein 2010.
//
//     x_{1:T}, y_{1:T} ~ q(· | x_0, y_0)                       the forward chain
//     x'_{0:T} ~ K(· | x_{0:T}; y_{0:T})                       conditional filter, x_{0:T} kept
//     alive x_0 ← x'_0, chosen by weight
//
// Noising completes x_0 ~ p(x_0 | y_0) to a draw of p(x_{0:T}, y_{1:T} | y_0). The chain is Markov
// backwards too, so with the exact kernel the filter's target is p(x_{0:T} | y_{0:T}) itself, and a
// conditional filter leaves its target invariant at any N ≥ 2, by any resampling that is
// conditional on the reference's survival (smc/conditional_resampling.hpp). Hence the posterior
// is invariant for any N and any grid: exact as the chain grows (burn_in → ∞). With em and ddpm the
// way back is the discretised model's and the way forth is not: steps → ∞ too.
//
// With N = 1 the only particle would be the reference, and nothing would move. The published code
// resamples by "killing" and takes x_0 by a forced move, which changes how fast chains mix, not
// what they keep. N T evaluations per chain and move, 2 N T with the exact kernel, as many for a
// start by a filter.
#include "core/arrays/gather.hpp"
#include "samplers/mcmc/particle_chains.hpp"

namespace plumbline::particle_gibbs {

struct Settings : ParticleChainSettings {
  void visit(auto&& field) { visit_with(field, 2); }
};

/// moved(first + r) += the row is not the reference's.   shapes  rows, kept [R], moved [C]
void count_moves(const Exec& exec, const IndexVector& rows, const IndexVector& kept, Index first,
                 const Vector& moved) {
  parallel_over(
      exec, "plumbline::samplers::particle_gibbs_moves", rows.extent(0),
      KOKKOS_LAMBDA(Index r) { moved(first + r) += rows(r) != kept(r) ? 1 : 0; });
}

class ParticleGibbs final : public Sampler {
 public:
  using Settings = particle_gibbs::Settings;
  explicit ParticleGibbs(const Settings& settings) : settings_(settings) {}

  void require(const Problem& problem) const override {
    require_particle_chains(settings_, problem, "particle-gibbs");
  }
  Claim claim() const override { return settings_.claim(); }

  Index declared_evaluations(const Problem&, Index n) const override {
    const Index filters =
        settings_.chains.moves(n) + (settings_.start == ChainStart::filter ? 1 : 0);
    return settings_.chains.count(n) * filters * settings_.filter_cost();
  }

  Ensemble draw(const Exec& exec, const Problem& problem, Index n, Rng rng,
                Trace& trace) const override {
    const ParticleChains chains(exec, problem, settings_);
    const Index width = settings_.chains.count(n);
    const Matrix x = start(exec, problem, width, rng.stream("start"), trace);
    const Vector moved("moved", width);
    const Rng of_moves = rng.stream("move");
    FilterHealth health;

    const auto move = [&](std::uint32_t k) {
      const Rng own = of_moves.stream(std::uint64_t{k});
      FilterDiary diary;
      chains.for_each_chunk(width, [&](const SmcRuns& runs) {
        // 1. x_{1:T}, y_{1:T} ~ q(· | x_0, y_0)
        const Reference reference = chains.noised(runs, x, own);
        // 2. the filter on y_{0:T}, given that x_{0:T} survives
        const SmcOutcome outcome =
            chains.filter(runs, chains.context_of(reference), reference, own, diary);
        // 3. x_0 ← a particle chosen by weight
        const IndexVector rows = make_index_vector("rows", runs.count);
        outcome.run_weights.choose_one(exec, own.stream("retain"), runs.first, rows);
        const auto own = std::make_pair(runs.first, runs.first + runs.count);
        gather_block(exec, outcome.z, rows, chains.free,
                     Matrix(Kokkos::subview(x, own, Kokkos::ALL)));
        count_moves(exec, rows, reference.kept, runs.first, moved);
      });
      health.add(chains.grid, diary);
    };
    const Matrix draws = walk_chains(exec, settings_.chains, n, x, move, trace);
    health.close(trace);
    trace.acceptance = acceptance_rate(exec, moved, settings_.chains.moves(n));
    return equally_weighted(draws);
  }

 private:
  Matrix start(const Exec& exec, const Problem& problem, Index width, Rng rng, Trace& trace) const {
    if (settings_.start != ChainStart::filter)
      return draw_states(exec, problem, settings_.start, width, rng);
    Trace filter;
    const MakeModel make = context_filters(exec, problem, settings_, Context::forward);
    const Ensemble first = draw_by_smc(
        exec, problem, settings_.smc, settings_.times(problem.process()), make, width, rng, filter);
    trace.score_evaluations = filter.score_evaluations;
    return first.x;
  }

  Settings settings_;
};

}  // namespace plumbline::particle_gibbs

namespace plumbline {

SamplerEntry particle_gibbs_sampler() {
  return sampler_entry<particle_gibbs::ParticleGibbs>(
      {.name = "particle-gibbs",
       .summary = "Markov chains: noise (x_0, y_0) forward, come back by a conditional filter",
       .reference = "Corenflos et al. 2024; Andrieu, Doucet & Holenstein 2010",
       .asks = {Capability::fixed_coordinates},
       .row = {.per_coordinate = 3, .beside = 4, .shares = true}});
}

}  // namespace plumbline
