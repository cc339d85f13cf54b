// samplers/waltz.cpp – diffusion waltz: Markov chains on z_0 that step back to noise level t, step
// forth to data by the exact reverse kernel, and accept by the likelihood. Takao 2026;
// samplers/mcmc/README §2.
//
//     z_t ~ q(z_t | z_0),  z_0' ~ p(z_0 | z_t),  accept with min(1, p(y | z_0')/p(y | z_0))
//
// The two moves together leave the prior invariant and are reversible under it, so the acceptance
// needs no proposal density, and the posterior is invariant whatever t: small t moves little and is
// accepted, large t proposes from the prior. A tilt p(z) p(c | z)^γ takes p(c | z)^γ. Exact as the
// chain grows (burn_in → ∞). One evaluation per move, two of a class label (and one at the start).
//
// Where the likelihood is 0, outside an event of width 0, a chain takes every move: it walks under
// the prior until it first meets the event, and never leaves it again. A chain that has not met it
// is no draw of the target, so the run is then degenerate.
#include "core/reduce.hpp"
#include "mixture/draw.hpp"
#include "problem/point_likelihood.hpp"
#include "samplers/mcmc/chains.hpp"
#include "samplers/reverse/reverse_run.hpp"

namespace plumbline::waltz {

enum class Start { prior, exact };
constexpr auto names(Start) {
  return std::array{"prior", "exact"};
}

struct Settings {
  std::optional<Real> time;
  ChainSettings chains;
  Start start = Start::prior;

  void visit(auto&& field) {
    field("time", time, "t of a move, up to the horizon; where log(a²/s²) = 0 when not set",
          above(0));
    chains.visit(field);
    field("start", start, "where chains start: a draw of the prior, or of the target itself");
  }
};

/// Where the chains stand.
struct State {
  Matrix z;      ///< [C, D]
  Vector log_l;  ///< [C]
};

/// z ← z' with probability min(1, p(y | z')/p(y | z)), always where both are 0; a NaN rejects.
///   shapes  accepted [C] counts
void accept(const Exec& exec, Rng rng, std::uint32_t move, const State& proposed,
            const State& current, const Vector& accepted) {
  const int dimension = current.z.extent_int(1);
  parallel_over(
      exec, "plumbline::samplers::waltz_accept", current.z.extent(0), KOKKOS_LAMBDA(Index n) {
        const bool outside = current.log_l(n) == -infinity && proposed.log_l(n) < 0;
        if (!(outside || log(rng.uniform(n, move, 0)) < proposed.log_l(n) - current.log_l(n)))
          return;
        current.log_l(n) = proposed.log_l(n);
        for (int i = 0; i < dimension; ++i) current.z(n, i) = proposed.z(n, i);
        accepted(n) += 1;
      });
}

/// Chains whose likelihood is still 0.
Real never_met(const Exec& exec, const Vector& log_l) {
  return fixed_sum(
      exec, "plumbline::samplers::waltz_never_met", log_l.extent(0),
      KOKKOS_LAMBDA(Index n) { return log_l(n) == -infinity ? Real(1) : Real(0); });
}

class Waltz final : public Sampler {
 public:
  using Settings = waltz::Settings;
  explicit Waltz(const Settings& settings) : settings_(settings) {}

  void require(const Problem& problem) const override {
    const Real horizon = problem.process().horizon();
    if (settings_.time && *settings_.time > horizon)
      throw SpecError("time", fmt::format("{}", *settings_.time),
                      fmt::format("at most process.horizon = {}", horizon));
    if (PointLikelihood::exists(problem)) return;
    if (problem.linear_form())
      throw SpecError("kind", "waltz",
                      "an observation with noise: a move is accepted by its density, and no move "
                      "meets y exactly. conditional-score needs none");
    throw SpecError("kind", "waltz",
                    "a prior with a density: p(c | z_0) of this one is 0 or 1. conditional-score "
                    "needs none");
  }

  Claim claim() const override {
    return settings_.start == Start::exact ? Claim::exact()
                                           : Claim::limit({without_order("burn_in")});
  }

  Index declared_evaluations(const Problem& problem, Index n) const override {
    const int likelihood = PointLikelihood::cost(problem);
    return settings_.chains.count(n) * (likelihood + settings_.chains.moves(n) * (1 + likelihood));
  }

  Ensemble draw(const Exec& exec, const Problem& problem, Index n, Rng rng,
                Trace& trace) const override {
    const Index width = settings_.chains.count(n), moves = settings_.chains.moves(n);
    const PointLikelihood likelihood(exec, problem);
    const DiffusedMixture at_t(exec, problem.prior_factored(), problem.process(), time(problem));
    const Transition to_t = {at_t.level().alpha, at_t.level().variance};
    const State current = start(exec, problem, likelihood, width, rng.stream("initial"));
    trace.score_evaluations = width * PointLikelihood::cost(problem);
    const State proposed = {make_matrix("z_new", width, problem.full_dimension()),
                            make_vector("log_l_new", width)};
    const Vector accepted("accepted", width);
    const Rng noise = rng.stream("noise"), denoise = rng.stream("denoise"),
              coin = rng.stream("accept");

    const auto move = [&](std::uint32_t k) {
      // z_t ~ q(z_t | z_0), z_0' ~ p(z_0 | z_t)
      add_noise(exec, to_t, noise, k, current.z, proposed.z);
      exact_reverse_draw(exec, at_t, 0, denoise, k, proposed.z, proposed.z);

      // z_0 ← z_0' with probability min(1, p(y | z_0')/p(y | z_0))
      likelihood.value(exec, proposed.z, proposed.log_l);
      accept(exec, coin, k, proposed, current, accepted);
      trace.score_evaluations += width * (1 + PointLikelihood::cost(problem));
    };
    const Matrix x = walk_chains(exec, settings_.chains, n, current.z, move, trace);
    trace.acceptance = acceptance_rate(exec, accepted, moves);
    if (const Real outside = never_met(exec, current.log_l); outside > 0) {
      trace.degenerate = true;
      trace.trouble = fmt::format("{} of {} chains never met the event", outside, width);
    }
    return equally_weighted(x);
  }

 private:
  Real time(const Problem& problem) const {
    return settings_.time.value_or(problem.process().time_at_log_snr(0));
  }

  State start(const Exec& exec, const Problem& problem, const PointLikelihood& likelihood,
              Index width, Rng rng) const {
    State state = {make_matrix("z", width, problem.full_dimension()), make_vector("log_l", width)};
    if (settings_.start == Start::exact)
      state.z = problem.draw_exact(exec, width, rng);
    else
      plumbline::draw(exec, tables_at(exec, problem.prior_factored(), NoiseLevel{}), rng, 0,
                      state.z);
    likelihood.value(exec, state.z, state.log_l);
    return state;
  }

  Settings settings_;
};

}  // namespace plumbline::waltz

namespace plumbline {

SamplerEntry waltz_sampler() {
  return sampler_entry<waltz::Waltz>(
      {.name = "waltz",
       .summary = "Metropolis chains: noise to t, exact denoise, accept by the likelihood",
       .reference = "Takao 2026",
       .asks = {Capability::density},
       .row = {.per_coordinate = 3, .beside = 6}});
}

}  // namespace plumbline
