// samplers/waltz.cpp – diffusion waltz: Markov chains on z_0 that step back to noise level t, step
// forth to data by the exact reverse kernel, and accept by the likelihood. MATH §7; Takao 2026.
//
//     z_t ~ q(z_t | z_0),  z_0' ~ p(z_0 | z_t),  accept with min(1, p(y | z_0')/p(y | z_0))
//
// The two moves together leave the prior invariant and are reversible under it, so the acceptance
// needs no proposal density, and the posterior is invariant whatever t: small t moves little and is
// accepted, large t proposes from the prior. A tilt p(z) p(c | z)^γ takes p(c | z)^γ. Exact as the
// chain grows (burn_in → ∞). One evaluation per move, two of a class label (and one at the start).
#include "mixture/draw.hpp"
#include "problem/likelihood.hpp"
#include "samplers/detail/chains.hpp"
#include "samplers/detail/reverse_run.hpp"

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

/// log p(y | z_0) up to a constant, of the target's own power.
class LogLikelihood {
 public:
  explicit LogLikelihood(const Problem& problem) : problem_(problem) {
    const auto* o = std::get_if<LinearGaussian>(&problem.observation());
    if (!o) return;
    const Eigen::MatrixXd root = o->noise.llt().matrixL();
    const auto lower = root.triangularView<Eigen::Lower>();
    a_ = to_device("whitened_A", HostMatrix(lower.solve(Eigen::MatrixXd(o->a))));
    y_ = to_device("whitened_y", HostVector(lower.solve(o->y)));
  }

  /// Point evaluations per row.
  static int cost(const Problem& problem) {
    return std::holds_alternative<LinearGaussian>(problem.observation()) ? 0 : 1;
  }

  void evaluate(const Exec& exec, const Matrix& z, const Vector& log_l) const;

 private:
  Problem problem_;
  Matrix a_;  // L⁻¹ A  [m, D], empty for a class label
  Vector y_;  // L⁻¹ y  [m]
};

/// −½ ‖y − A z‖².   shapes  z [n, D], a [m, D], y [m] → log_l [n]
void whitened(const Exec& exec, const Matrix& a, const Vector& y, const Matrix& z,
              const Vector& log_l) {
  const int m = a.extent_int(0), dimension = a.extent_int(1);
  parallel_over(
      exec, "plumbline::samplers::waltz_likelihood", z.extent(0), KOKKOS_LAMBDA(Index n) {
        Real square = 0;
        for (int j = 0; j < m; ++j) {
          Real residual = y(j);
          for (int i = 0; i < dimension; ++i) residual = Kokkos::fma(-a(j, i), z(n, i), residual);
          square = Kokkos::fma(residual, residual, square);
        }
        log_l(n) = -square / 2;
      });
}

void scale(const Exec& exec, Real factor, const Vector& v) {
  parallel_over(
      exec, "plumbline::samplers::waltz_tilt", v.extent(0),
      KOKKOS_LAMBDA(Index n) { v(n) *= factor; });
}

void LogLikelihood::evaluate(const Exec& exec, const Matrix& z, const Vector& log_l) const {
  if (a_.data()) return whitened(exec, a_, y_, z, log_l);
  log_likelihood(exec, problem_, 0, z, log_l);
  scale(exec, std::get<ClassLabel>(problem_.observation()).gamma, log_l);
}

/// Where the chains stand.
struct State {
  Matrix z;      ///< [C, D]
  Vector log_l;  ///< [C]
};

/// z_t = a z + s ξ.   shapes  z, z_t [C, D]
void add_noise(const Exec& exec, const NoiseLevel& level, Rng rng, std::uint32_t move,
               const Matrix& z, const Matrix& z_t) {
  const int dimension = z.extent_int(1);
  fill_normal(exec, rng, move, z_t);
  const Real sigma = std::sqrt(level.variance);
  parallel_over(
      exec, "plumbline::samplers::waltz_noise", z.extent(0), KOKKOS_LAMBDA(Index n) {
        for (int i = 0; i < dimension; ++i)
          z_t(n, i) = Kokkos::fma(sigma, z_t(n, i), level.alpha * z(n, i));
      });
}

