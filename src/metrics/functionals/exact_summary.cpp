// Known functionals on exact draws: deviations, and the mean of the log density.
#include <algorithm>
#include <cmath>

#include "core/reduce.hpp"
#include "metrics/components/responsible.hpp"
#include "metrics/functionals/known_functionals.hpp"
#include "record/functionals.hpp"

namespace plumbline {
namespace {

constexpr Real moment_draws = 1 << 18;  // problem/problem.hpp
constexpr Index exact_batch = 1 << 12;

/// Means of the columns f, and of their squares, over batches.
struct ColumnSums {
  std::vector<Real> sums;
  Real rows = 0;

  void add(const HostMatrix& f) {
    std::vector<Real> both;
    for (Index n = 0; n < f.rows(); ++n) {
      for (Index j = 0; j < f.cols(); ++j) both.push_back(f(n, j));
      for (Index j = 0; j < f.cols(); ++j) both.push_back(f(n, j) * f(n, j));
    }
    const std::vector<Real> batch = pairwise_sum_rows(std::move(both), 2 * f.cols());
    sums.resize(batch.size(), 0);
    for (std::size_t i = 0; i < batch.size(); ++i) sums[i] += batch[i];
    rows += static_cast<Real>(f.rows());
  }
  Real deviation(std::size_t j) const {
    const Real mean = sums[j] / rows, square = sums[sums.size() / 2 + j] / rows;
    return std::sqrt(std::max<Real>(0, square - mean * mean) * rows / (rows - 1));
  }
};

}  // namespace

KnownFunctionals::Summary KnownFunctionals::summarise(const Exec& exec,
                                                      const TargetDensity& density) const {
  Summary out;
  ColumnSums sums;
  std::vector<Real> log_q;
  for (Index first = 0; first < exact_.count; first += exact_batch) {
    const Matrix x = problem_.draw_exact(exec, std::min(exact_batch, exact_.count - first),
                                         exact_.rng.stream(static_cast<std::uint64_t>(first)));
    if (!closed_.empty()) sums.add(closed_values(exec, x));
    if (!density.exists()) continue;
    const Vector of_batch = make_vector("log_q", x.extent(0));
    density.log_density(exec, x, of_batch);
    for (const Real value : to_host(of_batch)) log_q.push_back(value);
  }
  for (std::size_t j = 0; j < closed_.size(); ++j) out.deviations.push_back(sums.deviation(j));
  if (log_q.empty()) return out;
  out.log_q_count = static_cast<Real>(log_q.size());
  out.log_q_mean = pairwise_sum(log_q) / out.log_q_count;
  for (Real& value : log_q) value = (value - out.log_q_mean) * (value - out.log_q_mean);
  out.log_q_sd = std::sqrt(pairwise_sum(log_q) / (out.log_q_count - 1));
  return out;
}

KnownFunctionals::Measured KnownFunctionals::measure(const Exec& exec) const {
  Measured by{closed_, {}};
  TargetDensity density(exec, problem_);
  if (!kept_->has_value()) *kept_ = summarise(exec, density);
  const Summary& said = **kept_;
  for (std::size_t j = 0; j < by.all.size(); ++j) {
    by.all[j].deviation = said.deviations[j];
    if (!problem_.is_mixture())  // moments and masses may be those of exact draws
      by.all[j].error = by.all[j].deviation / std::sqrt(moment_draws);
  }
  if (said.log_q_count == 0) return by;
  by.log_q_mean = said.log_q_mean;
  by.log_q_sd = said.log_q_sd;
  if (!(std::isfinite(by.log_q_sd) && by.log_q_sd > 0)) return by;
  const MetricInfo info = functional_info(std::string(log_density_functional));
  by.all.push_back(
      {info.name, info.long_name, info.units, true, 1, 1 / std::sqrt(said.log_q_count)});
  by.density = std::move(density);
  return by;
}

Needs known_functional_tables(const Problem& problem) {
  const GaussianMixture& target = problem.is_mixture() ? problem.posterior() : problem.prior();
  const Real k = target.components(), d = target.dimension();
  const Real each = target.kind() == CovarianceKind::full ? 4 * d * d : 4 * d;
  return {{"problem.prior", "tables of the target for known expectations [K, D, D]",
           bytes_of(2 * k * each)}};
}

Needs known_functional_needs(const Problem& problem, Index n) {
  const Real d = problem.dimension(), axes = std::min<Real>(functional_axes, d);
  return {{"draws", "draws along principal axes, and their log density",
           bytes_of(Real(n) * (axes + 1))},
          {"draws", "draws [n, d]", bytes_of(Real(n) * (d + 1))},
          responsibilities_need(problem, n),
          {"problem.prior", "exact draws that known expectations are measured on",
           bytes_of(Real(exact_batch) * (2 * d + 4 * most_functionals) +
                    Real(functional_exact_draws))}};
}

}  // namespace plumbline
