// One separable Gaussian step of the prior that is conditioned on where some directions of z are to
// land: the fully adapted proposal of mcgdiff and fps. samplers/filters/README §4.
#pragma once

#include "diffusion/reverse_kernel.hpp"
#include "samplers/filters/spectral_observation.hpp"

namespace plumbline {

/// With z_s ~ N(m(z_t), v I) and the potential Π_i N(v_iᵀ z_s; target_i, V_i), direction by
/// direction and with K = v/(v + V):
///
///     weight    Π_i N(target_i; v_iᵀ m, v + V_i)                           (before the move)
///     proposal  v_iᵀ z_s ~ N(K target_i + (1 − K) v_iᵀ m, K V_i),  the rest of z_s ~ N(m, v I).
///
/// V_i = 0 puts v_iᵀ z_s on its target; a direction with v + V_i = 0 as well is not looked at.
class ConjugateStep {
 public:
  /// For n particles of the prior of `problem`; rows of `directions` are orthonormal [r, D].
  ConjugateStep(const Exec& exec, const Problem& problem, const HostMatrix& directions, Index n);

  /// m(z_t) for `propagate`, and the log weight.   shapes  z_t [n, D] → log_g [n].   cost  1
  /// evaluation per row
  void weigh(const Exec& exec, const AffineStep& step, Real t, const Matrix& z_t,
             const GaussianPotential& potential, const Vector& log_g);
  /// In place of `weigh`: z_s ~ N(0, deviation² I), whose weight is the same for all rows.
  void from_gaussian(const Exec& exec, Real deviation);
  /// z_s from m of its ancestors. Row n draws from chain first_chain + n, slots 0 … D − 1.
  ///   shapes  ancestors [n], z [n, D], overwritten
  void propagate(const Exec& exec, const IndexVector& ancestors, const GaussianPotential& potential,
                 Rng rng, std::uint32_t step, const Matrix& z, std::uint64_t first_chain);

  const Matrix& directions() const { return directions_; }
  Index evaluations() const { return evaluations_; }

 private:
  std::unique_ptr<ScoreField> score_;
  Matrix directions_;  // [r, D]
  Matrix mean_;        // m [n, D]
  Matrix along_;       // v_iᵀ m [n, r]
  Real noise_ = 0;     // √v
  Index evaluations_ = 0;
};

/// SpecError unless the kernel is one separable Gaussian with noise (em, ddpm, ddim with eta > 0),
/// also in the step to s = 0 where `to_the_end`.
void require_conjugate_kernel(const KernelChoice& choice, bool to_the_end,
                              std::string_view sampler);

}  // namespace plumbline
