// Kernel means of mixtures: terms of one component as tables, draws in blocks of 16.
#include "metrics/kernels/mixture_kernel.hpp"

#include <cmath>
#include <numbers>

#include "core/math.hpp"
#include "core/steps/stop.hpp"
#include "metrics/kernels/pair_means.hpp"

namespace plumbline {
namespace {

constexpr Real node_step = 0.4;  // in the logarithm of the rate

/// What the terms of κ become when averaged over N(·, U diag(λ) Uᵀ).
struct AveragedTerms {
  Vector factor;   ///< π weight_j Π_i (1 + 2 s_j λ_i)^{−1/2}  [J]
  Matrix decay;    ///< s_j / (1 + 2 s_j λ_i)  [J, d], or [J, 1] isotropic
  Real quadratic;  ///< π quadratic
  Real constant;   ///< π (offset + quadratic Σ λ)
};

/// λ with its multiplicity: d once each, or one d times.
AveragedTerms averaged(const GaussianSum& kappa, Real pi, const HostVector& lambda,
                       int multiplicity) {
  const Index terms = static_cast<Index>(kappa.rate.size());
  HostVector factor(terms);
  HostMatrix decay(terms, lambda.size());
  for (Index j = 0; j < terms; ++j) {
    const HostVector widened = 1 + 2 * kappa.rate[j] * lambda.array();
    const Real log_det = multiplicity * widened.array().log().sum();
    factor[j] = pi * kappa.weight[j] * std::exp(-0.5 * log_det);
    decay.row(j) = (kappa.rate[j] / widened.array()).matrix().transpose();
  }
  return {to_device("factor", factor), to_device("decay", decay), pi * kappa.quadratic,
          pi * (kappa.offset + kappa.quadratic * multiplicity * lambda.sum())};
}

/// squares(0, n) = |x_n − μ|²
void distances_to(const Exec& exec, const Matrix& xt, const Vector& mu, const Matrix& squares) {
  const int d = xt.extent_int(0);
  parallel_over(
      exec, "plumbline::metrics::distances_to", xt.extent(1), KOKKOS_LAMBDA(Index n) {
        Real sum = 0;
        for (int i = 0; i < d; ++i) sum = Kokkos::fma(xt(i, n) - mu(i), xt(i, n) - mu(i), sum);
        squares(0, n) = sum;
      });
}

/// squares(j, n) = (Σ_i U_ij (x_n − μ)_i)²
void rotated_squares(const Exec& exec, const Matrix& xt, const Vector& mu, const Matrix& u,
                     const Matrix& squares) {
  const int d = xt.extent_int(0);
  parallel_over(
      exec, "plumbline::metrics::rotated_squares", xt.extent(1), KOKKOS_LAMBDA(Index n) {
        for (int j = 0; j < d; ++j) {
          Real sum = 0;
          for (int i = 0; i < d; ++i) sum = Kokkos::fma(u(i, j), xt(i, n) - mu(i), sum);
          squares(j, n) = sum * sum;
        }
      });
}

void coordinate_squares(const Exec& exec, const Matrix& xt, const Vector& mu,
                        const Matrix& squares) {
  const int d = xt.extent_int(0);
  parallel_over(
      exec, "plumbline::metrics::coordinate_squares", xt.extent(1), KOKKOS_LAMBDA(Index n) {
        for (int i = 0; i < d; ++i) squares(i, n) = (xt(i, n) - mu(i)) * (xt(i, n) - mu(i));
      });
}

/// mean(n) += what one component adds.   shapes  squares [rows, n padded], mean [n]
void add_component(const Exec& exec, const AveragedTerms& terms, const Matrix& squares,
                   const Vector& mean) {
  const int rows = squares.extent_int(0), count = terms.factor.extent_int(0);
  const Index n = mean.extent(0);
  parallel_over(
      exec, "plumbline::metrics::mean_against", squares.extent(1) / block_width,
      KOKKOS_LAMBDA(Index block) {
        const Index first = block * block_width;
        Real square[block_width] = {}, sum[block_width];
        for (int i = 0; i < rows; ++i)
          for (int l = 0; l < block_width; ++l) square[l] += squares(i, first + l);
        for (int l = 0; l < block_width; ++l)
          sum[l] = Kokkos::fma(terms.quadratic, square[l], terms.constant);
        for (int j = 0; j < count; ++j) {
          Real exponent[block_width] = {};
          for (int i = 0; i < rows; ++i) {
            const Real* const row = &squares(i, first);
            const Real decay = terms.decay(j, i);
#pragma omp simd
            for (int l = 0; l < block_width; ++l)
              exponent[l] = Kokkos::fma(-decay, row[l], exponent[l]);
          }
          const Real factor = terms.factor(j);
#pragma omp simd
          for (int l = 0; l < block_width; ++l)
            sum[l] = Kokkos::fma(factor, exp(exponent[l]), sum[l]);
        }
        for (Index l = first; l < n && l < first + block_width; ++l) mean(l) += sum[l - first];
      });
}

/// E κ(|Z|), Z ~ N(m, diag(λ)), λ each `multiplicity` times with the squares of m summed.
Real averaged_at(const GaussianSum& kappa, const HostVector& squares, const HostVector& lambda,
                 int multiplicity) {
  Real sum = kappa.offset + kappa.quadratic * (squares.sum() + multiplicity * lambda.sum());
  for (std::size_t j = 0; j < kappa.rate.size(); ++j) {
    const auto widened = 1 + 2 * kappa.rate[j] * lambda.array();
    sum += kappa.weight[j] * std::exp(-0.5 * multiplicity * widened.log().sum() -
                                      (kappa.rate[j] * squares.array() / widened).sum());
  }
  return sum;
}

Real averaged_pair(const GaussianSum& kappa, const GaussianMixture& mixture, int k, int l) {
  const HostVector shift = (mixture.means().row(k) - mixture.means().row(l)).transpose();
  if (mixture.kind() != CovarianceKind::full) {
    const HostVector lambda =
        (mixture.eigenvalues().row(k) + mixture.eigenvalues().row(l)).transpose();
    if (mixture.kind() == CovarianceKind::diagonal)
      return averaged_at(kappa, shift.cwiseAbs2(), lambda, 1);
    return averaged_at(kappa, HostVector::Constant(1, shift.squaredNorm()), lambda,
                       mixture.dimension());
  }
  const SymmetricEigen eigen = symmetric_eigen(mixture.covariance(k) + mixture.covariance(l));
  const HostVector rotated = eigen.vectors.transpose() * shift;
  return averaged_at(kappa, rotated.cwiseAbs2(), eigen.values.cwiseMax(0), 1);
}

}  // namespace

GaussianSum inverse_multiquadric_sum(Real h) {
  GaussianSum sum;
  for (Real u = -52; u < 4; u += node_step) {
    sum.rate.push_back(std::exp(u) / (h * h));
    sum.weight.push_back(node_step * std::numbers::inv_sqrtpi * std::exp(u / 2 - std::exp(u)));
  }
  return sum;
}

GaussianSum distance_sum(Real largest) {
  const Real scale = node_step * std::numbers::inv_sqrtpi / 2;
  const Real first = 1e-8 / (largest * largest), last = 1e22 / (largest * largest);
  GaussianSum sum;
  for (int j = 0;; ++j) {
    const Real rate = first * std::exp(j * node_step);
    if (rate > last) break;
    const Real weight = scale / std::sqrt(rate);
    sum.offset += weight;
    sum.rate.push_back(rate);
    sum.weight.push_back(-weight);
  }
  sum.quadratic = scale * std::sqrt(first) / std::expm1(node_step / 2);
  return sum;
}

void mean_against(const Exec& exec, const GaussianSum& kappa, const GaussianMixture& mixture,
                  const Matrix& x, const Vector& mean) {
  const bool isotropic = mixture.kind() == CovarianceKind::isotropic;
  const Matrix xt = transposed(exec, x);
  const Matrix squares = make_matrix("squares", isotropic ? 1 : xt.extent(0), xt.extent(1));
  Kokkos::deep_copy(exec, mean, 0);
  for (int k = 0; k < mixture.components(); ++k) {
    if (mixture.weights()[k] == 0) continue;
    stop_if_asked();
    const Vector mu = to_device("mu", HostVector(mixture.means().row(k).transpose()));
    if (isotropic)
      distances_to(exec, xt, mu, squares);
    else if (mixture.kind() == CovarianceKind::diagonal)
      coordinate_squares(exec, xt, mu, squares);
    else
      rotated_squares(exec, xt, mu, to_device("u", mixture.eigenvectors(k)), squares);
    add_component(exec,
                  averaged(kappa, mixture.weights()[k], mixture.eigenvalues().row(k).transpose(),
                           isotropic ? mixture.dimension() : 1),
                  squares, mean);
  }
  exec.fence("plumbline::metrics::mean_against");
}

Real mean_between(const GaussianSum& kappa, const GaussianMixture& mixture) {
  const HostVector& pi = mixture.weights();
  Real sum = 0;
  for (int k = 0; k < mixture.components(); ++k) {
    stop_if_asked();
    sum += pi[k] * pi[k] * averaged_pair(kappa, mixture, k, k);
    for (int l = 0; l < k; ++l)
      if (pi[k] * pi[l] > 0) sum += 2 * pi[k] * pi[l] * averaged_pair(kappa, mixture, k, l);
  }
  return sum;
}

}  // namespace plumbline
