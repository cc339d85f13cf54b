// samplers/tmpd.cpp – Tweedie moment projection: p(z_0 | z_t) taken for the Gaussian of its exact
// first two moments, so that ∇log p(y | z_t) ≈ Jᵀ Aᵀ (A V Aᵀ + Γ)⁻¹ (y − A ẑ_0) with
// V = Cov[z_0 | z_t] = (s²/a) J. Boys et al. 2024.
//
// Exact for one Gaussian, whatever its covariance; for a mixture V depends on z and its derivative
// is left out: claims nothing. covariance = diagonal keeps the diagonal of A V Aᵀ only; row_sum
// puts A V Aᵀ 1 there, the papers' way to need one vector–Jacobian product instead of m (where a
// row sums to no positive number its diagonal entry stands). Two evaluations per step (the moments
// are the second), twice that with ode-heun.
#include "samplers/guidance/denoised_guidance.hpp"
#include "samplers/guidance/row_algebra.hpp"

namespace plumbline::tmpd {

enum class Covariance { full, diagonal, row_sum };
constexpr auto names(Covariance) {
  return std::array{"full", "diagonal", "row_sum"};
}

struct Settings : DenoisedGuidanceSettings {
  Covariance covariance = Covariance::full;

  void visit(auto&& field) {
    DenoisedGuidanceSettings::visit(field);
    field("covariance", covariance,
          "of A z_0 given z_t: full A V Aᵀ, its diagonal, or its row sums on the diagonal");
  }
};

/// v ← (A V Aᵀ + Γ)⁻¹ v, or with one of the diagonal stand-ins.
struct SolveMoments {
  Covariance kind;
  Matrix noise;  ///< [m, m]
  Cube system;   ///< A V Aᵀ, overwritten  [n, m, m]
  Matrix v;      ///< [n, m]

  KOKKOS_FUNCTION void operator()(Index n) const {
    const int m = v.extent_int(1);
    if (kind != Covariance::full)
      for (int i = 0; i < m; ++i) reduce_to_diagonal(n, i);
    for (int i = 0; i < m; ++i)
      for (int j = 0; j < m; ++j) system(n, i, j) += noise(i, j);
    solve_definite(Kokkos::subview(system, n, Kokkos::ALL, Kokkos::ALL), m,
                   Kokkos::subview(v, n, Kokkos::ALL));
  }

  KOKKOS_FUNCTION void reduce_to_diagonal(Index n, int i) const {
    Real sum = 0;
    for (int j = 0; j < v.extent_int(1); ++j) {
      sum += system(n, i, j);
      if (j != i) system(n, i, j) = 0;
    }
    if (kind == Covariance::row_sum && sum > 0) system(n, i, i) = sum;
  }
};

class MomentWeight final : public ResidualWeight {
 public:
  MomentWeight(Covariance kind, const LinearForm& o)
      : kind_(kind), noise_(to_device("noise", o.noise)) {}

  void weigh(const Exec& exec, const NoiseLevel&, const Cube& spread, const Matrix& v) override {
    parallel_over(exec, "plumbline::samplers::tmpd_weight", v.extent(0),
                  SolveMoments{kind_, noise_, spread, v});
  }
  bool needs_spread() const override { return true; }

 private:
  Covariance kind_;
  Matrix noise_;
};

class Tmpd final : public Sampler {
 public:
  using Settings = tmpd::Settings;
  explicit Tmpd(const Settings& settings) : settings_(settings) {}

  void require(const Problem& problem) const override {
    require_denoised_guidance(problem, settings_, "tmpd");
  }

  Claim claim() const override { return Claim::nothing(); }
  Claim claim_on(const Problem& problem) const override {
    const bool exact = problem.prior().components() == 1 &&
                       settings_.covariance == Covariance::full && !settings_.clip;
    return exact ? settings_.limit() : Claim::nothing();
  }

  Index declared_evaluations(const Problem& problem, Index n) const override {
    return n * guided_evaluations(problem, settings_, through_jacobian_cost);
  }

  Ensemble draw(const Exec& exec, const Problem& problem, Index n, Rng rng,
                Trace& trace) const override {
    auto weight =
        std::make_unique<MomentWeight>(settings_.covariance, problem.linear_form().value());
    const auto field = through_jacobian(exec, problem, settings_, std::move(weight));
    return draw_guided(exec, problem, {settings_, 1}, *field, n, rng, trace);
  }

 private:
  Settings settings_;
};

}  // namespace plumbline::tmpd

namespace plumbline {

SamplerEntry tmpd_sampler() {
  return sampler_entry<tmpd::Tmpd>(
      {.name = "tmpd",
       .summary =
           "prior score + Jᵀ Aᵀ (A Cov[z_0 | z_t] Aᵀ + Γ)⁻¹ (y − A ẑ_0): exact for a Gaussian",
       .reference = "Boys et al. 2024",
       .asks = {Capability::linear_form},
       .row = {.per_coordinate = 4, .beside = 6, .jacobian = true, .spread = true}});
}

}  // namespace plumbline
