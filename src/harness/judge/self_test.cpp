// Checks of one Problem.
#include "harness/judge/self_test.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "diffusion/diffused_mixture.hpp"
#include "harness/statistics/distributions.hpp"
#include "harness/statistics/statistics.hpp"
#include "problem/point_likelihood.hpp"

namespace plumbline {
namespace {

constexpr Real false_alarm = 1e-5;

/// Component k of a mixture with covariances times `inflate`, prepared for densities on the host.
class HostComponent {
 public:
  HostComponent(const GaussianMixture& mixture, int k, Real inflate)
      : log_weight_(mixture.log_weights()[k]), mean_(mixture.means().row(k).transpose()) {
    const Index d = mixture.dimension();
    if (mixture.kind() == CovarianceKind::full) {
      factor_.emplace(inflate * mixture.covariance(k));
      log_weight_ -= HostMatrix(factor_->matrixL()).diagonal().array().log().sum();
    } else {
      const HostVector row = inflate * mixture.eigenvalues().row(k).transpose();
      variance_ = row.size() == d ? row : HostVector::Constant(d, row[0]);
      log_weight_ -= variance_.array().log().sum() / 2;
    }
    log_weight_ -= static_cast<Real>(d) * log_2pi / 2;
  }
  Real log_density(const HostVector& x) const {
    const HostVector away = x - mean_;
    if (factor_) return log_weight_ - factor_->matrixL().solve(away).squaredNorm() / 2;
    return log_weight_ - (away.array().square() / variance_.array()).sum() / 2;
  }

 private:
  Real log_weight_;
  HostVector mean_, variance_;
  std::optional<Eigen::LLT<HostMatrix>> factor_;  ///< of a full covariance
};

/// log Σ_k π_k N(x; μ_k, inflate Σ_k).
class HostDensity {
 public:
  HostDensity(const GaussianMixture& mixture, Real inflate) {
    for (int k = 0; k < mixture.components(); ++k)
      if (mixture.weights()[k] > 0) components_.emplace_back(mixture, k, inflate);
  }
  Real operator()(const HostVector& x) const {
    HostVector logs(components_.size());
    for (std::size_t k = 0; k < components_.size(); ++k) logs[k] = components_[k].log_density(x);
    return log_sum_exp(logs);
  }

