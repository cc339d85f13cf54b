// samplers/langevin.cpp – Langevin dynamics of the exact posterior at t = 0, no diffusion at all
// (samplers/reverse/README §3): what the detour through the noise levels has to beat. Roberts &
// Tweedie 1996.
//
// Unadjusted, its stationary law is off by O(ε) and no number of steps removes that: claims
// nothing. With metropolis = true (MALA; possible because log p is known) it is exact as L → ∞, as
// slowly as the modes mix; from an exact start, at any L. One draw is the end of one chain. L
// evaluations per draw, L + 1 with Metropolis.
#include "samplers/reverse/langevin.hpp"

#include "core/arrays/gather.hpp"
#include "core/steps/stop.hpp"
#include "mixture/draw.hpp"
#include "samplers/mcmc/chains.hpp"
#include "samplers/reverse/reverse_run.hpp"

namespace plumbline::langevin {

enum class Start { gaussian, prior, exact };
constexpr auto names(Start) {
  return std::array{"gaussian", "prior", "exact"};
}

struct Settings {
  int langevin_steps = 1000;
  Real langevin_step = 0.01;
  bool metropolis = false;
  Start start = Start::gaussian;

  void visit(auto&& field) {
    field("langevin_steps", langevin_steps, "steps L of each chain; its last state is the draw",
          at_least(0), Budget::grows);
    field("langevin_step", langevin_step,
          "ε of x + ε ∇log p + √(2ε) ξ; stable below twice the smallest variance of a component",
          above(0), Budget::shrinks);
    field("metropolis", metropolis, "accept or reject every step (MALA)");
    field("start", start,
          "where chains start: N(0, I), a draw of the prior, or of the target itself");
  }
};

/// Where the chains stand, with the log density and score there.
struct State {
  Matrix x;      ///< [n, d]
  Matrix score;  ///< [n, d]
  Vector log_p;  ///< [n]
};

/// log q(x | x') up to its constant, q the law of a Langevin proposal made at x'.
KOKKOS_INLINE_FUNCTION Real log_proposal(const Matrix& x, const State& from, Real epsilon,
                                         Index n) {
  Real square = 0;
  for (int i = 0; i < x.extent_int(1); ++i) {
    const Real residual = x(n, i) - Kokkos::fma(epsilon, from.score(n, i), from.x(n, i));
    square = Kokkos::fma(residual, residual, square);
  }
  return -square / (4 * epsilon);
}

/// Accept x' with probability min(1, p(x') q(x | x') / (p(x) q(x' | x))); a NaN rejects.
///   shapes  accepted [n] counts
void accept(const Exec& exec, Real epsilon, Rng rng, std::uint32_t step, const State& proposed,
            const State& current, const Vector& accepted) {
  const int d = current.x.extent_int(1);
  parallel_over(
      exec, "plumbline::samplers::mala_accept", current.x.extent(0), KOKKOS_LAMBDA(Index n) {
        const Real log_ratio = proposed.log_p(n) - current.log_p(n) +
                               log_proposal(current.x, proposed, epsilon, n) -
                               log_proposal(proposed.x, current, epsilon, n);
        if (!(log(rng.uniform(n, step, 0)) < log_ratio)) return;
        current.log_p(n) = proposed.log_p(n);
        for (int i = 0; i < d; ++i) {
          current.x(n, i) = proposed.x(n, i);
          current.score(n, i) = proposed.score(n, i);
        }
        accepted(n) += 1;
      });
}

class Langevin final : public Sampler {
 public:
  using Settings = langevin::Settings;
  explicit Langevin(const Settings& settings) : settings_(settings) {}

  void require(const Problem& problem) const override {
    if (problem.posterior().singular())
      throw SpecError("kind", "langevin",
                      "a posterior with a density: this one has a direction of variance 0. "
                      "conditional-score needs none");
  }

  Claim claim() const override {
    if (!settings_.metropolis) return Claim::nothing();
    return settings_.start == Start::exact ? Claim::exact()
                                           : Claim::limit({without_order("langevin_steps")});
  }

