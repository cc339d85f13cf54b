// p(z | y) for y = A z + η, η ~ N(0, noise): the Kalman update of every component. mixture/README
// §4.
#include "mixture/condition.hpp"

#include <cmath>
#include <optional>

#include "core/errors.hpp"
#include "core/steps/stop.hpp"
#include "mixture/covariance.hpp"
#include "mixture/detail/latent_update.hpp"

namespace plumbline {
namespace {

using detail::LatentMap;
using detail::LatentUpdate;
using detail::Noise;

void check_sizes(const GaussianMixture& prior, const HostMatrix& a, const HostMatrix& noise,
                 const HostVector& y) {
  const auto m = a.rows();
  if (m < 1 || a.cols() != prior.dimension())
    throw SpecError("A", fmt::format("{} × {}", a.rows(), a.cols()),
                    fmt::format("must be at least one row of {} numbers", prior.dimension()));
  require_noise_covariance("noise", noise, m);
  if (y.size() != m)
    throw SpecError("y", fmt::format("{} numbers", y.size()),
                    fmt::format("must be {}: one per row of A", m));
  if (!a.allFinite()) throw SpecError("A", "an entry that is not finite", "must be finite numbers");
  if (!y.allFinite()) throw SpecError("y", "an entry that is not finite", "must be finite numbers");
}

[[noreturn]] void singular_observation(int k) {
  throw SpecError(
      "A", fmt::format("A Σ Aᵀ is singular for component {}", k),
      "needs rows that are linearly independent on the support of every component, or some noise");
}

/// (y − A μ)_j with the dot product in twice the working precision: precise observations multiply
/// its rounding error by 1/noise.
HostVector residual(const HostMatrix& a, const HostVector& mu, const HostVector& y) {
  HostVector r(y.size());
  for (Eigen::Index j = 0; j < y.size(); ++j) {
    Real high = y(j), low = 0;
    for (Eigen::Index i = 0; i < mu.size(); ++i) {
      const Real product = -a(j, i) * mu(i);
      low += std::fma(-a(j, i), mu(i), -product);
      const Real sum = high + product, part = sum - high;
      low += (high - (sum - part)) + (product - part);
      high = sum;
    }
    r(j) = high + low;
  }
  return r;
}

/// Column of the one non-zero entry of each row of A, when the columns are distinct and the noise
/// is diagonal: then the coordinates of a diagonal prior stay independent.
std::optional<std::vector<int>> selected_columns(const HostMatrix& a, const HostMatrix& noise) {
  std::vector<int> columns;
  std::vector<bool> taken(a.cols(), false);
  for (Eigen::Index j = 0; j < a.rows(); ++j) {
    Eigen::Index i = 0;
    a.row(j).cwiseAbs().maxCoeff(&i);
    const bool single = a(j, i) != 0 && (a.row(j).array() != 0).count() == 1;
    const bool alone = (noise.row(j).array() != 0).count() == (noise(j, j) != 0 ? 1 : 0);
    if (!single || !alone || taken[i]) return {};
    taken[i] = true;
    columns.push_back(static_cast<int>(i));
  }
  return columns;
}

/// Isotropic and diagonal priors seen through selected coordinates: one-dimensional updates.
Conditioned condition_selected(const GaussianMixture& prior, const HostMatrix& a,
                               const HostMatrix& noise, const HostVector& y,
                               const std::vector<int>& columns) {
  HostMatrix means = prior.means(), variances(prior.components(), prior.dimension());
  HostVector log_joint = prior.log_weights();
  for (int k = 0; k < prior.components(); ++k) {
    if (prior.kind() == CovarianceKind::isotropic)
      variances.row(k).setConstant(prior.eigenvalues()(k, 0));
    else
      variances.row(k) = prior.eigenvalues().row(k);
    for (std::size_t j = 0; j < columns.size(); ++j) {
      const int i = columns[j];
      const Real scale = a(j, i), tau2 = noise(j, j), lambda = variances(k, i), mu = means(k, i);
      const Real v = std::fma(scale * scale, lambda, tau2);
      if (!(v > 0)) singular_observation(k);
      const Real r = std::fma(-scale, mu, y(j));
      log_joint(k) -= (r * r / v + std::log(v) + log_2pi) / 2;
      means(k, i) = mu * (tau2 / v) + scale * lambda / v * y(j);
      variances(k, i) = tau2 > 0 ? lambda * (tau2 / v) : Real(0);
    }
  }
  const HostVector ones = HostVector::Ones(prior.components());
  return detail::reweighted(GaussianMixture::diagonal(ones, means, variances), log_joint, y);
}

/// One component: posterior mean, and the update of ξ in z = μ + F ξ.
struct Whitened {
  HostMatrix a;  ///< L⁻¹ A
  Eigen::LLT<Eigen::MatrixXd> cholesky;
  Noise noise;

