#include "metrics/estimates/autocorrelation.hpp"

#include <algorithm>
#include <cmath>

#include "core/reduce.hpp"
#include "problem/target_density.hpp"

namespace plumbline {
namespace {

/// Mean over chains and times of (x_t − mean)(x_{t+lag} − mean), divided by n, not n − lag: the
/// form that stays positive definite.
Real autocovariance(std::span<const double> x, Index length, Real mean, Index lag) {
  const auto n = static_cast<Index>(x.size());
  Real sum = 0;
  for (Index start = 0; start + length <= n; start += length) {
    Real chain = 0;
    for (Index t = start; t + lag < start + length; ++t)
      chain +=
          (x[static_cast<std::size_t>(t)] - mean) * (x[static_cast<std::size_t>(t + lag)] - mean);
    sum += chain;
  }
  const Index in_chains = n / length * length;
  return sum / static_cast<Real>(in_chains);
}

}  // namespace

Real integrated_time(std::span<const double> values, Index length, Real mean, Real enough) {
  if (length < 2 || static_cast<Index>(values.size()) < length) return nan;
  const Real variance = autocovariance(values, length, mean, 0);
  if (!(variance > 0)) return nan;
  Real tau = -1, before = infinity;
  for (Index lag = 0; lag + 1 < length && tau <= enough; lag += 2) {
    const Real pair = (autocovariance(values, length, mean, lag) +
                       autocovariance(values, length, mean, lag + 1)) /
                      variance;
    if (!(pair > 0)) break;
    before = std::min(before, pair);
    tau += 2 * before;
  }
  return std::max(tau, 1 / std::log10(std::max(Real(10), static_cast<Real>(values.size()))));
}

Real largest_integrated_time(const Exec& exec, const MetricInput& input) {
  const HostMatrix x = to_host_matrix(input.ensemble.x);
  const HostVector& mean = input.problem.target_mean();
  Real largest = nan;
  for (Eigen::Index i = 0; i < x.cols(); ++i) {
    const std::vector<double> column(x.col(i).begin(), x.col(i).end());
    largest = std::fmax(largest, integrated_time(column, input.chain_length, mean[i]));
  }
  const TargetDensity target(exec, input.problem);
  if (!target.exists()) return largest;
  const Vector log_q = make_vector("log_q", x.rows());
  target.log_density(exec, input.ensemble.x, log_q);
  const std::vector<Real> values = to_host(log_q);
  const Real centre = pairwise_sum(values) / static_cast<Real>(values.size());
  return std::fmax(largest, integrated_time(values, input.chain_length, centre));
}

}  // namespace plumbline
