// The sums of mixture/README §3 in long double, for covariances along the axes: where 50 digits
// would take too long.
#pragma once

#include "mixture/gaussian_mixture.hpp"
#include "mixture/noise_level.hpp"

namespace plumbline::testing_mixture {

struct Direct {
  Real log_density;
  HostVector score, denoised;
};

inline Direct direct(const GaussianMixture& mixture, const NoiseLevel& level, const HostVector& z) {
  using Long = long double;
  using Numbers = Eigen::Matrix<Long, Eigen::Dynamic, 1>;
  const int d = mixture.dimension();
  const Long a = level.alpha > 0.5 ? 1 + Long(level.alpha_minus_one) : Long(level.alpha);
  Long largest = -1e4000L, sum = 0;
  Numbers score = Numbers::Zero(d), denoised = Numbers::Zero(d), g(d), m(d);
  for (int k = 0; k < mixture.components(); ++k) {
    Long l = Long(mixture.log_weights()(k)) - d * Long(log_2pi) / 2;
    for (int i = 0; i < d; ++i) {
      const Long c = mixture.eigenvalues()(k, mixture.kind() == CovarianceKind::isotropic ? 0 : i);
      const Long mu = mixture.means()(k, i), s = a * a * c + Long(level.variance);
      const Long y = a * mu - Long(z(i));
      g(i) = y / s;
      m(i) = mu - a * c * y / s;
      l -= (y * y / s + std::log(s)) / 2;
    }
    const Long keep = l > largest ? std::exp(largest - l) : 1;
    largest = std::max(largest, l);
    const Long w = std::exp(l - largest);
    sum = sum * keep + w;
    score = score * keep + w * g;
    denoised = denoised * keep + w * m;
  }
  return {Real(largest + std::log(sum)), (score / sum).cast<Real>(), (denoised / sum).cast<Real>()};
}

}  // namespace plumbline::testing_mixture
