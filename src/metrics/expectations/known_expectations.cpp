// Moments along principal axes, masses and the log density, less what they should be.
#include "metrics/expectations/known_expectations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "metrics/components/responsible.hpp"
#include "problem/target_density.hpp"

namespace plumbline {
namespace {

constexpr Index most_axes = 4;
constexpr std::size_t most_components = 8;
constexpr Real least_mass = 0.05;
constexpr Real moment_draws = 1 << 18;  // problem/problem.hpp
constexpr Real narrow = 1e-12;          // of the largest variance: a direction that does not vary

std::vector<double> log_densities(const Exec& exec, const TargetDensity& target, const Matrix& x) {
  const Vector log_q = make_vector("log_q", x.extent(0));
  target.log_density(exec, x, log_q);
  return to_host(log_q);
}

/// The heaviest components, by number; none when there is but one.
std::vector<int> heavy_components(const GaussianMixture& target) {
  std::vector<int> heavy;
  if (target.components() < 2) return heavy;
  for (int k = 0; k < target.components(); ++k)
    if (target.weights()(k) > least_mass) heavy.push_back(k);
  std::stable_sort(heavy.begin(), heavy.end(),
                   [&](int a, int b) { return target.weights()(a) > target.weights()(b); });
  if (heavy.size() > most_components) heavy.resize(most_components);
  std::sort(heavy.begin(), heavy.end());
  return heavy;
}

Real deviation(const HostVector& values) {
  return std::sqrt((values.array() - values.mean()).square().sum() /
                   static_cast<Real>(values.size() - 1));
}

/// P(N(0, 1) > z).
Real normal_upper(Real z) {
  return 0.5 * std::erfc(z / std::numbers::sqrt2);
}

}  // namespace

Tolerated tolerated_error(std::string_view name) {
  if (name.starts_with("location") || name == "log_density") return {0.25, 0.25};
  if (name.starts_with("spread")) return {0.25, 1.0 / 3};
  if (name.starts_with("correlation")) return {0.4, 0.4};
  if (name.starts_with("mass")) return {0.1, 0.1};
  return {};
}

KnownExpectations::KnownExpectations(const Exec& exec, const Problem& problem, Index reference,
                                     Rng rng)
    : problem_(problem),
      mean_(problem.target_mean()),
      components_(heavy_components(problem.target_components())) {
  const SymmetricEigen eigen = symmetric_eigen(problem.target_covariance());
  const Index d = mean_.size();
  Index axes = 0;
  while (axes < std::min(most_axes, d) &&
         eigen.values(d - 1 - axes) > narrow * std::max<Real>(0, eigen.values(d - 1)))
    ++axes;
  axes_.resize(d, axes);
  for (Index j = 0; j < axes; ++j)
    axes_.col(j) = eigen.vectors.col(d - 1 - j) / std::sqrt(eigen.values(d - 1 - j));

  const char* deviations = "posterior standard deviations";
  for (Index j = 1; j <= axes; ++j)
    functions_.push_back({fmt::format("location_{}", j),
                          fmt::format("mean along principal axis {}", j), deviations});
  for (Index j = 1; j <= axes; ++j)
    functions_.push_back({fmt::format("spread_{}", j),
                          fmt::format("variance along principal axis {}, less 1", j),
                          "posterior variances"});
  for (Index i = 1; i <= axes; ++i)
    for (Index j = i + 1; j <= axes; ++j)
      functions_.push_back({fmt::format("correlation_{}_{}", i, j),
                            fmt::format("correlation of principal axes {} and {}", i, j), "1"});
  for (const int k : components_)
    functions_.push_back(
        {fmt::format("mass_{}", k), fmt::format("excess mass of component {}", k), "probability"});
  PLUMBLINE_REQUIRE(reference >= 2, "{} reference draws", reference);
  const Matrix exact = problem.draw_exact(exec, reference, rng);
  const HostMatrix f = values(exec, exact);
  for (std::size_t j = 0; j < functions_.size(); ++j)
    functions_[j].deviation = deviation(f.col(static_cast<Index>(j)));
  if (!problem.is_mixture())  // moments and masses may be those of exact draws
    for (KnownExpectation& about : functions_)
      about.error = about.deviation / std::sqrt(moment_draws);
  const TargetDensity target(exec, problem);
  if (!target.exists()) return;
  const std::vector<double> log_q = log_densities(exec, target, exact);
  const HostVector of_exact = Eigen::Map<const HostVector>(log_q.data(), reference);
  log_q_mean_ = of_exact.mean();
  log_q_sd_ = deviation(of_exact);
  density_ = std::isfinite(log_q_sd_) && log_q_sd_ > 0;
  if (density_)
    functions_.push_back({"log_density", "log density of the target",
                          "standard deviations of exact draws' log density"});
  if (density_) functions_.back().error = 1 / std::sqrt(static_cast<Real>(reference));
}

HostMatrix KnownExpectations::locations(const HostMatrix& x) const {
  return (x.rowwise() - mean_.transpose()) * axes_;
}

HostMatrix KnownExpectations::values(const Exec& exec, const Matrix& x) const {
  const Index n = x.extent(0), axes = axes_.cols();
  const HostMatrix along = locations(to_host_matrix(x));
  HostMatrix out(n, static_cast<Index>(functions_.size()));
  Index column = 0;
  for (Index j = 0; j < axes; ++j) out.col(column++) = along.col(j);
  for (Index j = 0; j < axes; ++j) out.col(column++) = along.col(j).array().square() - 1;
  for (Index i = 0; i < axes; ++i)
    for (Index j = i + 1; j < axes; ++j)
      out.col(column++) = along.col(i).array() * along.col(j).array();
  if (!components_.empty()) {
    const GaussianMixture& target = problem_.target_components();
    const MixtureTables tables = component_tables(exec, target);
    over_responsibilities(exec, tables, x, [&](const Matrix& part, Index first) {
      const HostMatrix r = to_host_matrix(part);
      for (std::size_t c = 0; c < components_.size(); ++c)
        out.col(column + static_cast<Index>(c)).segment(first, r.rows()) =
            r.col(components_[c]).array() - target.weights()(components_[c]);
    });
    column += static_cast<Index>(components_.size());
  }
  if (!density_) return out;
  const std::vector<double> log_q = log_densities(exec, TargetDensity(exec, problem_), x);
  for (Index i = 0; i < n; ++i)
    out(i, column) = (log_q[static_cast<std::size_t>(i)] - log_q_mean_) / log_q_sd_;
  return out;
}

AxisTails KnownExpectations::tails(const HostMatrix& x) const {
  if (!problem_.is_mixture() || axes_.cols() == 0) return {};
  const GaussianMixture& target = problem_.posterior();
  const HostMatrix along = locations(x), centres = locations(target.means());
  HostMatrix deviations(target.components(), axes_.cols());
  for (int k = 0; k < target.components(); ++k) {
    const HostMatrix spread = target.covariance(k) * axes_;
    for (Index j = 0; j < axes_.cols(); ++j)
      deviations(k, j) = std::sqrt(std::max<Real>(narrow, axes_.col(j).dot(spread.col(j))));
  }
  AxisTails out{HostMatrix::Zero(x.rows(), axes_.cols()), HostMatrix::Zero(x.rows(), axes_.cols())};
  for (Index n = 0; n < x.rows(); ++n)
    for (Index j = 0; j < axes_.cols(); ++j)
      for (int k = 0; k < target.components(); ++k) {
        const Real z = (along(n, j) - centres(k, j)) / deviations(k, j);
        out.above(n, j) += target.weights()(k) * normal_upper(z);
        out.below(n, j) += target.weights()(k) * normal_upper(-z);
      }
  return out;
}

}  // namespace plumbline
