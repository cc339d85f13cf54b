// samplers/mmps.cpp – moment matching posterior sampling: the likelihood score of tmpd with its
// system (A V Aᵀ + Γ) v = y − A ẑ_0, V = Cov[z_0 | z_t], solved by a few conjugate gradients. Rozet
// et al. 2024.
//
// Each iteration asks a network for one more vector–Jacobian product; here V is known and they are
// free. One iteration, the authors' default, is a multiple of Aᵀ (y − A ẑ_0) along the steepest
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

/// q = A V Aᵀ p + Γ p, through Aᵀ p and V Aᵀ p as a network would.
struct MultiplyMoments {
  Matrix a, noise;  ///< [m, D], [m, m]
  Cube covariance;  ///< V  [n, D, D]
  Index n;
  Real *pulled, *spread;  ///< Aᵀ p and V Aᵀ p  [D] work

  KOKKOS_FUNCTION void operator()(const Real* p, Real* q) const {
    const int m = a.extent_int(0), dimension = a.extent_int(1);
    for (int i = 0; i < dimension; ++i) {
      pulled[i] = 0;
      for (int j = 0; j < m; ++j) pulled[i] = Kokkos::fma(a(j, i), p[j], pulled[i]);
    }
    for (int i = 0; i < dimension; ++i) {
      spread[i] = 0;
      for (int k = 0; k < dimension; ++k)
        spread[i] = Kokkos::fma(covariance(n, i, k), pulled[k], spread[i]);
    }
    for (int j = 0; j < m; ++j) {
      q[j] = 0;
      for (int l = 0; l < m; ++l) q[j] = Kokkos::fma(noise(j, l), p[l], q[j]);
      for (int i = 0; i < dimension; ++i) q[j] = Kokkos::fma(a(j, i), spread[i], q[j]);
    }
  }
};

/// v ← the iterate of conjugate gradients.   shapes  work [n, 3 m + 2 D], v [n, m]
struct Iterate {
  int iterations;
  Matrix a, noise;
  Cube covariance;
  Matrix work, v;

  KOKKOS_FUNCTION void operator()(Index n) const {
    const int m = a.extent_int(0), dimension = a.extent_int(1);
    Real* const own = &work(n, 0);
    const MultiplyMoments multiply{a, noise, covariance, n, own + 3 * m, own + 3 * m + dimension};
    conjugate_gradients(multiply, m, iterations, own, Kokkos::subview(v, n, Kokkos::ALL));
  }
};

class GradientWeight final : public ResidualWeight {
 public:
  GradientWeight(int iterations, const LinearForm& o)
      : iterations_(iterations), a_(to_device("A", o.a)), noise_(to_device("noise", o.noise)) {}

  void weigh(const Exec& exec, const NoiseLevel&, const Cube& covariance,
             const Matrix& v) override {
    const Index n = v.extent(0);
    if (Index(work_.extent(0)) < n)
      work_ = make_matrix("gradients", n, 3 * a_.extent(0) + 2 * a_.extent(1));
    parallel_over(exec, "plumbline::samplers::mmps_weight", n,
                  Iterate{iterations_, a_, noise_, covariance, work_, v});
  }

 private:
  int iterations_;
  Matrix a_, noise_, work_;
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
       .row = {.per_coordinate = 4, .beside = 26, .jacobian = true}});
}

}  // namespace plumbline