  Index declared_evaluations(const Problem&, Index n) const override {
    return n * (settings_.langevin_steps + (settings_.metropolis ? 1 : 0));
  }

  Ensemble draw(const Exec& exec, const Problem& problem, Index n, Rng rng,
                Trace& trace) const override {
    const MixtureTables posterior =
        tables_at(exec, factored(exec, problem.posterior()), NoiseLevel{});
    const State chains = start(exec, problem, n, rng.stream("initial"));
    if (settings_.metropolis)
      adjusted(exec, posterior, rng, chains, trace);
    else
      unadjusted(exec, posterior, rng, chains, trace);
    return equally_weighted(chains.x);
  }

 private:
  State start(const Exec& exec, const Problem& problem, Index n, Rng rng) const {
    const Index d = problem.dimension();
    State state = {make_matrix("x", n, d), make_matrix("score", n, d), make_vector("log_p", n)};
    if (settings_.start == Start::exact) {
      state.x = problem.draw_exact(exec, n, rng);
      return state;
    }
    if (settings_.start == Start::gaussian) {
      draw_gaussian(exec, 1, rng, state.x);
      return state;
    }
    const FactoredMixture prior = factored(exec, problem.prior().marginal(problem.free()));
    plumbline::draw(exec, tables_at(exec, prior, NoiseLevel{}), rng, 0, state.x);
    return state;
  }

  /// L times: x ← x + ε ∇log p(x | y) + √(2ε) ξ
  void unadjusted(const Exec& exec, const MixtureTables& posterior, Rng rng, const State& chains,
                  Trace& trace) const {
    const IndexVector all = every_index(chains.x.extent_int(1));
    const Rng noise = rng.stream("langevin");
    for (int step = 0; step < settings_.langevin_steps; ++step) {
      stop_if_asked();
      score(exec, posterior, chains.x, chains.score);
      langevin_sweep(exec, settings_.langevin_step, noise, step, all, chains.score, chains.x);
      trace.score_evaluations += chains.x.extent(0);
    }
  }

  /// L times: propose as above, accept by Metropolis
  void adjusted(const Exec& exec, const MixtureTables& posterior, Rng rng, const State& chains,
                Trace& trace) const {
    const Index n = chains.x.extent(0), d = chains.x.extent(1);
    const State proposed = {make_matrix("x_new", n, d), make_matrix("score_new", n, d),
                            make_vector("log_p_new", n)};
    const IndexVector all = every_index(int(d));
    const Vector accepted("accepted", n);
    const Rng noise = rng.stream("langevin"), coin = rng.stream("accept");

    log_density_and_score(exec, posterior, chains.x, chains.log_p, chains.score);
    trace.score_evaluations += n;
    for (int step = 0; step < settings_.langevin_steps; ++step) {
      stop_if_asked();
      // x' = x + ε ∇log p(x | y) + √(2ε) ξ
      Kokkos::deep_copy(exec, proposed.x, chains.x);
      langevin_sweep(exec, settings_.langevin_step, noise, step, all, chains.score, proposed.x);

      // x ← x' with probability min(1, p(x') q(x | x') / (p(x) q(x' | x)))
      log_density_and_score(exec, posterior, proposed.x, proposed.log_p, proposed.score);
      accept(exec, settings_.langevin_step, coin, step, proposed, chains, accepted);
      trace.score_evaluations += n;
    }
    trace.acceptance = acceptance_rate(exec, accepted, settings_.langevin_steps);
  }

  Settings settings_;
};

}  // namespace plumbline::langevin

namespace plumbline {

SamplerEntry langevin_sampler() {
  return sampler_entry<langevin::Langevin>(
      {.name = "langevin",
       .summary = "Langevin dynamics of the exact posterior, unadjusted or with Metropolis (MALA)",
       .reference = "Roberts & Tweedie 1996",
       .asks = {Capability::mixture},
       .row = {.per_coordinate = 2, .beside = 3}});
}

}  // namespace plumbline