 private:
  std::vector<HostComponent> components_;
};

GaussianMixture inflated(const GaussianMixture& mixture, Real factor) {
  const HostVector& weights = mixture.weights();
  if (mixture.kind() == CovarianceKind::isotropic)
    return GaussianMixture::isotropic(weights, mixture.means(),
                                      factor * mixture.eigenvalues().col(0));
  if (mixture.kind() == CovarianceKind::diagonal)
    return GaussianMixture::diagonal(weights, mixture.means(), factor * mixture.eigenvalues());
  std::vector<HostMatrix> covariances;
  covariances.reserve(static_cast<std::size_t>(mixture.components()));
  for (int k = 0; k < mixture.components(); ++k)
    covariances.push_back(factor * mixture.covariance(k));
  return GaussianMixture::full(weights, mixture.means(), std::move(covariances));
}

/// So many points that evaluating all components on the host takes about a tenth of a second.
Index affordable(const GaussianMixture& mixture, Index most) {
  const Index d = mixture.dimension();
  const Index work = mixture.components() * (mixture.kind() == CovarianceKind::full ? d * d : d);
  return std::clamp<Index>(Index{100'000'000} / std::max<Index>(1, work), 64, most);
}

HostVector log_density_at(const Exec& exec, const MixtureTables& tables, const HostMatrix& x) {
  const Vector log_p = make_vector("log_p", x.rows());
  log_density(exec, tables, to_device("x", x), log_p);
  return to_host_vector(log_p);
}

SelfCheck check_integral(const Exec& exec, const GaussianMixture& posterior, Rng rng) {
  const Real inflate = 1 + 2 / static_cast<Real>(posterior.dimension());
  const Matrix x = make_matrix("x", affordable(posterior, 16384), posterior.dimension());
  draw(exec, tables_at(exec, factored(exec, inflated(posterior, inflate)), NoiseLevel{}), rng, 0,
       x);
  const HostMatrix points = to_host_matrix(x);
  const HostVector log_q =
      log_density_at(exec, tables_at(exec, factored(exec, posterior), NoiseLevel{}), points);
  const HostDensity log_g(posterior, inflate);
  std::vector<double> ratio;
  for (Index n = 0; n < points.rows(); ++n)
    ratio.push_back(std::exp(log_q[n] - log_g(points.row(n).transpose())));
  const MeanAndError integral = mean_and_error(ratio);
  // One component: the ratio still varies, because the covariances differ.
  const Real allowed = normal_quantile(1 - false_alarm / 2) * integral.error;
  return {"the posterior density integrates to 1", "",
          std::abs(integral.mean - 1) <= allowed && integral.count == points.rows(),
          fmt::format("{:.5f}, allowed 1 ± {:.2g}", integral.mean, allowed)};
}

/// log p(y | z) at z [n, D]; 0 where z itself holds y.
HostVector log_likelihood_at(const Exec& exec, const Problem& problem, const HostMatrix& z) {
  if (!problem.observed().empty()) return HostVector::Zero(z.rows());
  const Vector log_l = make_vector("log_l", z.rows());
  point_log_likelihood(exec, problem, to_device("z", z), log_l);
  return to_host_vector(log_l);
}

/// A draw's coordinates and the observed ones, in the prior's order.
HostMatrix full_coordinates(const Problem& problem, const HostMatrix& x) {
  HostMatrix z(x.rows(), problem.full_dimension());
  for (std::size_t i = 0; i < problem.free().size(); ++i) z.col(problem.free()[i]) = x.col(i);
  for (std::size_t j = 0; j < problem.observed().size(); ++j)
    z.col(problem.observed()[j]).setConstant(problem.observed_values()[static_cast<Index>(j)]);
  return z;
}

SelfCheck check_bayes(const Exec& exec, const Problem& problem, const HostMatrix& x) {
  const HostMatrix z = full_coordinates(problem, x);
  const HostVector log_q =
      log_density_at(exec, tables_at(exec, factored(exec, problem.posterior()), NoiseLevel{}), x);
  const HostVector log_p =
      log_density_at(exec, tables_at(exec, problem.prior_factored(), NoiseLevel{}), z);
  const HostVector joint = log_p + log_likelihood_at(exec, problem, z);
  Real worst = 0;
  for (Index n = 0; n < x.rows(); ++n) {
    const Real gap =
        std::abs(log_q[n] + problem.log_evidence() - joint[n]) / (1 + std::abs(joint[n]));
    worst = std::isnan(gap) ? infinity : std::max(worst, gap);
  }
  return {"posterior × evidence = prior × likelihood", "", worst <= 1e-7,
          fmt::format("largest relative gap of logarithms {:.2g}, allowed 1e-07", worst)};
}

/// ∇ log density along random directions against central differences.
SelfCheck check_score(const Exec& exec, const MixtureTables& tables, const HostMatrix& x, Rng rng,
                      const std::string& what) {
  const Real variance =
      tables.level.alpha * tables.level.alpha * tables.mixture.smallest_eigenvalue +
      tables.level.variance;
  const Real width = std::sqrt(variance), step = 6e-6 * width;  // ε^{1/3}: rounding = truncation
  HostMatrix direction(x.rows(), x.cols());
  for (Index n = 0; n < x.rows(); ++n)
    for (Index i = 0; i < x.cols(); ++i)
      direction(n, i) = rng.normal(static_cast<std::uint64_t>(n), 0, static_cast<std::uint32_t>(i));
  direction.rowwise().normalize();
  const HostVector up = log_density_at(exec, tables, x + step * direction);
  const HostVector down = log_density_at(exec, tables, x - step * direction);
  const Matrix field = make_matrix("score", x.rows(), x.cols());
  score(exec, tables, to_device("x", x), field);
  const HostVector along = (to_host_matrix(field).array() * direction.array()).rowwise().sum();
  Real worst = 0;
  for (Index n = 0; n < x.rows(); ++n) {
    // ulp of log p over the step, and the scale on which the score itself lives
    const Real scale = std::abs(along[n]) + (1 + 1e-4 * std::abs(up[n])) / width;
    const Real gap = std::abs((up[n] - down[n]) / (2 * step) - along[n]) / scale;
    worst = std::isnan(gap) ? infinity : std::max(worst, gap);
  }
  return {what, "", worst <= 1e-5,
          fmt::format("largest relative gap {:.2g}, allowed 1e-05", worst)};
}

/// F(θ · x) of the mixture along θ for every row, to 1e-9: beyond 6.5 deviations of a component
/// nothing is missing of it, or all, and there erfc takes longest.
std::vector<double> levels_along(const GaussianMixture& mixture, const HostMatrix& x,
                                 const HostVector& direction) {
  std::vector<double> levels(static_cast<std::size_t>(x.rows()), 0);
  const HostVector t = x * direction;
  constexpr Real far = 6.5, negligible = 1e-12;
  for (int k = 0; k < mixture.components(); ++k) {
    const Real weight = mixture.weights()[k];
    if (weight < negligible) continue;
    const Real sd = mixture.kind() == CovarianceKind::full
                        ? std::sqrt(direction.dot(mixture.covariance(k) * direction))
                    : mixture.kind() == CovarianceKind::isotropic
                        ? std::sqrt(mixture.eigenvalues()(k, 0))
                        : std::sqrt((mixture.eigenvalues().row(k).transpose().array() *
                                     direction.array().square())
                                        .sum());
    const Real centre = mixture.means().row(k).dot(direction.transpose());
    for (Index n = 0; n < x.rows(); ++n) {
      const Real z = (t[n] - centre) / sd;
      if (z < -far) continue;
      const Real share = z > far ? 1 : std::erfc(-z / std::sqrt(Real{2})) / 2;
      levels[static_cast<std::size_t>(n)] += weight * share;
    }
  }
  return levels;
}

constexpr int tried_directions = 8;

SelfCheck check_draws(const Exec& exec, const Problem& problem, Rng rng) {
  const Index n = std::clamp<Index>(
      20'000'000 / (tried_directions * problem.posterior().components()), 500, 10000);
  return check_law_of(problem, to_host_matrix(problem.draw_exact(exec, n, rng.stream("draws"))),
                      rng);
}

}  // namespace

SelfCheck check_law_of(const Problem& problem, const HostMatrix& x, Rng rng) {
  const GaussianMixture& posterior = problem.posterior();
  Real least = 1;
  for (int j = 0; j < tried_directions; ++j) {
    HostVector direction(x.cols());
    for (Index i = 0; i < x.cols(); ++i)
      direction[i] = rng.normal(static_cast<std::uint64_t>(j), 1, static_cast<std::uint32_t>(i));
    direction.normalize();
    least = std::min(least, uniform_p_value(levels_along(posterior, x, direction)));
  }
  return {
      "exact draws follow the posterior", "", least * tried_directions >= false_alarm,
      fmt::format("smallest of {} p-values {:.2g}, {} draws", tried_directions, least, x.rows())};
}

std::vector<SelfCheck> check_problem(const Exec& exec, const Problem& problem, Rng rng) {
  std::vector<SelfCheck> checks;
  const Index few = 64;
  const bool has_density = problem.is_mixture() && !problem.posterior().singular();
  const HostMatrix x = to_host_matrix(problem.draw_exact(exec, few, rng.stream("points")));
  if (has_density) {
    checks.push_back(check_integral(exec, problem.posterior(), rng.stream("integral")));
    checks.push_back(check_draws(exec, problem, rng.stream("directions")));
    checks.push_back(check_score(
        exec, tables_at(exec, factored(exec, problem.posterior()), NoiseLevel{}), x,
        rng.stream("posterior score"), "the posterior score is the derivative of log q"));
    const bool likely = !problem.observed().empty() || PointLikelihood::exists(problem);
    if (!problem.prior().singular() && likely) checks.push_back(check_bayes(exec, problem, x));
  }
  for (const Real part : {0.05, 0.3, 1.0}) {
    const Real t = part * problem.process().horizon();
    const DiffusedMixture prior(exec, problem.prior_factored(), problem.process(), t);
    const Matrix z = make_matrix("z", few, problem.full_dimension());
    draw(exec, prior.tables(), rng.stream("noisy points"), 0, z);
    checks.push_back(
        check_score(exec, prior.tables(), to_host_matrix(z), rng.stream("prior score"),
                    fmt::format("the prior score at t = {:.3g} is the derivative of log p_t", t)));
  }
  return checks;
}

}  // namespace plumbline
