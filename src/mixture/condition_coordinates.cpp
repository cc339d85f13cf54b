// p(x | y) when some coordinates are observed without noise, and back to all coordinates.
// mixture/README §4.
#include <algorithm>
#include <cmath>

#include "core/errors.hpp"
#include "core/steps/stop.hpp"
#include "mixture/condition.hpp"
#include "mixture/detail/latent_update.hpp"

namespace plumbline {
namespace {

[[noreturn]] void singular_coordinates(int k) {
  throw SpecError("observed", fmt::format("coordinates that are singular in component {}", k),
                  "must have a positive definite covariance");
}

/// Independent coordinates: the free ones keep their law, only the weights learn from y.
Conditioned condition_independent(const GaussianMixture& prior, const std::vector<int>& free,
                                  const std::vector<int>& observed, const HostVector& y) {
  HostVector log_joint = prior.log_weights();
  for (int k = 0; k < prior.components(); ++k)
    for (std::size_t j = 0; j < observed.size(); ++j) {
      const int column = prior.kind() == CovarianceKind::isotropic ? 0 : observed[j];
      const Real v = prior.eigenvalues()(k, column), r = y(j) - prior.means()(k, observed[j]);
      if (!(v > 0)) singular_coordinates(k);
      log_joint(k) -= (r * r / v + std::log(v) + log_2pi) / 2;
    }
  return detail::reweighted(prior.marginal(free), log_joint, y);
}

/// z = μ + F ξ: given F_observed ξ = y − μ_observed, ξ is free in the null space Q₀ of F_observed,
/// and the covariance of x is (F_free Q₀)(F_free Q₀)ᵀ. Nothing is subtracted.
Conditioned condition_full(const GaussianMixture& prior, const std::vector<int>& free,
                           const std::vector<int>& observed, const HostVector& y) {
  HostMatrix means(prior.components(), static_cast<Eigen::Index>(free.size()));
  std::vector<HostMatrix> factors;
  HostVector log_joint = prior.log_weights();
  for (int k = 0; k < prior.components(); ++k) {
    stop_if_asked();
    const HostMatrix factor = prior.factor(k);
    const detail::LatentMap map = detail::latent_map(factor(observed, Eigen::all));
    if (!detail::full_row_rank(map, 1)) singular_coordinates(k);
    const HostVector mu = prior.means().row(k);
    const detail::LatentUpdate update =
        detail::latent_update(map, 1, detail::Noise::none, y - mu(observed));
    const HostMatrix free_factor = factor(free, Eigen::all);
    means.row(k) = (mu(free) + free_factor * update.mean).transpose();
    factors.push_back(free_factor * map.q.rightCols(static_cast<Eigen::Index>(free.size())));
    log_joint(k) += update.log_likelihood;
  }
  const HostVector ones = HostVector::Ones(prior.components());
  return detail::reweighted(GaussianMixture::from_factors(ones, means, factors), log_joint, y);
}

}  // namespace

Conditioned condition_coordinates(const GaussianMixture& prior, const std::vector<int>& observed,
                                  const HostVector& y) {
  const std::vector<int> free = complement(observed, prior.dimension());
  if (observed.empty() || free.empty())
    throw SpecError("observed", fmt::format("{} coordinates", observed.size()),
                    fmt::format("must be at least one and fewer than {}", prior.dimension()));
  if (y.size() != static_cast<Eigen::Index>(observed.size()))
    throw SpecError("y", fmt::format("{} numbers", y.size()),
                    fmt::format("must be {}: one per observed coordinate", observed.size()));
  if (!y.allFinite()) throw SpecError("y", "an entry that is not finite", "must be finite numbers");
  if (prior.kind() == CovarianceKind::full) return condition_full(prior, free, observed, y);
  return condition_independent(prior, free, observed, y);
}

std::vector<int> complement(const std::vector<int>& observed, int dimension) {
  std::vector<bool> seen(dimension, false);
  for (int i : observed) {
    if (i < 0 || i >= dimension || seen[i])
      throw SpecError("observed", fmt::format("{}", i),
                      fmt::format("must be distinct coordinates 0…{}", dimension - 1));
    seen[i] = true;
  }
  std::vector<int> free;
  for (int i = 0; i < dimension; ++i)
    if (!seen[i]) free.push_back(i);
  return free;
}

GaussianMixture embed(const GaussianMixture& mixture, const std::vector<int>& free,
                      const std::vector<int>& observed, const HostVector& y) {
  const int components = mixture.components(), d = mixture.dimension();
  const int all = d + static_cast<int>(observed.size());
  PLUMBLINE_REQUIRE(static_cast<int>(free.size()) == d && complement(observed, all) == free,
                    "embed: {} free and {} observed coordinates of {}", free.size(),
                    observed.size(), all);
  HostMatrix means(components, all), values = HostMatrix::Zero(components, all);
  means(Eigen::all, free) = mixture.means();
  means(Eigen::all, observed) = y.transpose().replicate(components, 1);
  const HostVector ones = HostVector::Ones(components);

  if (mixture.kind() != CovarianceKind::full) {
    for (int k = 0; k < components; ++k)
      for (int j = 0; j < d; ++j)
        values(k, free[j]) =
            mixture.eigenvalues()(k, mixture.kind() == CovarianceKind::isotropic ? 0 : j);
    return GaussianMixture::diagonal(ones, means, values).with_log_weights(mixture.log_weights());
  }
  values.rightCols(d) = mixture.eigenvalues();
  std::vector<HostMatrix> vectors(components, HostMatrix::Zero(all, all));
  for (int k = 0; k < components; ++k) {
    for (std::size_t j = 0; j < observed.size(); ++j) vectors[k](observed[j], j) = 1;
    for (int i = 0; i < d; ++i)
      vectors[k].row(free[i]).rightCols(d) = mixture.eigenvectors(k).row(i);
  }
  return GaussianMixture::from_eigen(ones, means, vectors, values)
      .with_log_weights(mixture.log_weights());
}

}  // namespace plumbline
