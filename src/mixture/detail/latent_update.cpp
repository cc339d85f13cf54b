// The one linear-Gaussian update behind all conditioning, in whitened coordinates. mixture/README
// §4.
#include "mixture/detail/latent_update.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/errors.hpp"

namespace plumbline::detail {

LatentMap latent_map(const HostMatrix& b) {
  const SingularValues svd = full_svd(b);
  return {svd.u, svd.v, svd.values};
}

bool full_row_rank(const LatentMap& map, Real scale) {
  const Eigen::Index m = map.p.rows(), d = map.q.rows();
  const Real rounding = std::numeric_limits<Real>::epsilon() * static_cast<Real>(std::max(m, d));
  return m <= d && scale * map.b(m - 1) > 0 && map.b(m - 1) > rounding * map.b(0);
}

LatentUpdate latent_update(const LatentMap& map, Real scale, Noise noise, const HostVector& r) {
  const HostVector c = map.p.transpose() * r;
  HostVector mean = HostVector::Zero(map.q.rows());
  LatentUpdate out{{}, HostVector::Ones(map.q.rows()), 0};
  Real quadratic = 0, log_det = 0;
  for (Eigen::Index j = 0; j < c.size(); ++j) {
    const Real b = j < map.b.size() ? scale * map.b(j) : Real(0);
    const Real v = noise == Noise::unit ? 1 + b * b : b * b;  // variance of coordinate j of Pᵀr
    quadratic += c(j) * c(j) / v;
    log_det += std::log(v);
    if (j >= map.b.size()) continue;
    mean(j) = b * c(j) / v;
    out.variance(j) = noise == Noise::unit ? 1 / v : Real(0);
  }
  out.mean = map.q * mean;
  out.log_likelihood = -(quadratic + log_det + static_cast<Real>(c.size()) * log_2pi) / 2;
  return out;
}

Conditioned reweighted(const GaussianMixture& components, const HostVector& log_joint,
                       const HostVector& y) {
  const Real log_evidence = log_sum_exp(log_joint);
  if (!std::isfinite(log_evidence))
    throw SpecError("y", fmt::format("‖y‖ = {:.3g}", y.norm()),
                    "an observation whose density under the prior is representable");
  return {components.with_log_weights(log_joint), log_evidence};
}

}  // namespace plumbline::detail
