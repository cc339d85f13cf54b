// Sizes of rounding errors.
#include "metrics/estimates/rounding.hpp"

#include <algorithm>
#include <cmath>

namespace plumbline {

Real resolution(Rounding rounding, const HostVector& mean, const HostMatrix& covariance) {
  constexpr Real relative = 1e-12;
  Real offset = 0;
  for (Index i = 0; i < mean.size(); ++i)
    if (covariance(i, i) > 0)
      offset = std::max(offset, std::abs(mean(i)) / std::sqrt(covariance(i, i)));
  const Real scale = mean.size() > 0 ? std::sqrt(std::max<Real>(0, covariance.trace())) : 1;
  switch (rounding) {
    case Rounding::relative:
      return relative;
    case Rounding::deviations:
      return relative * (1 + offset);
    case Rounding::data:
      return relative * scale * (1 + offset);
    case Rounding::root:
      return std::sqrt(relative) * scale;
  }
  return relative;
}

}  // namespace plumbline
