// samplers/smcdiffopt.cpp – a bootstrap filter whose potential is the likelihood of a noised y:
// G_t(z) = N(a_t y; A z, a_t² Γ + s_t² A Aᵀ), weights G_s(z_s)/G_t(z_t). samplers/filters/README
// §6.
//
// The weights telescope to G_0 = p(y | z_0) when z_T is weighted by G_T, so draws converge to the
// discretised model's posterior as N → ∞ and E[Ẑ] is its p(y): with the exact kernel, p(y) itself.
// `potential = clean` has p(y | z_t) at every level, no noising, and telescopes as well: the same
// limits, by weights that collapse where the noise of y is small. initial_potential = false drops
// G_T: draws of p̂ p(y | z_0)/G_T(z_T). Noise-free observations have no G_0, unless `floor` gives
// them some noise: then it claims nothing. N evaluations per step and draw (2 N with ode-heun).
#include "core/arrays/elementwise.hpp"
#include "core/arrays/gather.hpp"
#include "samplers/filters/retained_path.hpp"
#include "samplers/filters/spectral_observation.hpp"
#include "samplers/guidance/denoised_guidance.hpp"
#include "samplers/reverse/reverse_run.hpp"

namespace plumbline::smcdiffopt {

enum class Potential { noised, clean };
constexpr auto names(Potential) {
  return std::array{"noised", "clean"};
}

struct Settings : ReverseSettings {
  Potential potential = Potential::noised;
  bool initial_potential = true;
  std::optional<Real> floor;
  ParticleSettings smc;

  Settings() {
    kernel = KernelKind::ddpm;
    smc.ess_threshold = 0.8;
  }
  void visit(auto&& field) {
    ReverseSettings::visit(field);
    field("potential", potential,
          "noised N(a_t y; A z, a_t² Γ + s_t² A Aᵀ), clean p(y | z_0 = z) at every level");
    field("initial_potential", initial_potential, "whether z_T is weighted by its potential");
    field("floor", floor,
          "standard deviation given to a noise-free y, inpainting included, which is refused "
          "without; of no effect on a y that has noise",
          above(0));
    smc.visit(field);
  }
};

/// y = A z_0 + N(0, Γ), with the floor in place of Γ = 0.
LinearForm seen(const Problem& problem, const Settings& settings) {
  LinearForm o = problem.linear_form().value();
  if (o.noise_free() && settings.floor)
    o.noise = *settings.floor * *settings.floor * HostMatrix::Identity(o.y.size(), o.y.size());
  return o;
}

class NoisedLikelihoodFilter final : public FeynmanKac {
 public:
  NoisedLikelihoodFilter(const Exec& exec, const Problem& problem, const Settings& settings,
                         const SmcRuns& runs, Rng rng)
      : problem_(problem),
        settings_(settings),
        runs_(runs),
        observation_(spectral(seen(problem, settings), "smcdiffopt")),
        directions_(to_device("directions", observation_.directions)),
        initial_(rng.stream("initial")),
        noise_(rng.stream("reverse")),
        field_(exact_score(exec, problem.prior_factored(), problem.process())),
        kernel_(exec, settings.choice(), problem.process(), problem.prior_factored(), *field_),
        ancestor_(make_matrix("ancestor", runs.rows(), problem.full_dimension())),
        now_(make_vector("potential", runs.rows())),
        before_(make_vector("potential_before", runs.rows())) {
    const TimeGrid grid = settings.times(problem.process());
    HostMatrix target(grid.steps() + 1, observation_.count());
    HostMatrix variance(grid.steps() + 1, observation_.count());
    for (int i = 0; i <= grid.steps(); ++i) {
      const NoiseLevel level = settings.potential == Potential::clean
                                   ? NoiseLevel{.alpha = 1, .variance = 0}
                                   : problem.process().at(grid.times[i]);
      target.row(i) = level.alpha * observation_.y.transpose();
      variance.row(i) =
          (level.alpha * level.alpha * observation_.variance.transpose()).array() + level.variance;
    }
    target_ = to_device("target", target);
    variance_ = to_device("variance", variance);
  }

