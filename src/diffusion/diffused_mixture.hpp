// The mixture pushed to time t of a noise process: still a mixture, so density, score and denoiser
// are exact (diffusion/README §1). A thin name for (mixture, process, t); the kernels live in
// mixture/.
#pragma once

#include "diffusion/processes/noise_process.hpp"
#include "mixture/evaluate.hpp"

namespace plumbline {

class DiffusedMixture {
 public:
  DiffusedMixture(const Exec& exec, const FactoredMixture& mixture, const NoiseProcess& process,
                  Real t);

  /// Move to another time: refills the tables in place, no allocation.
  void move_to(const Exec& exec, Real t);

  Real time() const { return time_; }
  const NoiseProcess& process() const { return process_; }
  const NoiseLevel& level() const { return tables_.level; }
  const MixtureTables& tables() const { return tables_; }

 private:
  NoiseProcess process_;
  Real time_;
  MixtureTables tables_;
};

/// ε̂(z, t) = −s_t ∇ log p_t(z) (note the sign).   shapes  z [n, D] → prediction [n, D]
void noise_prediction(const Exec& exec, const DiffusedMixture& mixture, const Matrix& z,
                      const Matrix& prediction);

/// p(z_0 | z_t = z) for one z, itself a mixture: weights r_k, means μ_k + a Σ_k S_k⁻¹ (z − a μ_k),
/// covariances s² Σ_k S_k⁻¹. Host.   shapes  z [D]
GaussianMixture clean_posterior(const GaussianMixture& mixture, const NoiseLevel& level,
                                const HostVector& z);

}  // namespace plumbline
