// Validation, normalisation and derived laws of Gaussian mixtures. mixture/README §1. Host code.
#include "mixture/gaussian_mixture.hpp"

#include <cmath>
#include <limits>
#include <set>

#include "core/errors.hpp"
#include "core/steps/stop.hpp"
#include "mixture/covariance.hpp"

namespace plumbline {
namespace {

using Key = std::string;

Key indexed(const char* key, Eigen::Index k) {
  return fmt::format("{}[{}]", key, k);
}

/// First entry that is not finite, or, when `non_negative`, below 0, of row k = "key[k]".
void check_entries(const char* key, const HostMatrix& rows, bool non_negative) {
  for (Eigen::Index k = 0; k < rows.rows(); ++k)
    for (Eigen::Index i = 0; i < rows.cols(); ++i)
      if (!std::isfinite(rows(k, i)) || (non_negative && rows(k, i) < 0))
        throw SpecError(indexed(key, k), fmt::format("{:.6g}", rows(k, i)),
                        non_negative ? "must be finite and ≥ 0" : "must be finite");
}

void check_count(const char* key, Eigen::Index count, Eigen::Index components) {
  if (count != components)
    throw SpecError(key, fmt::format("{} of them", count),
                    fmt::format("must be one per component: {} (as many as means)", components));
}

/// log π_k = log(w_k / Σ w).
HostVector normalised_logs(HostVector weights, const HostMatrix& means) {
  if (means.rows() < 1 || means.cols() < 1)
    throw SpecError("means", fmt::format("{} × {}", means.rows(), means.cols()),
                    "needs at least one component in at least one dimension");
  check_count("weights", weights.size(), means.rows());
  check_entries("weights", HostMatrix(weights), true);
  check_entries("means", means, false);
  const Real largest = weights.maxCoeff();
  if (!(largest > 0)) throw SpecError("weights", "all 0", "must have a positive sum");
  if (!std::isfinite(weights.sum()))
    throw SpecError("weights", fmt::format("up to {:.6g}", largest), "must have a finite sum");
  const Real sum = (weights / largest).sum();
  for (Real& w : weights) {
    Real log_w = std::log(w / largest / sum);
    if (w > 0 && log_w < -700)  // too small beside the largest, but not 0
      log_w = std::log(w) - std::log(largest) - std::log(sum);
    w = log_w;
  }
  return weights;
}

/// Eigendecomposition of covariances[k] after the checks that make it a covariance.
SymmetricEigen checked_eigen(const HostMatrix& c, Eigen::Index k, Eigen::Index d) {
  const Key key = indexed("covariances", k);
  if (c.rows() != d || c.cols() != d)
    throw SpecError(key, fmt::format("{} × {}", c.rows(), c.cols()),
                    fmt::format("must be {} × {}, as the means have {} coordinates", d, d, d));
  if (!c.allFinite()) throw SpecError(key, "an entry that is not finite", "must be finite numbers");
  if (const auto at = asymmetry(c, precision_of(c))) {
    const Eigen::Index i = at->row, j = at->column;
    throw SpecError(
        key, fmt::format("[{}][{}] = {:.9g} but [{}][{}] = {:.9g}", i, j, c(i, j), j, i, c(j, i)),
        "must be a symmetric matrix");
  }
  SymmetricEigen eigen = symmetric_eigen((c + c.transpose()) / 2);
  const Real least = eigen.values.minCoeff(), most = eigen.values.maxCoeff();
  if (!(least > rank_threshold(eigen.values, double_epsilon)))
    throw SpecError(
        key, fmt::format("smallest eigenvalue {:.3g}, largest {:.3g}", least, most),
        fmt::format("must be a positive definite matrix: every eigenvalue above {} × 2.2e-16 × "
                    "the largest, which is what rounding makes of 0",
                    d));
  return eigen;
}

}  // namespace

GaussianMixture GaussianMixture::isotropic(HostVector weights, HostMatrix means,
                                           HostVector variances) {
  GaussianMixture out;
  out.set_weights(normalised_logs(std::move(weights), means));
  check_count("variances", variances.size(), means.rows());
  check_entries("variances", HostMatrix(variances), true);
  out.kind_ = CovarianceKind::isotropic;
  out.means_ = std::move(means);
  out.eigenvalues_ = std::move(variances);
  return out;
}

GaussianMixture GaussianMixture::diagonal(HostVector weights, HostMatrix means,
                                          HostMatrix variances) {
  GaussianMixture out;
  out.set_weights(normalised_logs(std::move(weights), means));
  check_count("variances", variances.rows(), means.rows());
  if (variances.cols() != means.cols())
    throw SpecError("variances", fmt::format("{} per component", variances.cols()),
                    fmt::format("must be one per coordinate: {}", means.cols()));
  check_entries("variances", variances, true);
  out.kind_ = CovarianceKind::diagonal;
  out.means_ = std::move(means);
  out.eigenvalues_ = std::move(variances);
  return out;
}

GaussianMixture GaussianMixture::full(HostVector weights, HostMatrix means,
                                      std::vector<HostMatrix> covariances) {
  GaussianMixture out;
  out.set_weights(normalised_logs(std::move(weights), means));
  check_count("covariances", static_cast<Eigen::Index>(covariances.size()), means.rows());
  out.kind_ = CovarianceKind::full;
  out.eigenvalues_.resize(means.rows(), means.cols());
  for (Eigen::Index k = 0; k < means.rows(); ++k) {
    if (k > 0 && covariances[k] == covariances[k - 1]) {
      out.eigenvalues_.row(k) = out.eigenvalues_.row(k - 1);
      out.eigenvectors_.push_back(out.eigenvectors_.back());
      continue;
    }
    stop_if_asked();
    SymmetricEigen eigen = checked_eigen(covariances[k], k, means.cols());
    out.eigenvalues_.row(k) = eigen.values.transpose();
    out.eigenvectors_.push_back(std::move(eigen.vectors));
  }
  for (HostMatrix& c : covariances) c = symmetrised(c);
  out.means_ = std::move(means);
  out.covariances_ = std::move(covariances);
  return out;
}

GaussianMixture GaussianMixture::from_factors(HostVector weights, HostMatrix means,
                                              const std::vector<HostMatrix>& factors) {
  check_count("covariances", static_cast<Eigen::Index>(factors.size()), means.rows());
  std::vector<HostMatrix> vectors;
  HostMatrix values(means.rows(), means.cols());
  for (Eigen::Index k = 0; k < means.rows(); ++k) {
    if (factors[k].rows() != means.cols() || !factors[k].allFinite())
      throw SpecError(indexed("covariances", k),
                      fmt::format("a factor with {} rows", factors[k].rows()),
                      fmt::format("must be {} rows of finite numbers", means.cols()));
    stop_if_asked();
    SymmetricEigen eigen = factor_eigen(factors[k]);
    values.row(k) = eigen.values.transpose();
    vectors.push_back(std::move(eigen.vectors));
  }
  GaussianMixture out =
      from_eigen(std::move(weights), std::move(means), std::move(vectors), std::move(values));
  for (std::size_t k = 0; k < factors.size(); ++k)
    out.covariances_[k] = factors[k] * factors[k].transpose();
  return out;
}

GaussianMixture GaussianMixture::from_eigen(HostVector weights, HostMatrix means,
                                            std::vector<HostMatrix> eigenvectors,
                                            HostMatrix eigenvalues) {
  GaussianMixture out;
  out.set_weights(normalised_logs(std::move(weights), means));
  check_count("covariances", static_cast<Eigen::Index>(eigenvectors.size()), means.rows());
  check_entries("covariances", eigenvalues, true);
  out.kind_ = CovarianceKind::full;
  for (Eigen::Index k = 0; k < means.rows(); ++k) {
    const HostMatrix factor = eigenvectors[k] * eigenvalues.row(k).cwiseSqrt().asDiagonal();
    out.covariances_.push_back(factor * factor.transpose());
  }
  out.means_ = std::move(means);
  out.eigenvalues_ = std::move(eigenvalues);
  out.eigenvectors_ = std::move(eigenvectors);
  return out;
}

GaussianMixture GaussianMixture::points(HostMatrix means) {
  const Eigen::Index k = means.rows();
  return isotropic(HostVector::Ones(k), std::move(means), HostVector::Zero(k));
}

void GaussianMixture::set_weights(HostVector log_weights) {
  log_weights_ = std::move(log_weights);
  weights_ = exp_of(log_weights_);
}

HostMatrix GaussianMixture::covariance(int k) const {
  const int d = dimension();
  switch (kind_) {
    case CovarianceKind::isotropic:
      return eigenvalues_(k, 0) * HostMatrix::Identity(d, d);
    case CovarianceKind::diagonal:
      return eigenvalues_.row(k).asDiagonal();
    case CovarianceKind::full:
      break;
  }
  return covariances_[k];
}

HostMatrix GaussianMixture::factor(int k) const {
  const int d = dimension();
  switch (kind_) {
    case CovarianceKind::isotropic:
      return std::sqrt(eigenvalues_(k, 0)) * HostMatrix::Identity(d, d);
    case CovarianceKind::diagonal:
      return eigenvalues_.row(k).cwiseSqrt().asDiagonal();
    case CovarianceKind::full:
      break;
  }
  return eigenvectors_[k] * eigenvalues_.row(k).cwiseSqrt().asDiagonal();
}

bool GaussianMixture::singular() const {
  return eigenvalues_.minCoeff() == 0;
}

HostVector GaussianMixture::mean() const {
  return means_.transpose() * weights_;
}

HostMatrix GaussianMixture::total_covariance() const {
  const HostVector center = mean();
  HostMatrix total = HostMatrix::Zero(dimension(), dimension());
  for (int k = 0; k < components(); ++k) {
    const HostVector shift = means_.row(k).transpose() - center;
    total += weights_(k) * (covariance(k) + shift * shift.transpose());
  }
  return total;
}

GaussianMixture GaussianMixture::marginal(const std::vector<int>& coordinates) const {
  const std::set<int> distinct(coordinates.begin(), coordinates.end());
  PLUMBLINE_REQUIRE(!coordinates.empty() && distinct.size() == coordinates.size() &&
                        *distinct.begin() >= 0 && *distinct.rbegin() < dimension(),
                    "marginal: distinct coordinates below {}", dimension());
  GaussianMixture out;
  out.kind_ = kind_;
  out.log_weights_ = log_weights_;
  out.weights_ = weights_;
  out.means_ = means_(Eigen::all, coordinates);
  if (kind_ == CovarianceKind::isotropic) out.eigenvalues_ = eigenvalues_;
  if (kind_ == CovarianceKind::diagonal) out.eigenvalues_ = eigenvalues_(Eigen::all, coordinates);
  if (kind_ != CovarianceKind::full) return out;
  out.eigenvalues_.resize(components(), out.dimension());
  for (int k = 0; k < components(); ++k) {
    SymmetricEigen eigen = factor_eigen(factor(k)(coordinates, Eigen::all));
    out.eigenvalues_.row(k) = eigen.values.transpose();
    out.eigenvectors_.push_back(std::move(eigen.vectors));
    out.covariances_.push_back(covariances_[k](coordinates, coordinates));
  }
  return out;
}

GaussianMixture GaussianMixture::components_of(const std::vector<int>& list) const {
  PLUMBLINE_REQUIRE(!list.empty(), "components_of: at least one component");
  GaussianMixture out;
  out.kind_ = kind_;
  out.means_ = means_(list, Eigen::all);
  out.eigenvalues_ = eigenvalues_(list, Eigen::all);
  if (kind_ == CovarianceKind::full)
    for (int k : list) {
      out.eigenvectors_.push_back(eigenvectors_[k]);
      out.covariances_.push_back(covariances_[k]);
    }
  return out.with_log_weights(log_weights_(list));
}

GaussianMixture GaussianMixture::with_log_weights(const HostVector& log_weights) const {
  PLUMBLINE_REQUIRE(log_weights.size() == means_.rows(), "one log weight per component: {} for {}",
                    log_weights.size(), means_.rows());
  const Real total = log_sum_exp(log_weights);
  PLUMBLINE_REQUIRE(std::isfinite(total), "log weights sum to e^{}", total);
  GaussianMixture out = *this;
  out.set_weights(log_weights.array() - total);
  return out;
}

}  // namespace plumbline