  void start(const Exec& exec, const Matrix& z, const Vector& log_g) override {
    draw_initial(exec, settings_.initial, problem_.prior_factored(), problem_.process(), initial_,
                 z, runs_.first_chain());
    put_reference(exec, 0, z);
    potential_at(exec, 0, z, now_);
    if (settings_.initial_potential)
      Kokkos::deep_copy(exec, log_g, now_);
    else
      Kokkos::deep_copy(exec, log_g, 0);
  }

  void propose(const Exec& exec, const SmcStep& step, const IndexVector& ancestors,
               const Matrix& z) override {
    gather_rows(exec, z, ancestors, ancestor_);
    Kokkos::deep_copy(exec, z, ancestor_);
    kernel_.step(exec, step.t, step.s, noise_, step.index, z, runs_.first_chain());
    put_reference(exec, Index(step.index) + 1, z);
    ancestors_ = ancestors;
  }

  void weigh(const Exec& exec, const SmcStep& step, const Matrix& z, const Vector& log_g) override {
    std::swap(now_, before_);
    potential_at(exec, Index(step.index) + 1, z, now_);
    subtract_gathered(exec, now_, before_, ancestors_, log_g);
  }

  void complete_evidence(const Exec& exec, const Vector& log_z) override {
    add_constant(exec, observation_.log_constant, log_z);
  }
  Index evaluations() const override { return kernel_.evaluations(); }

 private:
  /// Direction by direction: N(a_t y_i; v_iᵀ z, a_t² σ_i² + s_t²), or N(y_i; v_iᵀ z, σ_i²).
  void potential_at(const Exec& exec, Index level, const Matrix& z, const Vector& out) {
    const auto only = std::make_pair(level, level + 1);
    log_potential(exec, directions_,
                  {Matrix(Kokkos::subview(target_, only, Kokkos::ALL)),
                   Vector(Kokkos::subview(variance_, level, Kokkos::ALL))},
                  z, out);
  }

  Problem problem_;
  Settings settings_;
  SmcRuns runs_;
  SpectralObservation observation_;
  Matrix directions_;
  Matrix target_, variance_;  // of every level  [T + 1, r]
  Rng initial_, noise_;
  std::unique_ptr<ScoreField> field_;
  ReverseKernel kernel_;
  Matrix ancestor_;        // [R N, D]
  Vector now_, before_;    // log G of z  [R N]
  IndexVector ancestors_;  // of the last move
};

class SmcDiffOpt final : public EvidenceSampler<Settings> {
 public:
  using EvidenceSampler::EvidenceSampler;

  /// With a floor under Γ coordinates without noise have some.
  std::vector<Capability> also_asks() const override {
    return settings_.floor ? std::vector{Capability::linear_form} : std::vector<Capability>{};
  }
  void require(const Problem& problem) const override {
    const LinearForm o = seen(problem, settings_);
    if (o.noise_free())
      throw SpecError("noise", "0",
                      "a covariance that is positive definite: smcdiffopt weighs z_0 by "
                      "p(y | z_0). mcgdiff and fps-smc need no noise; floor gives y some");
    spectral(o, "smcdiffopt");
    require_steps(settings_, problem.process());
  }

  Claim claim() const override {
    return settings_.initial_potential ? settings_.limit({without_order("particles")})
                                       : Claim::nothing();
  }

  Claim claim_on(const Problem& problem) const override {
    return problem.linear_form().value().noise_free() ? Claim::nothing() : claim();
  }

  Index particle_cost(const Problem& problem) const override {
    return reverse_evaluations(settings_, problem.prior());
  }

  MakeModel model(const Exec& exec, const Problem& problem) const override {
    return [&](const SmcRuns& runs, Rng rng) {
      return std::make_unique<NoisedLikelihoodFilter>(exec, problem, settings_, runs, rng);
    };
  }
};

}  // namespace plumbline::smcdiffopt

namespace plumbline {

SamplerEntry smcdiffopt_sampler() {
  return sampler_entry<smcdiffopt::SmcDiffOpt>(
      {.name = "smcdiffopt",
       .summary = "bootstrap particle filter weighted by the likelihood of a noised y",
       .reference = "SMCDiffOpt, as coded in diffusionlib; potential = clean: gdcs",
       .asks = {Capability::linear_noise},
       .row = {.per_coordinate = 2, .beside = 8},
       .retains_path = true});
}

}  // namespace plumbline
