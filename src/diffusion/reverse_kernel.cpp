// One reverse step under any kernel: the affine ones as one pass over blocks of rows with
// vectorised noise, Heun as predictor and corrector, the exact one in exact_reverse.cpp.
// diffusion/README §3.
#include "diffusion/reverse_kernel.hpp"

#include <algorithm>

#include "core/arrays/normal_block.hpp"
#include "core/steps/stop.hpp"

namespace plumbline {
namespace {

/// z_s = state z + model prediction + noise ξ.
///   shapes  z, prediction [n, D] → z_s [n, D]; may alias
void apply_affine(const Exec& exec, const AffineStep& step, Rng rng, std::uint32_t number,
                  const Matrix& z, const Matrix& prediction, const Matrix& z_s,
                  std::uint64_t first_chain) {
  const Index rows = z.extent(0);
  const int dimension = z.extent_int(1);
  parallel_over(
      exec, "plumbline::diffusion::affine_step", row_blocks(rows), KOKKOS_LAMBDA(Index block) {
        const RowBlock own = row_block(block, rows);
        NormalBlock xi(rng, first_chain + own.begin, number);
        const Real still[block_width] = {};
        for (int i = 0; i < dimension; ++i) {
          const Real* const noise = step.noise != 0 ? xi.slot(i) : still;
          for (int w = 0; w < own.width; ++w) {
            const Index n = own.begin + w;
            const Real mean = Kokkos::fma(step.state, z(n, i), step.model * prediction(n, i));
            z_s(n, i) = Kokkos::fma(step.noise, noise[w], mean);
          }
        }
      });
}

/// The second half of Heun: z ← ½ z + (½ − ½ Δt c) z' − ½ Δt d prediction(z'), where the field at s
/// is c z' + d prediction.
struct HeunCorrector {
  Real start, predicted, model;
};

void apply_corrector(const Exec& exec, const HeunCorrector& corrector, const Matrix& predicted,
                     const Matrix& prediction, const Matrix& z) {
  const int dimension = z.extent_int(1);
  parallel_over(
      exec, "plumbline::diffusion::heun_corrector", z.extent(0), KOKKOS_LAMBDA(Index n) {
        for (int i = 0; i < dimension; ++i)
          z(n, i) = Kokkos::fma(corrector.start, z(n, i),
                                Kokkos::fma(corrector.predicted, predicted(n, i),
                                            corrector.model * prediction(n, i)));
      });
}

/// The leading n rows of a work array, grown when needed.
Matrix leading_rows(Matrix& work, const char* label, Index n, Index columns) {
  if (static_cast<Index>(work.extent(0)) < n || static_cast<Index>(work.extent(1)) != columns)
    work = make_matrix(label, n, columns);
  return Kokkos::subview(work, std::make_pair(Index{0}, n), Kokkos::ALL);
}

bool has_zero_variance(const FactoredMixture& mixture) {
  const auto eigenvalues = host_copy(mixture.eigenvalues);
  return std::any_of(eigenvalues.data(), eigenvalues.data() + eigenvalues.size(),
                     [](Real v) { return v == 0; });
}

}  // namespace

ReverseKernel::ReverseKernel(const Exec& exec, KernelChoice choice, const NoiseProcess& process,
                             const FactoredMixture& mixture, ScoreField& field)
    : choice_(choice), process_(process), field_(field), mixture_(mixture) {
  require_finite_kernel(choice, process);
  if (choice.kind == KernelKind::exact)
    diffused_ = std::make_unique<DiffusedMixture>(exec, mixture, process, process.horizon());
  if (choice.kind == KernelKind::ode_heun) singular_ = has_zero_variance(mixture);
}

void ReverseKernel::step(const Exec& exec, Real t, Real s, Rng rng, std::uint32_t step,
                         const Matrix& z, std::uint64_t first_chain) {
  stop_if_asked();
  switch (choice_.kind) {
    case KernelKind::exact:
      // z_s ~ Σ_k r_k(z_t) N(m_k, C_k)
      diffused_->move_to(exec, t);
      exact_reverse_draw(exec, *diffused_, s, rng, step, z, z, first_chain);
      evaluations_ += z.extent(0);
      return;
    case KernelKind::ode_heun:
      return heun(exec, t, s, z);
    default:
      return affine(exec, affine_step(choice_, process_, t, s), t, rng, step, z, z, first_chain);
  }
}

void ReverseKernel::affine(const Exec& exec, const AffineStep& step, Real t, Rng rng,
                           std::uint32_t number, const Matrix& z, const Matrix& z_s,
                           std::uint64_t first_chain) {
  const Index n = z.extent(0);
  const Matrix prediction =
      leading_rows(prediction_, "plumbline::diffusion::prediction", n, z.extent(1));
  // z_s = state · z + model · prediction(z) + noise · ξ
  field_.evaluate(exec, t, z, step.prediction, prediction);
  apply_affine(exec, step, rng, number, z, prediction, z_s, first_chain);
  evaluations_ += n * field_.cost();
}

void ReverseKernel::heun(const Exec& exec, Real t, Real s, const Matrix& z) {
  // predictor: z' = z − Δt F(z, t)
  const AffineStep euler = affine_step(choice_, process_, t, s);
  if (s == 0 && singular_) return affine(exec, euler, t, Rng{}, 0, z, z, 0);
  const Index n = z.extent(0);
  const Matrix predicted =
      leading_rows(predictor_, "plumbline::diffusion::predictor", n, z.extent(1));
  affine(exec, euler, t, Rng{}, 0, z, predicted, 0);

  // corrector: z − ½ Δt (F(z, t) + F(z', s)) = ½ (z + z') − ½ Δt F(z', s); the score form of F, for
  // a_s > 0 and, at s = 0, where the denoised form is 0/0
  const SdeCoefficients sde = process_.sde(s, Side::right);
  const Real half = (t - s) / 2;
  const Matrix prediction =
      leading_rows(prediction_, "plumbline::diffusion::prediction", n, z.extent(1));
  field_.evaluate(exec, s, predicted, Prediction::score, prediction);
  apply_corrector(exec, {0.5, 0.5 - half * sde.drift, half * sde.diffusion2 / 2}, predicted,
                  prediction, z);
  evaluations_ += n * field_.cost();
}

}  // namespace plumbline