  HostVector residual_of(const HostMatrix& a0, const HostVector& mu, const HostVector& y) const {
    HostVector r = residual(a0, mu, y);
    if (noise == Noise::unit) cholesky.matrixL().solveInPlace(r);
    return r;
  }
  Real log_det() const {  // log det L: the Jacobian of whitening
    if (noise == Noise::none) return 0;
    return cholesky.matrixLLT().diagonal().array().log().sum();
  }
};

Whitened whiten(const HostMatrix& a, const HostMatrix& noise) {
  Whitened out{a, {}, noise.isZero(0) ? Noise::none : Noise::unit};
  if (out.noise == Noise::none) return out;
  out.cholesky.compute(noise);
  const Eigen::MatrixXd whitened = out.cholesky.matrixL().solve(Eigen::MatrixXd(a));
  out.a = whitened;
  return out;
}

/// Isotropic prior: F = σ I, so one decomposition serves all components and the posterior
/// eigenvalues σ²/(1 + σ² b²) are known to rounding.
Conditioned condition_isotropic(const GaussianMixture& prior, const HostMatrix& a,
                                const Whitened& white, const HostVector& y) {
  const int components = prior.components(), d = prior.dimension();
  const LatentMap map = detail::latent_map(white.a);
  HostMatrix means(components, d), eigenvalues(components, d);
  HostVector log_joint = prior.log_weights();
  for (int k = 0; k < components; ++k) {
    const Real sigma = std::sqrt(prior.eigenvalues()(k, 0));
    if (white.noise == Noise::none && !detail::full_row_rank(map, sigma)) singular_observation(k);
    const HostVector mu = prior.means().row(k);
    const LatentUpdate update =
        detail::latent_update(map, sigma, white.noise, white.residual_of(a, mu, y));
    means.row(k) = (mu + sigma * update.mean).transpose();
    eigenvalues.row(k) = prior.eigenvalues()(k, 0) * update.variance.transpose();
    log_joint(k) += update.log_likelihood - white.log_det();
  }
  const HostVector ones = HostVector::Ones(components);
  if (prior.eigenvalues().isZero(0))  // a data set stays a data set
    return detail::reweighted(GaussianMixture::isotropic(ones, means, HostVector::Zero(components)),
                              log_joint, y);
  const std::vector<HostMatrix> eigenvectors(components, map.q);
  return detail::reweighted(GaussianMixture::from_eigen(ones, means, eigenvectors, eigenvalues),
                            log_joint, y);
}

}  // namespace

void require_noise_covariance(const char* key, const HostMatrix& noise, Eigen::Index m) {
  if (noise.rows() != m || noise.cols() != m)
    throw SpecError(key, fmt::format("{} × {}", noise.rows(), noise.cols()),
                    fmt::format("must be {} × {}, one row per row of A", m, m));
  const auto entry = [&](Eigen::Index i, Eigen::Index j, const std::string& allowed) {
    return SpecError(fmt::format("{}[{}][{}]", key, i, j), fmt::format("{:.9g}", noise(i, j)),
                     allowed);
  };
  for (Eigen::Index i = 0; i < m; ++i)
    for (Eigen::Index j = 0; j < m; ++j)
      if (!std::isfinite(noise(i, j))) throw entry(i, j, "a finite number");
  if (const auto at = asymmetry(noise, precision_of(noise)))
    throw entry(at->row, at->column,
                fmt::format("symmetric: the other side is {:.9g}", noise(at->column, at->row)));
  if (noise.isZero(0)) return;
  const HostVector values = symmetric_eigen(noise).values;  // ascending
  if (!(values[0] > rank_threshold(values, double_epsilon)))
    throw SpecError(
        key, fmt::format("eigenvalues from {:.3g} to {:.3g}", values[0], values[m - 1]),
        "must be 0, or a positive definite covariance: exact rows of A beside noisy ones are "
        "not taken");
}

Conditioned condition_linear(const GaussianMixture& prior, const HostMatrix& a,
                             const HostMatrix& noise, const HostVector& y) {
  check_sizes(prior, a, noise, y);
  if (prior.kind() != CovarianceKind::full && !prior.eigenvalues().isZero(0))
    if (const auto columns = selected_columns(a, noise))
      return condition_selected(prior, a, noise, y, *columns);
  const Whitened white = whiten(a, noise);
  if (prior.kind() == CovarianceKind::isotropic) return condition_isotropic(prior, a, white, y);

  HostMatrix means(prior.components(), prior.dimension());
  std::vector<HostMatrix> factors;
  HostVector log_joint = prior.log_weights();
  for (int k = 0; k < prior.components(); ++k) {
    stop_if_asked();
    // z = μ_k + F_k ξ turns the observation into L⁻¹(y − A μ_k) = L⁻¹ A F_k ξ + unit noise
    const HostMatrix factor = prior.factor(k);
    const LatentMap map = detail::latent_map(white.a * factor);
    if (white.noise == Noise::none && !detail::full_row_rank(map, 1)) singular_observation(k);
    const HostVector mu = prior.means().row(k);
    const LatentUpdate update =
        detail::latent_update(map, 1, white.noise, white.residual_of(a, mu, y));
    means.row(k) = (mu + factor * update.mean).transpose();
    factors.push_back(factor * map.q * update.variance.cwiseSqrt().asDiagonal());
    log_joint(k) += update.log_likelihood - white.log_det();
  }
  const HostVector ones = HostVector::Ones(prior.components());
  return detail::reweighted(GaussianMixture::from_factors(ones, means, factors), log_joint, y);
}

Real log_normal(const HostVector& y, const HostVector& mean, const HostMatrix& covariance) {
  const Eigen::LLT<Eigen::MatrixXd> cholesky(covariance);
  if (cholesky.info() != Eigen::Success)
    throw SpecError("noise", "a covariance that is not positive definite",
                    "must be a positive definite covariance");
  const Eigen::VectorXd r = cholesky.matrixL().solve(y - mean);
  return -r.squaredNorm() / 2 - cholesky.matrixLLT().diagonal().array().log().sum() -
         static_cast<Real>(y.size()) * log_2pi / 2;
}

}  // namespace plumbline
