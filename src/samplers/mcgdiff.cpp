// samplers/mcgdiff.cpp – Monte Carlo guided diffusion: in the basis where y = A z_0 + noise is
// diagonal, a fully adapted particle filter for potentials that take y_i for a noised z_0. Cardoso
// et al. 2024, algorithm 1; samplers/filters/README §5.
//
// With g_t the product over directions i with τ_i ≤ t (filters/potential_levels.hpp), the target is
//
//     p̂(z_{0:T}) Π_i g_τ_i,i(z_τ_i) · p(y | z_0)/Π_i g_τ_i,i(z_τ_i) = p̂(z_{0:T}) p(y | z_0),
//
// of which a move t → s carries Π_{τ_i ≤ s} g_s,i/g_t,i, averaged over the move as the weight
// before it; a direction that ends at τ_i keeps its last g until the likelihood replaces it at 0.
// Noise-free, all τ_i are 0 and g_0 is the point mass at y. So draws converge to the discretised
// model's posterior as N → ∞ and E[Ẑ] is its p(y), whatever κ and the grid; as steps → ∞ too, to
// the posterior. But κ is not neutral: the last weight has a finite variance only while κ exceeds
// about the kernel's variance at τ_i, so by default there is no κ: g_t is then p(y | z_t) under a
// flat prior. As published: kappa = 1e-4; final_likelihood = false, the published experiment, whose
// draws follow p̂ Π g (noise-free: N(y, κ) in place of the point mass); initial_potential = false,
// which starts from p_T but divides by g_T all the same.
// N T evaluations per draw.
#include "core/arrays/elementwise.hpp"
#include "core/arrays/gather.hpp"
#include "samplers/filters/conjugate_step.hpp"
#include "samplers/filters/potential_levels.hpp"
#include "samplers/filters/retained_path.hpp"
#include "samplers/guidance/denoised_guidance.hpp"
#include "samplers/reverse/reverse_run.hpp"

namespace plumbline::mcgdiff {

struct Settings : ReverseSettings {
  std::optional<Real> kappa;
  Tau tau = Tau::matched;
  bool initial_potential = true;
  bool final_likelihood = true;
  ParticleSettings smc;

  Settings() { kernel = KernelKind::ddpm; }
  void visit(auto&& field) {
    ReverseSettings::visit(field);
    field("kappa", kappa,
          "variance of the potential at τ (the paper: 1e-4); when not set the potential is "
          "p(y | z_t) under a flat prior",
          above(0));
    field("tau", tau, "where potentials end: matched, where z_τ is as noisy as y; data, at 0");
    field("initial_potential", initial_potential,
          "whether z_T is weighted by its potential; false is the published algorithm");
    field("final_likelihood", final_likelihood,
          "whether p(y | z_0) replaces the last potentials; false is the published experiment");
    smc.visit(field);
  }
};

/// log_g ± Σ_i log g_t,i over directions that go on (looked at at s too) or not.
struct Leave {
  Matrix directions;
  GaussianPotential at_t, at_s;
  Matrix z;
  Vector log_g, kept;

  KOKKOS_FUNCTION void operator()(Index n) const {
    const auto row = Kokkos::subview(z, n, Kokkos::ALL);
    for (int i = 0; i < directions.extent_int(0); ++i) {
      const Real residual = along(directions, i, row) - at_t.target(0, i);
      const Real value = log_normal_of(residual, at_t.variance(i));
      if (at_s.variance(i) < infinity)
        log_g(n) -= value;
      else
        kept(n) += value;
    }
  }
};

class GuidedFilter final : public FeynmanKac {
 public:
  GuidedFilter(const Exec& exec, const Problem& problem, const Settings& settings,
               const SmcRuns& runs, Rng rng)
      : problem_(problem),
        settings_(settings),
        runs_(runs),
        grid_(settings.times(problem.process())),
        observation_(spectral(problem.linear_form().value(), "mcgdiff")),
        levels_(
            potential_levels(observation_, problem.process(), grid_, settings.tau, settings.kappa)),
        initial_(rng.stream("initial")),
        noise_(rng.stream("reverse")),
        kernel_(exec, problem, observation_.directions, runs.rows()),
        kept_(make_vector("kept", runs.rows())),
        work_(make_vector("potential", runs.rows())) {
    if (!observation_.noisy() && settings.final_likelihood)
      Kokkos::deep_copy(exec, levels_.at.back().variance, 0);
  }

