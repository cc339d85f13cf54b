#include "samplers/filters/conjugate_step.hpp"

#include "core/arrays/normal_block.hpp"
#include "samplers/reverse/reverse_settings.hpp"

namespace plumbline {
namespace {

/// mean ← state z + model prediction (held in mean), its directions, and the log weight.
struct Weigh {
  AffineStep step;
  Matrix directions, z, mean, along_mean;
  GaussianPotential potential;
  Vector log_g;

  KOKKOS_FUNCTION void operator()(Index n) const {
    for (int k = 0; k < mean.extent_int(1); ++k)
      mean(n, k) = Kokkos::fma(step.state, z(n, k), step.model * mean(n, k));
    const auto row = Kokkos::subview(mean, n, Kokkos::ALL);
    Real sum = 0;
    for (int i = 0; i < directions.extent_int(0); ++i) {
      along_mean(n, i) = along(directions, i, row);
      const Real variance = step.noise * step.noise + potential.variance(i);
      if (variance > 0)
        sum += log_normal_of(potential.target(n / potential.particles, i) - along_mean(n, i),
                             variance);
    }
    log_g(n) = sum;
  }
};

/// z = m + √v ξ, then in every direction that is looked at v_iᵀ z moves to where the conditional
/// law has it for the same ξ: K (target − v_iᵀ m) + √v (√(V/(v + V)) − 1) v_iᵀ ξ further.
struct PropagateConjugate {
  Real noise;
  Matrix directions, mean, along_mean;
  GaussianPotential potential;
  IndexVector ancestors;
  Matrix z;
  Rng rng;
  std::uint32_t number;
  std::uint64_t first_chain;

  KOKKOS_FUNCTION void operator()(Index block) const {
    const RowBlock own = row_block(block, z.extent(0));
    NormalBlock xi(rng, first_chain + own.begin, number);
    for (int k = 0; k < z.extent_int(1); ++k) {
      const Real* const normal = xi.slot(k);
      for (int w = 0; w < own.width; ++w) z(own.begin + w, k) = noise * normal[w];
    }
    for (int w = 0; w < own.width; ++w) condition(own.begin + w);
  }

  KOKKOS_FUNCTION void condition(Index n) const {
    const Index from = ancestors(n);
    const auto row = Kokkos::subview(z, n, Kokkos::ALL);
    const Real v = noise * noise;
    // orthonormal directions: what one adds is invisible to the next
    for (int i = 0; i < directions.extent_int(0); ++i) {
      const Real variance = potential.variance(i), total = v + variance;
      if (!(total > 0 && total < infinity)) continue;
      const Real residual = potential.target(n / potential.particles, i) - along_mean(from, i);
      const Real shrink = Kokkos::sqrt(variance / total) - 1;
      const Real move = v / total * residual + shrink * along(directions, i, row);
      for (int k = 0; k < z.extent_int(1); ++k)
        row(k) = Kokkos::fma(directions(i, k), move, row(k));
    }
    for (int k = 0; k < z.extent_int(1); ++k) row(k) += mean(from, k);
  }
};

}  // namespace

ConjugateStep::ConjugateStep(const Exec& exec, const Problem& problem, const HostMatrix& directions,
                             Index n)
    : score_(exact_score(exec, problem.prior_factored(), problem.process())),
      directions_(to_device("directions", directions)),
      mean_(make_matrix("mean", n, problem.full_dimension())),
      along_(make_matrix("along_mean", n, directions.rows())) {}

void ConjugateStep::weigh(const Exec& exec, const AffineStep& step, Real t, const Matrix& z_t,
                          const GaussianPotential& potential, const Vector& log_g) {
  score_->evaluate(exec, t, z_t, step.prediction, mean_);
  evaluations_ += Index(z_t.extent(0)) * score_->cost();
  noise_ = step.noise;
  parallel_over(exec, "plumbline::samplers::conjugate_weight", z_t.extent(0),
                Weigh{step, directions_, z_t, mean_, along_, potential, log_g});
}

void ConjugateStep::from_gaussian(const Exec& exec, Real deviation) {
  Kokkos::deep_copy(exec, mean_, 0);
  Kokkos::deep_copy(exec, along_, 0);
  noise_ = deviation;
}

void ConjugateStep::propagate(const Exec& exec, const IndexVector& ancestors,
                              const GaussianPotential& potential, Rng rng, std::uint32_t step,
                              const Matrix& z, std::uint64_t first_chain) {
  const PropagateConjugate kernel{noise_,    directions_, mean_, along_, potential,
                                  ancestors, z,           rng,   step,   first_chain};
  parallel_over(exec, "plumbline::samplers::conjugate_propagate", row_blocks(z.extent(0)), kernel);
}

void require_conjugate_kernel(const KernelChoice& choice, bool to_the_end,
                              std::string_view sampler) {
  const KernelProperties kernel = properties(choice);
  if (!kernel.affine || kernel.deterministic())
    throw SpecError("kernel", name_of(choice.kind),
                    fmt::format("{} conditions one Gaussian with noise: use em{}", sampler,
                                to_the_end ? " or ddpm" : ", ddpm, or ddim with eta > 0"));
  if (kernel.noise == KernelNoise::all || !to_the_end) return;
  const auto [key, value] = setting_without_noise(choice);
  throw SpecError(key, value,
                  fmt::format("{} weighs by the density of a noise-free y under the step to "
                              "s = 0, which has no noise here: use em, or ddpm with variance = "
                              "\"beta\"",
                              sampler));
}

}  // namespace plumbline
