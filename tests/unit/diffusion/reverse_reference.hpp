// The exact reverse kernel as diffusion/README §2 prints it, dense and on the host, and moments of
// draws in units of their standard errors.
#pragma once

#include <algorithm>
#include <cmath>

#include "diffusion/processes/noise_process.hpp"
#include "mixture/gaussian_mixture.hpp"

namespace plumbline::testing_diffusion {

/// diffusion/README §2 as printed: G_k = a_{t|s} S_k(s) S_k(t)⁻¹, C_k = s²_{t|s} S_k(s) S_k(t)⁻¹,
/// dense.
struct Branch {
  Real log_weight;
  HostVector mean;
  HostMatrix covariance;
};
inline std::vector<Branch> branches(const GaussianMixture& mixture, const NoiseProcess& process,
                                    Real t, Real s, const HostVector& z) {
  const int d = mixture.dimension();
  const NoiseLevel at_t = process.at(t), at_s = process.at(s);
  const Transition transition = process.between(s, t);
  const HostMatrix identity = HostMatrix::Identity(d, d);
  std::vector<Branch> list;
  for (int k = 0; k < mixture.components(); ++k) {
    const HostMatrix c = mixture.covariance(k);
    const HostMatrix s_t = at_t.alpha * at_t.alpha * c + at_t.variance * identity;
    const HostMatrix s_s = at_s.alpha * at_s.alpha * c + at_s.variance * identity;
    const HostMatrix ratio = s_s * s_t.inverse();
    const HostVector mu = mixture.means().row(k).transpose();
    const HostVector offset = z - at_t.alpha * mu;
    list.push_back({mixture.log_weights()[k] -
                        (offset.dot(s_t.ldlt().solve(offset)) + std::log(s_t.determinant())) / 2,
                    at_s.alpha * mu + transition.alpha * (ratio * offset),
                    transition.variance * ratio});
  }
  HostVector log_weights(list.size());
  for (std::size_t k = 0; k < list.size(); ++k) log_weights[k] = list[k].log_weight;
  for (auto& branch : list) branch.log_weight -= log_sum_exp(log_weights);
  return list;
}

/// Largest |z| of the empirical mean and covariance of the rows against exact ones. Standard
/// errors: of a mean √(C_ii/n); of a covariance entry from the fourth moments, estimated from the
/// draws.
inline Real worst_z(const HostMatrix& x, const HostVector& mean, const HostMatrix& covariance) {
  const Real n = x.rows();
  const HostMatrix centred = x.rowwise() - mean.transpose();
  Real worst = 0;
  for (int i = 0; i < x.cols(); ++i) {
    worst = std::max(worst, std::abs(centred.col(i).mean()) / std::sqrt(covariance(i, i) / n));
    for (int j = 0; j <= i; ++j) {
      const HostVector product = centred.col(i).cwiseProduct(centred.col(j));
      const Real variance = (product.array() - product.mean()).square().mean();
      worst =
          std::max(worst, std::abs(product.mean() - covariance(i, j)) / std::sqrt(variance / n));
    }
  }
  return worst;
}

}  // namespace plumbline::testing_diffusion
