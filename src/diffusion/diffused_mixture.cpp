// The mixture at time t of a noise process, and p(z_0 | z_t) as a mixture on the host.
// diffusion/README §1.
#include "diffusion/diffused_mixture.hpp"

#include <cmath>

#include "core/arrays/elementwise.hpp"
#include "diffusion/parametrisation.hpp"

namespace plumbline {
namespace {

/// log π_k N(z; a μ_k, S_k) and the mean and covariance eigenvalues of z_0 | z_t = z, component k.
struct ComponentPosterior {
  Real log_weight;
  HostVector mean;      // [D]
  HostVector variance;  // [D] s² Λ/S, in the eigenbasis
};

ComponentPosterior component_posterior(const GaussianMixture& mixture, const NoiseLevel& level,
                                       const HostVector& z, int k) {
  const int dimension = mixture.dimension();
  const HostVector mu = mixture.means().row(k).transpose();
  const bool full = mixture.kind() == CovarianceKind::full;
  const bool isotropic = mixture.kind() == CovarianceKind::isotropic;
  HostVector offset(dimension);  // z − a μ = (z − μ) − (a − 1) μ: accurate as a → 1
  for (int i = 0; i < dimension; ++i) offset[i] = (z[i] - mu[i]) - level.alpha_minus_one * mu[i];
  if (full) offset = mixture.eigenvectors(k).transpose() * offset;

  ComponentPosterior out = {mixture.log_weights()[k], HostVector(dimension), HostVector(dimension)};
  for (int j = 0; j < dimension; ++j) {
    const Real lambda = mixture.eigenvalues()(k, isotropic ? 0 : j);
    const Real total = level.alpha * level.alpha * lambda + level.variance;
    PLUMBLINE_REQUIRE(total > 0, "component {} has zero variance and there is no noise", k);
    out.log_weight -= (offset[j] * offset[j] / total + std::log(total)) / 2;
    out.mean[j] = level.alpha * lambda / total * offset[j];
    out.variance[j] = level.variance * lambda / total;
  }
  if (full) out.mean = mixture.eigenvectors(k) * out.mean;
  out.mean += mu;
  return out;
}

}  // namespace

DiffusedMixture::DiffusedMixture(const Exec& exec, const FactoredMixture& mixture,
                                 const NoiseProcess& process, Real t)
    : process_(process), time_(t), tables_(tables_at(exec, mixture, process.at(t))) {}

void DiffusedMixture::move_to(const Exec& exec, Real t) {
  if (t == time_) return;
  retable(exec, process_.at(t), tables_);
  time_ = t;
}

void noise_prediction(const Exec& exec, const DiffusedMixture& mixture, const Matrix& z,
                      const Matrix& prediction) {
  score(exec, mixture.tables(), z, prediction);
  scale(exec, noise_per_score(mixture.level()), prediction);
}

GaussianMixture clean_posterior(const GaussianMixture& mixture, const NoiseLevel& level,
                                const HostVector& z) {
  const int components = mixture.components(), dimension = mixture.dimension();
  PLUMBLINE_REQUIRE(z.size() == dimension, "z has {} entries, the mixture {}", z.size(), dimension);
  HostVector log_weights(components);
  HostMatrix means(components, dimension), variances(components, dimension);
  for (int k = 0; k < components; ++k) {
    const ComponentPosterior posterior = component_posterior(mixture, level, z, k);
    log_weights[k] = posterior.log_weight;
    means.row(k) = posterior.mean.transpose();
    variances.row(k) = posterior.variance.transpose();
  }

  const HostVector equal = HostVector::Ones(components);
  switch (mixture.kind()) {
    case CovarianceKind::isotropic:
      return GaussianMixture::isotropic(equal, means, variances.col(0))
          .with_log_weights(log_weights);
    case CovarianceKind::diagonal:
      return GaussianMixture::diagonal(equal, means, variances).with_log_weights(log_weights);
    case CovarianceKind::full:
      break;
  }
  std::vector<HostMatrix> factors;
  factors.reserve(static_cast<std::size_t>(components));
  for (int k = 0; k < components; ++k)
    factors.push_back(mixture.eigenvectors(k) *
                      variances.row(k).cwiseSqrt().transpose().asDiagonal());
  return GaussianMixture::from_factors(equal, means, factors).with_log_weights(log_weights);
}

}  // namespace plumbline
