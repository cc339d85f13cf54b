// Σ_k π_k N(μ_k, Σ_k) on the host: validated on construction, immutable after. mixture/README §1.
#pragma once

#include <vector>

#include "core/arrays.hpp"

namespace plumbline {

inline constexpr Real log_2pi = 1.8378770664093454836;

/// How Σ_k is stored, and so which kernel runs. A data set is `isotropic` with variance 0.
enum class CovarianceKind { isotropic, diagonal, full };
constexpr auto names(CovarianceKind) {
  return std::array{"isotropic", "diagonal", "full"};
}

/// K weights, means and covariances in D dimensions.
///
/// Factories normalise the weights (they must be ≥ 0, finite, with a positive sum; components of
/// weight 0 are kept) and throw SpecError with keys "weights[k]", "means[k]", "variances[k]",
/// "covariances[k]" (without [k] for sizes) when sizes disagree, a number is not finite, a
/// covariance is not symmetric or not of full rank (mixture/covariance.hpp). Variance 0 is legal
/// (data sets, noise-free directions): density and score then need noise added.
class GaussianMixture {
 public:
  /// variances [K]
  static GaussianMixture isotropic(HostVector weights, HostMatrix means, HostVector variances);
  /// variances [K, D]
  static GaussianMixture diagonal(HostVector weights, HostMatrix means, HostMatrix variances);
  /// covariances K × [D, D]; strictly positive definite
  static GaussianMixture full(HostVector weights, HostMatrix means,
                              std::vector<HostMatrix> covariances);
  /// Σ_k = F_k F_kᵀ, F_k [D, r]; r < D gives a singular covariance on purpose. Small eigenvalues
  /// keep a relative accuracy of ε√cond.
  static GaussianMixture from_factors(HostVector weights, HostMatrix means,
                                      const std::vector<HostMatrix>& factors);
  /// Σ_k = U_k diag(Λ_k) U_kᵀ from orthonormal eigenvectors (columns) and eigenvalues ≥ 0 [K, D],
  /// ascending, that are known better than a decomposition would find them.
  static GaussianMixture from_eigen(HostVector weights, HostMatrix means,
                                    std::vector<HostMatrix> eigenvectors, HostMatrix eigenvalues);
  /// K points of equal weight, covariance 0 (mixture/README §1).
  static GaussianMixture points(HostMatrix means);

  int components() const { return static_cast<int>(means_.rows()); }
  int dimension() const { return static_cast<int>(means_.cols()); }
  CovarianceKind kind() const { return kind_; }

  const HostVector& weights() const { return weights_; }          ///< [K], sums to 1
  const HostVector& log_weights() const { return log_weights_; }  ///< [K]
  const HostMatrix& means() const { return means_; }              ///< [K, D]

  /// Eigenvalues of Σ_k: [K, 1] isotropic, [K, D] otherwise (diagonal entries for `diagonal`).
  const HostMatrix& eigenvalues() const { return eigenvalues_; }
  /// Columns are the eigenvectors of Σ_k; only for `full`.
  const HostMatrix& eigenvectors(int k) const { return eigenvectors_[k]; }
  /// Σ_k [D, D], whatever the kind.
  HostMatrix covariance(int k) const;
  /// F [D, D] with Σ_k = F Fᵀ (eigenvectors times root eigenvalues).
  HostMatrix factor(int k) const;
  /// True when some Σ_k has a zero eigenvalue: the density exists only at positive noise.
  bool singular() const;

  HostVector mean() const;              ///< Σ π_k μ_k  [D]
  HostMatrix total_covariance() const;  ///< covariance of the mixture [D, D]

  /// The law of the listed coordinates.
  GaussianMixture marginal(const std::vector<int>& coordinates) const;
  /// The listed components with renormalised weights.
  GaussianMixture components_of(const std::vector<int>& list) const;
  /// The same means and covariances with other log weights (unnormalised, not all −∞).
  GaussianMixture with_log_weights(const HostVector& log_weights) const;

 private:
  GaussianMixture() = default;
  void set_weights(HostVector log_weights);  // normalised

  CovarianceKind kind_ = CovarianceKind::isotropic;
  HostVector weights_, log_weights_;
  HostMatrix means_, eigenvalues_;
  std::vector<HostMatrix> eigenvectors_, covariances_;  // covariances_: as given, `full` only
};

}  // namespace plumbline
