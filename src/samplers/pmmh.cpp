// samplers/pmmh.cpp – Metropolis over the context path: propose a path near the current one, run a
// particle filter on it, accept by the ratio of evidence estimates. Corenflos et al. 2024, "pMCMC";
// Andrieu, Doucet & Holenstein 2010.
//
//     y'_{1:T} = m + β (y_{1:T} − m) + √(1 − β²) (η − m),  η ~ q(· | y_0),  β = 2/(2 + δ)
//     Ẑ', x'_0 ~ filter on y'_{0:T}, x'_0 chosen by weight
//     (x_0, Ẑ, y) ← (x'_0, Ẑ', y') with probability min(1, (Ẑ'/q(y')) / (Ẑ/q(y)))
//
// Which factor. Ẑ(u) = p_T(y_T) Π_t Σ W w, of all the filter's random numbers u ~ ψ(· | y), has
// E[Ẑ] = p̂(y_{0:T}), the model's, and E[Ẑ f(x_0)] = p̂(y_{0:T}) E_p̂[f(x_0) | y_{0:T}] for the x_0
// chosen by weight. So π(y_{1:T}, u) ∝ Ẑ(u) ψ(u | y) has the marginal p̂(x_0 | y_0), which is what
// is wanted. The proposal draws u' from ψ(· | y') and y' from a kernel that is reversible for q,
// q(y) k(y, y') = q(y') k(y', y), so the Metropolis–Hastings ratio is
//
//     [Ẑ' ψ(u' | y') k(y', y) ψ(u | y)] / [Ẑ ψ(u | y) k(y, y') ψ(u' | y')] = (Ẑ'/q(y')) / (Ẑ/q(y)):
//
// Ẑ/q, smcdiff's evidence estimate. Ẑ alone would sample paths from p̂ q. With the exact kernel
// p(y_{0:T}) = p(y_0) q(y_{1:T} | y_0): paths follow q, E[Ẑ/q] is p(y_0) on each, and what
// acceptance loses is the filter's noise. The two-noise form of the published proposal, β (y +
// √(δ/2) (ξ_1 − m)) + …, is this kernel: β² (1 + δ/2) + 1 − β = 1. The published code takes x'_0
// from slot 0, which is no choice by weight (samplers/smc/README §2), and leaves out p_T(y_T) and
// q.
//
// Exact kernel: the posterior is invariant at any N ≥ 1 and any grid (burn_in → ∞); em and ddpm:
// the discretised model's is, so steps → ∞ too. A start other than `filter` is noised to a path and
// takes the evidence estimate of a conditional filter, as the law π has it. N T evaluations per
// chain and move and one more for the start, 2 N T with the exact kernel.
#include "core/arrays/gather.hpp"
#include "samplers/mcmc/particle_chains.hpp"

namespace plumbline::pmmh {

struct Settings : ParticleChainSettings {
  Real delta = 0.01;

  void visit(auto&& field) {
    visit_with(field, 1);
    field("delta", delta, "step of the path: it keeps β = 2/(2 + δ) of its noise", above(0));
  }
  Real beta() const { return 2 / (2 + delta); }
};

/// Where C chains stand, or where a chunk of them may go.
struct State {
  Matrix x;      ///< [C, d]
  Vector log_z;  ///< log Ẑ/q(y_{1:T} | y_0) [C]
  Cube y;        ///< paths [T + 1, C, m]
};

/// Chain first + r moves to row r of `proposed` with probability min(1, (Ẑ'/q(y')) / (Ẑ/q(y))),
/// which is what log_z holds; a NaN rejects.
struct Accept {
  State proposed, current;
  Index first;
  Rng rng;
  Vector accepted;  ///< counts [C]

  KOKKOS_FUNCTION void operator()(Index r) const {
    const Index chain = first + r;
    if (!(log(rng.uniform(chain, 0, 0)) < proposed.log_z(r) - current.log_z(chain))) return;
    accepted(chain) += 1;
    current.log_z(chain) = proposed.log_z(r);
    for (int i = 0; i < current.x.extent_int(1); ++i) current.x(chain, i) = proposed.x(r, i);
    for (int level = 0; level < current.y.extent_int(0); ++level)
      for (int j = 0; j < current.y.extent_int(2); ++j)
        current.y(level, chain, j) = proposed.y(level, r, j);
  }
};

class Pmmh final : public Sampler {
 public:
  using Settings = pmmh::Settings;
  explicit Pmmh(const Settings& settings) : settings_(settings) {}

  void require(const Problem& problem) const override {
    require_particle_chains(settings_, problem, "pmmh");
  }
  Claim claim() const override { return settings_.claim(); }

  Index declared_evaluations(const Problem&, Index n) const override {
    return settings_.chains.count(n) * (1 + settings_.chains.moves(n)) * settings_.filter_cost();
  }

