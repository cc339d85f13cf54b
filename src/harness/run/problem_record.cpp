// Problem → ProblemRecord: shapes and copies, no mathematics.
#include "harness/run/problem_record.hpp"

namespace plumbline {
namespace {

NumberArray numbers(const HostMatrix& m) {
  return {{m.rows(), m.cols()}, {m.data(), m.data() + m.size()}};
}
NumberArray numbers(const HostVector& v) {
  return {{v.size()}, {v.data(), v.data() + v.size()}};
}

/// Diagonals of Σ_k [K, D], or [K, 1] when isotropic.
NumberArray variances(const GaussianMixture& mixture) {
  if (mixture.kind() != CovarianceKind::full) return numbers(mixture.eigenvalues());
  HostMatrix out(mixture.components(), mixture.dimension());
  for (int k = 0; k < mixture.components(); ++k)
    out.row(k) = mixture.covariance(k).diagonal().transpose();
  return numbers(out);
}

/// Σ_k [K, D, D]; nothing when that is too large to keep.
std::optional<NumberArray> covariances(const GaussianMixture& mixture) {
  const Index k_count = mixture.components(), d = mixture.dimension();
  if (k_count * d * d > ProblemRecord::max_covariance) return std::nullopt;
  NumberArray out{{k_count, d, d}, {}};
  for (int k = 0; k < mixture.components(); ++k) {
    const HostMatrix sigma = mixture.covariance(k);
    out.values.insert(out.values.end(), sigma.data(), sigma.data() + sigma.size());
  }
  return out;
}

void append_observation(const Problem& problem, ProblemRecord& record) {
  const HostVector y = problem.observation().numbers();
  record.y.values.insert(record.y.values.end(), y.data(), y.data() + y.size());
  record.log_evidence.push_back(problem.log_evidence());
}

}  // namespace

ProblemRecord describe_problem(Problems& problems, Index replicates) {
  const ProblemPoint& point = problems.point();
  const Problem problem = problems.at(0);
  const GaussianMixture& prior = problem.prior();
  ProblemRecord record;
  record.problem = point.index;
  record.process = point.process;
  record.prior = point.prior;
  record.observation = point.observation;
  record.weights = numbers(prior.weights());
  record.means = numbers(prior.means());
  record.variances = variances(prior);
  record.covariances = covariances(prior);
  if (problem.is_mixture()) {
    record.posterior_weights = numbers(problem.posterior().weights());
    record.posterior_means = numbers(problem.posterior().means());
    record.posterior_variances = variances(problem.posterior());
    record.posterior_covariances = covariances(problem.posterior());
  }
  record.target_mean = numbers(problem.target_mean()).values;
  record.target_covariance = numbers(problem.target_covariance());
  for (Index r = 0; r < (point.drawn ? replicates : 1); ++r)
    append_observation(problems.at(r), record);
  const Index runs = static_cast<Index>(record.log_evidence.size());
  const Index m = static_cast<Index>(record.y.values.size()) / runs;
  record.y.shape = point.drawn ? std::vector<std::int64_t>{runs, m} : std::vector<std::int64_t>{m};
  return record;
}

}  // namespace plumbline
