// samplers/likelihood_at_xt.cpp – reverse steps with ∇log p_t(z) + ∇_z log p(y | z_0 = z_t): the
// likelihood of clean data, asked at the noisy state. Rosenbaum, slides, solution 1; Jalal et al.
// 2021 use it with a step size of their own.
//
// For y = A z + η the second term is Aᵀ Γ⁻¹ (y − A z_t): it neither shrinks as the noise grows nor
// knows that z_t is a_t times too small. Claims nothing. A clean classifier's guidance
// (classifier-guidance, classifier = clean) is the same thing with p(y | z_0) as a ratio of two
// mixtures; a test holds them together. T evaluations per draw, 2 T with ode-heun.
#include "samplers/guidance/denoised_guidance.hpp"

namespace plumbline::likelihood_at_xt {

struct Settings : ReverseSettings {
  Real zeta = 1;

  Settings() { kernel = KernelKind::ddpm; }
  void visit(auto&& field) {
    ReverseSettings::visit(field);
    field("zeta", zeta, "ζ of score + ζ ∇log p(y | z_0 = z_t); 1 is the rule as stated",
          at_least(0));
  }
};

/// out ← scale (g − H z).   shapes  z, out [n, D], g [D], H [D, D]
void affine(const Exec& exec, Real scale, const Vector& g, const Matrix& h, const Matrix& z,
            const Matrix& out) {
  const int dimension = z.extent_int(1);
  parallel_over(
      exec, "plumbline::samplers::likelihood_at_xt", z.extent(0), KOKKOS_LAMBDA(Index n) {
        for (int i = 0; i < dimension; ++i) {
          Real sum = scale * g(i);
          for (int j = 0; j < dimension; ++j) sum = Kokkos::fma(-(scale * h(i, j)), z(n, j), sum);
          out(n, i) = sum;
        }
      });
}

/// Aᵀ Γ⁻¹ (y − A z_t).
class Ignorant final : public LikelihoodScore {
 public:
  Ignorant(const LinearForm& o, const NoiseProcess& process) : process_(process) {
    const HostMatrix weighted = o.noise.llt().solve(o.a);  // Γ⁻¹ A
    gradient_ = to_device("g", HostVector(weighted.transpose() * o.y));
    curvature_ = to_device("H", HostMatrix(weighted.transpose() * o.a));
  }

  void evaluate(const Exec& exec, Real t, const Matrix& z, Prediction prediction, const Matrix&,
                const Matrix& out) override {
    const Real scale = prediction_per_score(process_.at(t), prediction);
    affine(exec, scale, gradient_, curvature_, z, out);
  }
  int cost() const override { return 0; }

 private:
  NoiseProcess process_;
  Vector gradient_;   // Aᵀ Γ⁻¹ y  [D]
  Matrix curvature_;  // Aᵀ Γ⁻¹ A  [D, D]
};

class LikelihoodAtXt final : public Sampler {
 public:
  using Settings = likelihood_at_xt::Settings;
  explicit LikelihoodAtXt(const Settings& settings) : settings_(settings) {}

  void require(const Problem& problem) const override {
    require_score_kernel(settings_, "likelihood-at-xt");
    require_steps(settings_, problem.process());
    require_noise(problem, "kind", "likelihood-at-xt", "p(y | z_0) has no gradient");
    if (problem.process().degenerate_at_horizon())
      throw SpecError("kind", "likelihood-at-xt",
                      fmt::format("a process.horizon below {}: at a_T = 0 its effect on the "
                                  "denoised state is infinite; dps, pigdm, tmpd and mmps start "
                                  "there",
                                  problem.process().horizon()));
  }

  Claim claim() const override { return Claim::nothing(); }

  Index declared_evaluations(const Problem& problem, Index n) const override {
    return n * guided_evaluations(problem, settings_, 1);
  }

  Ensemble draw(const Exec& exec, const Problem& problem, Index n, Rng rng,
                Trace& trace) const override {
    const NoiseProcess& process = problem.process();
    const auto field = guided(exact_score(exec, problem.prior_factored(), process),
                              std::make_unique<Ignorant>(problem.linear_form().value(), process),
                              {settings_.zeta});
    return draw_guided(exec, problem, {settings_, settings_.zeta}, *field, n, rng, trace);
  }

 private:
  Settings settings_;
};

}  // namespace plumbline::likelihood_at_xt

namespace plumbline {

SamplerEntry likelihood_at_xt_sampler() {
  return sampler_entry<likelihood_at_xt::LikelihoodAtXt>(
      {.name = "likelihood-at-xt",
       .summary = "prior score + ∇log p(y | z_0 = z_t): the likelihood asked at the noisy state",
       .reference = "Rosenbaum, slides, solution 1; Jalal et al. 2021",
       .asks = {Capability::linear_noise},
       .row = {.per_coordinate = 3, .beside = 2}});
}

}  // namespace plumbline
