// Axes, quantiles and components of a target; averages over draws; values draw by draw. What exact
// draws say of them: exact_summary.cpp.
#include "metrics/functionals/known_functionals.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/reduce.hpp"
#include "metrics/components/responsible.hpp"
#include "metrics/estimates/weighted.hpp"
#include "metrics/functionals/principal_axes.hpp"
#include "metrics/transport/line_mixture.hpp"
#include "record/functionals.hpp"

namespace plumbline {
namespace {

constexpr int most_components = 64;  // whose tails, and light components, are looked at
constexpr Real least_mass = 0.05;    // rarer ones have averages far from normal
constexpr Real tail_share = 0.05;    // on each side
constexpr Real thinnest = 1e-6;      // deviation of a component that is no point, along an axis

KnownFunctional functional(const std::string& name, bool of_dependent = true) {
  const MetricInfo info = functional_info(name);
  return {name, info.long_name, info.units, of_dependent, nan, 0};
}

/// Σ_n w_n (log_q(n) − mean), draws without weight left out.
struct WeightedExcess {
  Vector log_q, log_w;
  Real mean;

  KOKKOS_FUNCTION Real operator()(Index n) const {
    const Real w = exp(log_w(n));
    return w > 0 ? w * (log_q(n) - mean) : Real(0);
  }
};

/// The target along each axis in the units of u, components no thinner than `thinnest`.
///   shapes  axes [J, d]
ProjectedMixture line_along(const Exec& exec, const GaussianMixture& target, const HostMatrix& axes,
                            const HostVector& centre) {
  const HostVector scale = axes.rowwise().norm();  // 1/√λ_j: `project` takes unit directions
  const HostMatrix directions = scale.cwiseInverse().asDiagonal() * axes;
  const auto matrix = [&](const Matrix& m) {
    return HostMatrix(scale.asDiagonal() * to_host_matrix(m));
  };
  const auto vector = [&](const Vector& v) {
    return HostVector(scale.cwiseProduct(to_host_vector(v)));
  };
  const ProjectedMixture line = project(exec, target, to_device("directions", directions), centre);
  return {.weight = line.weight,
          .mean = to_device("line_mean", matrix(line.mean)),
          .stddev = to_device("line_stddev", HostMatrix(matrix(line.stddev).cwiseMax(thinnest))),
          .spread = to_device("spread", vector(line.spread)),
          .low = to_device("low", vector(line.low)),
          .high = to_device("high", vector(line.high))};
}

Vector log_densities(const Exec& exec, const TargetDensity& target, const Matrix& x) {
  const Vector log_q = make_vector("log_q", x.extent(0));
  target.log_density(exec, x, log_q);
  return log_q;
}

}  // namespace

KnownFunctionals::KnownFunctionals(const Exec& exec, const Problem& problem, ExactDraws exact,
                                   Masses masses, Kept kept)
    : problem_(problem),
      exact_(exact),
      masses_(masses),
      kept_(kept ? std::move(kept) : std::make_shared<std::optional<Summary>>()) {
  PLUMBLINE_REQUIRE(exact.count >= 2, "{} exact draws", exact.count);
  const HostMatrix axes = principal_axes(problem.target_covariance());
  axes_ = to_device("axes", axes);
  centre_ = to_device("centre", problem.target_mean());
  const Index count = axes.rows();
  if (count == 0) return;
  correlation_ = HostMatrix::Zero(count, count);
  if (axes.cols() > most_eigen_dimensions)
    correlation_ = axes * problem.target_covariance() * axes.transpose();
  const auto numbered = [](const char* kind, Index j) { return fmt::format("{}_{}", kind, j + 1); };
  for (Index j = 0; j < count; ++j) closed_.push_back(functional(numbered("location", j)));
  for (Index j = 0; j < count; ++j) closed_.push_back(functional(numbered("spread", j)));
  for (Index i = 0; i < count; ++i)
    for (Index j = i + 1; j < count; ++j)
      closed_.push_back(functional(fmt::format("dependence_{}_{}", i + 1, j + 1)));
  choose_tails(exec, axes);
  for (Index j = 0; j < low_.extent_int(0); ++j)
    closed_.push_back(functional(numbered("tails", j), false));
  choose_components();
  if (components_.empty()) return;
  const GaussianMixture& target = problem.target_components();
  tables_ = component_tables(exec, target);
  for (std::size_t c = 0; c < components_.size(); ++c) {
    const int k = components_[c];
    closed_.push_back(
        masses_ == Masses::by_rank
            ? functional(fmt::format("{}{}", mass_rank_prefix, c + 1))
            : functional(fmt::format("masses_{}", k), target.weights()(k) > least_mass));
  }
}

void KnownFunctionals::choose_tails(const Exec& exec, const HostMatrix& axes) {
  if (!problem_.is_mixture()) return;
  const GaussianMixture& target = problem_.posterior();
  line_ = line_along(exec, target, axes, problem_.target_mean());
  if (target.components() > most_components ||
      !(to_host_matrix(line_->stddev).array() > thinnest).all())
    return;
  low_ = quantiles(exec, *line_, tail_share);
  high_ = quantiles(exec, *line_, 1 - tail_share);
}

void KnownFunctionals::choose_components() {
  const HostVector& weights = problem_.target_components().weights();
  const auto all = static_cast<std::size_t>(weights.size());
  if (all < 2) return;
  components_.resize(all);
  std::iota(components_.begin(), components_.end(), 0);
  if (all > most_components && masses_ == Masses::by_component)
    std::erase_if(components_, [&](int k) { return !(weights(k) > least_mass); });
  std::stable_sort(components_.begin(), components_.end(),
                   [&](int a, int b) { return weights(a) > weights(b); });
  components_.resize(std::min<std::size_t>(components_.size(), functional_components));
  if (masses_ == Masses::by_component) std::sort(components_.begin(), components_.end());
}

Real KnownFunctionals::counts(int component) const {
  const bool heavy = problem_.target_components().weights()(component) > least_mass;
  return masses_ == Masses::by_component || heavy ? 1 : 0;
}

Matrix KnownFunctionals::along(const Exec& exec, const Matrix& x) const {
  const Matrix u = make_matrix("plumbline::metrics::along_axes", x.extent(0), axes_.extent(0));
  along_axes(exec, x, centre_, axes_, u);
  return u;
}

std::vector<SignedError> KnownFunctionals::errors(const Exec& exec,
                                                  const Ensemble& ensemble) const {
  if (closed_.empty() || !measurable(exec, ensemble)) return {};
  const Ensemble u{along(exec, ensemble.x), ensemble.log_w};
  // Σ_n w_n u_n u_nᵀ = Cov + mean meanᵀ
  const HostVector first = mean(exec, u);
  const HostMatrix second = covariance(exec, u) + first * first.transpose();
  const Index axes = first.size();
  std::vector<Real> values;
  for (Index j = 0; j < axes; ++j) values.push_back(first[j]);
  for (Index j = 0; j < axes; ++j) values.push_back(second(j, j) - 1);
  for (Index i = 0; i < axes; ++i)
    for (Index j = i + 1; j < axes; ++j) values.push_back(second(i, j) - correlation_(i, j));
  for (const Real share : weight_outside(exec, u, low_, high_))
    values.push_back(share - 2 * tail_share);
  if (tables_) {
    HostVector excess = -problem_.target_components().weights();
    add_mean_responsibilities(exec, *tables_, ensemble, excess);
    for (const int k : components_) values.push_back(counts(k) * excess[k]);
  }
  std::vector<SignedError> errors;
  for (std::size_t j = 0; j < closed_.size(); ++j)
    errors.push_back({closed_[j].name, {values[j], nan}});
  return errors;
}

std::vector<SignedError> KnownFunctionals::errors_of_dependent(const Exec& exec,
                                                               const Ensemble& ensemble) const {
  std::vector<SignedError> errors = this->errors(exec, ensemble);
  if (errors.empty()) return errors;
  const Measured& by = measured(exec);
  if (by.density) {
    const Vector log_q = log_densities(exec, *by.density, ensemble.x);
    const Real excess = fixed_sum(exec, "plumbline::metrics::log_density", ensemble.draws(),
                                  WeightedExcess{log_q, ensemble.log_w, by.log_q_mean});
    errors.push_back({by.all.back().name, {excess / by.log_q_sd, nan}});
  }
  const Real root = std::sqrt(static_cast<Real>(ensemble.draws()));
  for (std::size_t j = 0; j < errors.size(); ++j)
    if (by.all[j].of_dependent) errors[j].of.standard_error = by.all[j].deviation / root;
  return errors;
}

HostMatrix KnownFunctionals::closed_values(const Exec& exec, const Matrix& x) const {
  HostMatrix out(x.extent(0), static_cast<Index>(closed_.size()));
  if (closed_.empty()) return out;
  const HostMatrix u = to_host_matrix(along(exec, x));
  const Index axes = u.cols();
  Index column = 0;
  for (Index j = 0; j < axes; ++j) out.col(column++) = u.col(j);
  for (Index j = 0; j < axes; ++j) out.col(column++) = u.col(j).array().square() - 1;
  for (Index i = 0; i < axes; ++i)
    for (Index j = i + 1; j < axes; ++j)
      out.col(column++) = u.col(i).array() * u.col(j).array() - correlation_(i, j);
  const HostVector low = to_host_vector(low_), high = to_host_vector(high_);
  for (Index j = 0; j < low.size(); ++j, ++column)
    for (Index n = 0; n < u.rows(); ++n)
      out(n, column) = (u(n, j) < low(j) || u(n, j) > high(j) ? 1 : 0) - 2 * tail_share;
  if (!tables_) return out;
  const HostVector& weights = problem_.target_components().weights();
  over_responsibilities(exec, *tables_, x, [&](const Matrix& part, Index first) {
    const HostMatrix r = to_host_matrix(part);
    for (std::size_t c = 0; c < components_.size(); ++c)
      out.col(column + static_cast<Index>(c)).segment(first, r.rows()) =
          counts(components_[c]) * (r.col(components_[c]).array() - weights(components_[c]));
  });
  return out;
}

HostMatrix KnownFunctionals::values(const Exec& exec, const Matrix& x) const {
  const Measured& by = measured(exec);
  HostMatrix out = closed_values(exec, x);
  if (!by.density) return out;
  out.conservativeResize(Eigen::NoChange, out.cols() + 1);
  out.col(out.cols() - 1) =
      (to_host_vector(log_densities(exec, *by.density, x)).array() - by.log_q_mean) / by.log_q_sd;
  return out;
}

AxisTails KnownFunctionals::tails(const Exec& exec, const Matrix& x) const {
  if (!line_) return {};
  const HostMatrix u = to_host_matrix(along(exec, x)).transpose();
  const Matrix below = evaluate_lines(exec, *line_, to_device("u", u)).cdf;
  // P(≥ u) = P(−u' ≤ −u): a distribution function keeps its digits in its lower tail
  ProjectedMixture mirrored = *line_;
  mirrored.mean = to_device("line_mean", HostMatrix(-to_host_matrix(line_->mean)));
  const Matrix above = evaluate_lines(exec, mirrored, to_device("u", HostMatrix(-u))).cdf;
  return {to_host_matrix(below).transpose(), to_host_matrix(above).transpose()};
}

const std::vector<KnownFunctional>& KnownFunctionals::all(const Exec& exec) const {
  return measured(exec).all;
}

const KnownFunctionals::Measured& KnownFunctionals::measured(const Exec& exec) const {
  if (!measured_) measured_ = measure(exec);
  return *measured_;
}

}  // namespace plumbline
