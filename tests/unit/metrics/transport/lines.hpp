// Mixtures on a line as rows, for the tests of what projects and what interpolates.
#pragma once

#include "metrics/transport/line_mixture.hpp"
#include "unit/metrics/support.hpp"

namespace plumbline::test {

/// One row: the mixture itself, seen along the only direction there is, centred.
inline ProjectedMixture row_of(const reference::Line& line) {
  reference::Points means;
  for (const Real m : line.mean) means.push_back({m});
  const GaussianMixture mixture = isotropic(line.weight, means, line.stddev);
  return project(Exec(), mixture, to_device("direction", {1.0}, 1, 1), mixture.mean());
}

/// The same centred at its mean.
inline reference::Line centred(reference::Line line) {
  Real mean = 0;
  for (std::size_t k = 0; k < line.weight.size(); ++k) mean += line.weight[k] * line.mean[k];
  for (Real& m : line.mean) m -= mean;
  return line;
}

}  // namespace plumbline::test
