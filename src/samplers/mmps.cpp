// samplers/mmps.cpp – moment matching posterior sampling: the likelihood score of tmpd with its
// system (A V Aᵀ + Γ) v = y − A ẑ_0, V = Cov[z_0 | z_t], solved by a few conjugate gradients. Rozet
// et al. 2024.
//
// Each iteration asks a network for one more vector–Jacobian product; here A V Aᵀ is known and they
// are free. One iteration, the authors' default, is a multiple of Aᵀ (y − A ẑ_0) along the steepest
// descent; m iterations are tmpd (a test holds them together to 1e-10). Claims what tmpd claims
// once converged. Two evaluations per step, twice that with ode-heun.
#include "samplers/guidance/denoised_guidance.hpp"
#include "samplers/guidance/row_algebra.hpp"

namespace plumbline::mmps {

struct Settings : DenoisedGuidanceSettings {
  int iterations = 1;

  Settings() { kernel = KernelKind::ddim; }
  void visit(auto&& field) {
    DenoisedGuidanceSettings::visit(field);
    field("iterations", iterations, "conjugate gradients per step; as many as observations solve",
          at_least(1));
  }
};

/// q = A V Aᵀ p + Γ p.
struct MultiplyMoments {
  Cube spread;   ///< A V Aᵀ  [n, m, m]
  Matrix noise;  ///< [m, m]
  Index n;

  KOKKOS_FUNCTION void operator()(const Real* p, Real* q) const {
    const int m = noise.extent_int(0);
    for (int i = 0; i < m; ++i) {
      q[i] = 0;
      for (int j = 0; j < m; ++j) q[i] = Kokkos::fma(spread(n, i, j) + noise(i, j), p[j], q[i]);
    }
  }
};

/// v ← the iterate of conjugate gradients.   shapes  work [n, 3 m], v [n, m]
struct Iterate {
  int iterations;
  Cube spread;
  Matrix noise, work, v;

  KOKKOS_FUNCTION void operator()(Index n) const {
    conjugate_gradients(MultiplyMoments{spread, noise, n}, v.extent_int(1), iterations, &work(n, 0),
                        Kokkos::subview(v, n, Kokkos::ALL));
  }
};

class GradientWeight final : public ResidualWeight {
 public:
  GradientWeight(int iterations, const LinearForm& o)
      : iterations_(iterations), noise_(to_device("noise", o.noise)) {}

  void weigh(const Exec& exec, const NoiseLevel&, const Cube& spread, const Matrix& v) override {
    const Index n = v.extent(0);
    if (Index(work_.extent(0)) < n) work_ = make_matrix("gradients", n, 3 * v.extent(1));
    parallel_over(exec, "plumbline::samplers::mmps_weight", n,
                  Iterate{iterations_, spread, noise_, work_, v});
  }
  bool needs_spread() const override { return true; }

 private:
  int iterations_;
  Matrix noise_, work_;
};

class Mmps final : public Sampler {
 public:
  using Settings = mmps::Settings;
  explicit Mmps(const Settings& settings) : settings_(settings) {}

  void require(const Problem& problem) const override {
    require_denoised_guidance(problem, settings_, "mmps");
  }

  Claim claim() const override { return Claim::nothing(); }
  Claim claim_on(const Problem& problem) const override {
    if (problem.prior().components() > 1 || settings_.clip) return Claim::nothing();
    const bool solved = settings_.iterations >= problem.linear_form().value().y.size();
    return solved ? settings_.limit() : Claim::nothing();
  }

  Index declared_evaluations(const Problem& problem, Index n) const override {
    return n * guided_evaluations(problem, settings_, through_jacobian_cost);
  }

  Ensemble draw(const Exec& exec, const Problem& problem, Index n, Rng rng,
                Trace& trace) const override {
    auto weight =
        std::make_unique<GradientWeight>(settings_.iterations, problem.linear_form().value());
    const auto field = through_jacobian(exec, problem, settings_, std::move(weight));
    return draw_guided(exec, problem, {settings_, 1}, *field, n, rng, trace);
  }

 private:
  Settings settings_;
};

}  // namespace plumbline::mmps

namespace plumbline {

SamplerEntry mmps_sampler() {
  return sampler_entry<mmps::Mmps>(
      {.name = "mmps",
       .summary = "tmpd's likelihood score by a few conjugate gradients: tmpd when converged",
       .reference = "Rozet et al. 2024",
       .asks = {Capability::linear_form},
       .row = {.per_coordinate = 4, .beside = 8, .jacobian = true, .spread = true}});
}

}  // namespace plumbline
