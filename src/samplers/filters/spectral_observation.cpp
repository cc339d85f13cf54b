#include "samplers/filters/spectral_observation.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "samplers/guidance/denoised_guidance.hpp"

namespace plumbline {
namespace {

/// Γ^{-1/2} and log |Γ|; 1 and 0 where Γ = 0.
struct Whitening {
  HostMatrix root;
  Real log_determinant = 0;
  bool noisy = false;
};

Whitening whitening(const LinearForm& o) {
  const Index m = o.noise.rows();
  if (o.noise_free()) return {HostMatrix::Identity(m, m)};
  const SymmetricEigen eigen = symmetric_eigen(o.noise);
  const HostVector scale = eigen.values.cwiseSqrt().cwiseInverse();
  return {eigen.vectors * scale.asDiagonal() * eigen.vectors.transpose(),
          eigen.values.array().log().sum(), true};
}

}  // namespace

SpectralObservation spectral(const LinearForm& o, std::string_view sampler) {
  const Whitening white = whitening(o);
  const HostMatrix a = white.root * o.a;
  const HostVector y = white.root * o.y;
  const SymmetricEigen left = factor_eigen(a);  // A Aᵀ = U S² Uᵀ, ascending
  const Index m = a.rows();
  const Real threshold = Real(std::max(m, Index(a.cols()))) * 0x1p-52;

  SpectralObservation out;
  out.log_constant = -white.log_determinant / 2;
  const auto rank =
      Index((left.values.array() > threshold * threshold * left.values[m - 1]).count());
  if (rank < m && !white.noisy)
    throw SpecError("A", fmt::format("{} rows of rank {}", m, rank),
                    fmt::format("{} needs independent rows where there is no noise: drop the "
                                "others, which say the same or contradict",
                                sampler));
  out.directions.resize(rank, a.cols());
  out.y.resize(rank);
  out.variance.resize(rank);
  for (Index i = 0; i < m; ++i) {
    const HostVector u = left.vectors.col(m - 1 - i);
    const Real projected = u.dot(y);
    if (i >= rank) {
      out.log_constant -= (projected * projected + std::log(2 * std::numbers::pi)) / 2;
      continue;
    }
    const Real s = std::sqrt(left.values[m - 1 - i]);
    out.directions.row(i) = (a.transpose() * u).transpose() / s;
    out.y[i] = projected / s;
    out.variance[i] = white.noisy ? 1 / (s * s) : Real(0);
    out.log_constant -= std::log(s);
  }
  return out;
}

void require_spectral(const Problem& problem, std::string_view sampler) {
  spectral(problem.linear_form().value(), sampler);
}

void log_potential(const Exec& exec, const Matrix& directions, const GaussianPotential& potential,
                   const Matrix& z, const Vector& log_g) {
  const int r = directions.extent_int(0);
  parallel_over(
      exec, "plumbline::samplers::log_potential", z.extent(0), KOKKOS_LAMBDA(Index n) {
        const auto row = Kokkos::subview(z, n, Kokkos::ALL);
        Real sum = 0;
        for (int i = 0; i < r; ++i)
          sum += log_normal_of(
              along(directions, i, row) - potential.target(n / potential.particles, i),
              potential.variance(i));
        log_g(n) = sum;
      });
}

}  // namespace plumbline
