// Log-density and score of a mixture at one point by the formula, in extended precision: what fast
// kernels are compared with where 50 digits would take minutes. Eigenvectors are the mixture's own.
#pragma once

#include <cmath>
#include <vector>

#include "mixture/gaussian_mixture.hpp"
#include "mixture/noise_level.hpp"

namespace plumbline::bench {

struct SlowValues {
  Real log_density = 0;
  HostVector score;
};

/// Σ_k r_k S_k⁻¹ (a μ_k − z), S_k = U_k (a² Λ_k + s²) U_kᵀ.   cost  K D² long doubles, K D without
/// eigenvectors
inline SlowValues slow_values(const GaussianMixture& mixture, const NoiseLevel& level,
                              const HostVector& z) {
  using Long = long double;
  const int components = mixture.components(), d = mixture.dimension();
  const bool full = mixture.kind() == CovarianceKind::full;
  const Long a = level.alpha, s2 = level.variance;
  std::vector<Long> log_term(static_cast<std::size_t>(components));
  std::vector<std::vector<Long>> pull(log_term.size(),
                                      std::vector<Long>(static_cast<std::size_t>(d)));
  Long largest = -INFINITY;
  for (int k = 0; k < components; ++k) {
    std::vector<Long> scaled(static_cast<std::size_t>(d));
    Long log_p = std::log(Long(mixture.weights()(k)));
    for (int j = 0; j < d; ++j) {
      Long along = 0;
      if (full)
        for (int i = 0; i < d; ++i)
          along +=
              Long(mixture.eigenvectors(k)(i, j)) * (a * Long(mixture.means()(k, i)) - Long(z(i)));
      else
        along = a * Long(mixture.means()(k, j)) - Long(z(j));
      const Long lambda = mixture.eigenvalues()(k, mixture.eigenvalues().cols() == 1 ? 0 : j);
      const Long variance = a * a * lambda + s2;
      log_p -= 0.5L *
               (along * along / variance + std::log(2 * 3.14159265358979323846264338L * variance));
      scaled[static_cast<std::size_t>(j)] = along / variance;
    }
    const auto at = static_cast<std::size_t>(k);
    for (int i = 0; i < d; ++i)
      if (full)
        for (int j = 0; j < d; ++j)
          pull[at][static_cast<std::size_t>(i)] +=
              Long(mixture.eigenvectors(k)(i, j)) * scaled[static_cast<std::size_t>(j)];
      else
        pull[at][static_cast<std::size_t>(i)] = scaled[static_cast<std::size_t>(i)];
    log_term[at] = log_p;
    largest = std::max(largest, log_p);
  }
  Long sum = 0;
  std::vector<Long> score(static_cast<std::size_t>(d), 0);
  for (std::size_t k = 0; k < log_term.size(); ++k) {
    const Long weight = std::exp(log_term[k] - largest);
    sum += weight;
    for (std::size_t i = 0; i < score.size(); ++i) score[i] += weight * pull[k][i];
  }
  SlowValues out{static_cast<Real>(largest + std::log(sum)), HostVector(d)};
  for (int i = 0; i < d; ++i)
    out.score(i) = static_cast<Real>(score[static_cast<std::size_t>(i)] / sum);
  return out;
}

}  // namespace plumbline::bench