  Ensemble draw(const Exec& exec, const Problem& problem, Index n, Rng rng,
                Trace& trace) const override {
    const ParticleChains chains(exec, problem, settings_);
    const Index width = settings_.chains.count(n);
    const Vector accepted("accepted", width);
    FilterHealth health;
    const State current = start(chains, width, rng.stream("start"), health);
    const Rng of_moves = rng.stream("move");

    const auto move = [&](std::uint32_t k) {
      const Rng own = of_moves.stream(std::uint64_t{k});
      FilterDiary diary;
      chains.for_each_chunk(width, [&](const SmcRuns& runs) {
        // 1. y' from the AR(1) step of the path
        const Cube y = chains.noised_context(runs, own);
        mix_paths(exec, problem.process(), chains.grid, chains.y_0, settings_.beta(), current.y,
                  runs.first, y);
        // 2. Ẑ', x'_0 ~ filter on y'
        const State proposed = filtered(chains, runs, y, own, diary);
        // 3. accept by (Ẑ'/q(y')) / (Ẑ/q(y))
        accept(exec, proposed, current, runs, own.stream("accept"), accepted);
      });
      health.add(chains.grid, diary);
    };
    const Matrix draws = walk_chains(exec, settings_.chains, n, current.x, move, trace);
    health.close(trace);
    trace.acceptance = acceptance_rate(exec, accepted, settings_.chains.moves(n));
    return equally_weighted(draws);
  }

 private:
  static void accept(const Exec& exec, const State& proposed, const State& current,
                     const SmcRuns& runs, Rng rng, const Vector& accepted) {
    parallel_over(exec, "plumbline::samplers::pmmh_accept", runs.count,
                  Accept{proposed, current, runs.first, rng, accepted});
  }

  /// Ẑ/q(y) and x_0 of a filter on the paths y.
  State filtered(const ParticleChains& chains, const SmcRuns& runs, const Cube& y, Rng rng,
                 FilterDiary& diary) const {
    const SmcOutcome outcome = chains.filter(runs, y, {}, rng, diary);
    const IndexVector rows = make_index_vector("rows", runs.count);
    outcome.run_weights.choose_one(chains.exec, rng.stream("retain"), runs.first, rows);
    const Matrix x = make_matrix("x", runs.count, chains.problem.dimension());
    gather_block(chains.exec, outcome.z, rows, chains.free, x);
    return {x, outcome.run_weights.log_evidence(), y};
  }

  /// (x_0, Ẑ/q(y), y) given x_0: its noised path is the reference of a conditional filter.
  State completed(const ParticleChains& chains, const SmcRuns& runs, const Matrix& x, Rng rng,
                  FilterDiary& diary) const {
    const Reference reference = chains.noised(runs, x, rng);
    const Cube y = chains.context_of(reference);
    const SmcOutcome outcome = chains.filter(runs, y, reference, rng, diary);
    const auto own = std::pair(runs.first, runs.first + runs.count);
    return {Kokkos::subview(x, own, Kokkos::ALL), outcome.run_weights.log_evidence(), y};
  }

  State start(const ParticleChains& chains, Index width, Rng rng, FilterHealth& health) const {
    const Exec& exec = chains.exec;
    State state = {make_matrix("x", width, chains.problem.dimension()), make_vector("log_z", width),
                   make_cube("y", chains.grid.steps() + 1, width, chains.y_0.extent(0))};
    Kokkos::deep_copy(exec, state.x, nan);
    Kokkos::deep_copy(exec, state.log_z, -infinity);  // the first proposal is accepted
    Kokkos::deep_copy(exec, state.y, nan);
    const bool filter = settings_.start == ChainStart::filter;
    const Matrix x =
        filter ? Matrix{}
               : draw_states(exec, chains.problem, settings_.start, width, rng.stream("state"));
    const Vector ignored("accepted", width);
    FilterDiary diary;
    chains.for_each_chunk(width, [&](const SmcRuns& runs) {
      const State first = filter
                              ? filtered(chains, runs, chains.noised_context(runs, rng), rng, diary)
                              : completed(chains, runs, x, rng, diary);
      accept(exec, first, state, runs, rng.stream("accept"), ignored);
    });
    health.add(chains.grid, diary);
    return state;
  }

  Settings settings_;
};

}  // namespace plumbline::pmmh

namespace plumbline {

SamplerEntry pmmh_sampler() {
  return sampler_entry<pmmh::Pmmh>(
      {.name = "pmmh",
       .summary = "Metropolis over the context path by a filter's evidence estimate",
       .reference = "Corenflos et al. 2024; Andrieu, Doucet & Holenstein 2010",
       .asks = {Capability::fixed_coordinates},
       .row = {.per_coordinate = 3, .beside = 4, .shares = true}});
}

}  // namespace plumbline