/// z ← z' with probability min(1, p(y | z')/p(y | z)); a NaN rejects.   shapes  accepted [C] counts
void accept(const Exec& exec, Rng rng, std::uint32_t move, const State& proposed,
            const State& current, const Vector& accepted) {
  const int dimension = current.z.extent_int(1);
  parallel_over(
      exec, "plumbline::samplers::waltz_accept", current.z.extent(0), KOKKOS_LAMBDA(Index n) {
        if (!(log(rng.uniform(n, move, 0)) < proposed.log_l(n) - current.log_l(n))) return;
        current.log_l(n) = proposed.log_l(n);
        for (int i = 0; i < dimension; ++i) current.z(n, i) = proposed.z(n, i);
        accepted(n) += 1;
      });
}

class Waltz final : public Sampler {
 public:
  using Settings = waltz::Settings;
  explicit Waltz(const Settings& settings) : settings_(settings) {}

  void check(const Problem& problem) const override {
    require_target(problem, "waltz");
    const Real horizon = problem.process().horizon();
    if (settings_.time && *settings_.time > horizon)
      throw SpecError("time", fmt::format("{}", *settings_.time),
                      fmt::format("at most process.horizon = {}", horizon));
    const auto* o = std::get_if<LinearGaussian>(&problem.observation());
    if (o && !(symmetric_eigen(o->noise).values.minCoeff() > 0))
      throw SpecError("kind", "waltz",
                      "an observation with noise: a move is accepted by its density, and no move "
                      "meets y exactly. conditional-score needs none");
    if (!o && problem.prior().singular())
      throw SpecError("kind", "waltz",
                      "a prior with a density: p(c | z_0) of this one is 0 or 1. conditional-score "
                      "needs none");
  }

  Claim claim() const override {
    return settings_.start == Start::exact ? Claim::exact : Claim::corrections;
  }

  Index declared_evaluations(const Problem& problem, Index n) const override {
    const int likelihood = LogLikelihood::cost(problem);
    return settings_.chains.count(n) * (likelihood + settings_.chains.moves(n) * (1 + likelihood));
  }

  Ensemble draw(const Exec& exec, const Problem& problem, Index n, Rng rng,
                Trace& trace) const override {
    const Index width = settings_.chains.count(n), moves = settings_.chains.moves(n);
    const LogLikelihood likelihood(problem);
    const DiffusedMixture at_t(exec, problem.prior_factored(), problem.process(), time(problem));
    const State current = start(exec, problem, likelihood, width, rng.stream("initial"));
    trace.score_evaluations = width * LogLikelihood::cost(problem);
    const State proposed = {make_matrix("z_new", width, problem.full_dimension()),
                            make_vector("log_l_new", width)};
    const Vector accepted("accepted", width);
    const Rng noise = rng.stream("noise"), denoise = rng.stream("denoise"),
              coin = rng.stream("accept");

    const auto move = [&](std::uint32_t k) {
      // z_t ~ q(z_t | z_0), z_0' ~ p(z_0 | z_t)
      add_noise(exec, at_t.level(), noise, k, current.z, proposed.z);
      exact_reverse_draw(exec, at_t, 0, denoise, k, proposed.z, proposed.z);

      // z_0 ← z_0' with probability min(1, p(y | z_0')/p(y | z_0))
      likelihood.evaluate(exec, proposed.z, proposed.log_l);
      accept(exec, coin, k, proposed, current, accepted);
      trace.score_evaluations += width * (1 + LogLikelihood::cost(problem));
    };
    const Matrix x = walk_chains(exec, settings_.chains, n, current.z, move, trace);
    trace.acceptance = acceptance_rate(exec, accepted, moves);
    return equally_weighted(x);
  }

 private:
  Real time(const Problem& problem) const {
    return settings_.time.value_or(problem.process().time_at_log_snr(0));
  }

  State start(const Exec& exec, const Problem& problem, const LogLikelihood& likelihood,
              Index width, Rng rng) const {
    State state = {make_matrix("z", width, problem.full_dimension()), make_vector("log_l", width)};
    if (settings_.start == Start::exact)
      state.z = problem.draw_exact(exec, width, rng);
    else
      plumbline::draw(exec, tables_at(exec, problem.prior_factored(), NoiseLevel{}), rng, 0,
                      state.z);
    likelihood.evaluate(exec, state.z, state.log_l);
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
       .targets = {"linear", "class", "tilt"}});
}

}  // namespace plumbline