  void start(const Exec& exec, const Matrix& z, const Vector& log_g) override {
    draw_initial(exec, settings_.initial, problem_.prior_factored(), problem_.process(), initial_,
                 z, runs_.first_chain());
    Kokkos::deep_copy(exec, kept_, 0);
    look_ahead(exec, 0, z, log_g);
    if (!settings_.initial_potential) return;
    log_potential(exec, kernel_.directions(), levels_.at[0], z, work_);
    add(exec, log_g, work_, log_g);
  }

  void propose(const Exec& exec, const SmcStep& step, const IndexVector& ancestors,
               const Matrix& z) override {
    gather_entries(exec, kept_, ancestors, work_);
    Kokkos::deep_copy(exec, kept_, work_);
    kernel_.propagate(exec, ancestors, levels_.at[step.index + 1], noise_, step.index, z,
                      runs_.first_chain());
  }

  void weigh(const Exec& exec, const SmcStep& step, const Matrix& z, const Vector& log_g) override {
    if (step.last)
      close(exec, z, log_g);
    else
      look_ahead(exec, static_cast<int>(step.index) + 1, z, log_g);
  }

  void complete_evidence(const Exec& exec, const Vector& log_z) override {
    const bool exact = settings_.final_likelihood || !observation_.noisy();
    add_constant(exec, observation_.log_constant + (exact ? Real(0) : levels_.log_density), log_z);
  }
  Index evaluations() const override { return kernel_.evaluations(); }

 private:
  /// Of the move from times[index] = t to s: log Π_{τ_i ≤ s} E[g_s,i(z_s) | z_t]/g_t,i(z_t).
  void look_ahead(const Exec& exec, int index, const Matrix& z, const Vector& log_g) {
    const Real t = grid_.times[index], s = grid_.times[index + 1];
    const AffineStep step = affine_step(settings_.choice(), problem_.process(), t, s);
    const GaussianPotential &here = levels_.at[index], &next = levels_.at[index + 1];
    kernel_.weigh(exec, step, t, z, next, log_g);
    parallel_over(exec, "plumbline::samplers::mcgdiff_leave", z.extent(0),
                  Leave{kernel_.directions(), here, next, z, log_g, kept_});
  }

  /// log p(y | z_0) − Σ_i log g_τ_i,i, and 0 where z_0 is on y.
  void close(const Exec& exec, const Matrix& z, const Vector& log_g) {
    Kokkos::deep_copy(exec, log_g, 0);
    if (!settings_.final_likelihood || !observation_.noisy()) return;
    log_potential(exec, kernel_.directions(),
                  {levels_.at.back().target, to_device("variance", observation_.variance)}, z,
                  log_g);
    log_potential(exec, kernel_.directions(), levels_.at.back(), z, work_);
    subtract(exec, log_g, work_, log_g);
    subtract(exec, log_g, kept_, log_g);
  }

  Problem problem_;
  Settings settings_;
  SmcRuns runs_;
  TimeGrid grid_;
  SpectralObservation observation_;
  PotentialLevels levels_;
  Rng initial_, noise_;
  ConjugateStep kernel_;
  Vector kept_;  // Σ log g_τ_i,i of directions past their τ_i  [R N]
  Vector work_;  // [R N]
};

class McgDiff final : public EvidenceSampler<Settings> {
 public:
  using EvidenceSampler::EvidenceSampler;

  void require(const Problem& problem) const override {
    require_spectral(problem, "mcgdiff");
    const bool noise_free = problem.linear_form().value().noise_free();
    require_conjugate_kernel(settings_.choice(), noise_free, "mcgdiff");
    require_steps(settings_, problem.process());
  }

  Claim claim() const override {
    if (!settings_.initial_potential || !settings_.final_likelihood) return Claim::nothing();
    return settings_.limit({without_order("particles")});
  }

  Index particle_cost(const Problem&) const override { return settings_.steps; }

  MakeModel model(const Exec& exec, const Problem& problem) const override {
    return [&](const SmcRuns& runs, Rng rng) {
      return std::make_unique<GuidedFilter>(exec, problem, settings_, runs, rng);
    };
  }
};

}  // namespace plumbline::mcgdiff

namespace plumbline {

SamplerEntry mcgdiff_sampler() {
  return sampler_entry<mcgdiff::McgDiff>(
      {.name = "mcgdiff",
       .summary = "fully adapted particle filter that looks at y direction by direction",
       .reference = "Cardoso, Janati El Idrissi, Le Corff & Moulines 2024, algorithm 1",
       .asks = {Capability::linear_form},
       .row = {.per_coordinate = 1, .beside = 6, .level_rows = 2}});
}

}  // namespace plumbline
