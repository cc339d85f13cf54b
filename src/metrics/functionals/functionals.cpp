// Principal axes, quantiles along them, and the averages.
#include "metrics/functionals/functionals.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/normal.hpp"
#include "core/reduce.hpp"
#include "metrics/components/responsible.hpp"
#include "metrics/estimates/weighted.hpp"
#include "record/functionals.hpp"

namespace plumbline {
namespace {

constexpr int most_dimensions = 64, most_components = 64;
constexpr Real tail_share = 0.05;

/// Unit directions and the target's standard deviation along each.
struct PrincipalAxes {
  HostMatrix directions;  ///< [J, d]
  HostVector deviations;  ///< [J], > 0
};

/// The leading axes, the largest entry of each positive; none of a point.
PrincipalAxes principal_axes(const HostMatrix& covariance) {
  const Index d = covariance.rows();
  HostMatrix vectors = HostMatrix::Identity(d, d);
  HostVector values = covariance.diagonal();
  if (d <= most_dimensions) {
    const SymmetricEigen eigen = symmetric_eigen(covariance);
    vectors = eigen.vectors;
    values = eigen.values;
  }
  std::vector<Index> order(static_cast<std::size_t>(d));
  std::iota(order.begin(), order.end(), Index{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](Index a, Index b) { return values[a] > values[b]; });
  const Real least = 1e-12 * std::max<Real>(0, values[order.front()]);
  Index count = 0;
  while (count < std::min<Index>(functional_axes, d) &&
         values[order[static_cast<std::size_t>(count)]] > least)
    ++count;
  PrincipalAxes axes{HostMatrix(count, d), HostVector(count)};
  for (Index j = 0; j < count; ++j) {
    const Index from = order[static_cast<std::size_t>(j)];
    HostVector axis = vectors.col(from);
    Index largest = 0;
    axis.cwiseAbs().maxCoeff(&largest);
    axes.directions.row(j) = (axis[largest] < 0 ? -axis : axis).transpose();
    axes.deviations[j] = std::sqrt(values[from]);
  }
  return axes;
}

/// u(n, j) = Σ_i scaled(j, i) (x(n, i) − centre(i)).
///   shapes  x [n, d], centre [d], scaled [J, d] → u [n, J]
void along_axes(const Exec& exec, const Matrix& x, const Vector& centre, const Matrix& scaled,
                const Matrix& u) {
  const Index d = x.extent(1), axes = scaled.extent(0);
  parallel_over(
      exec, "plumbline::metrics::along_axes", x.extent(0), KOKKOS_LAMBDA(Index n) {
        for (Index j = 0; j < axes; ++j) {
          Real sum = 0;
          for (Index i = 0; i < d; ++i) sum = Kokkos::fma(scaled(j, i), x(n, i) - centre(i), sum);
          u(n, j) = sum;
        }
      });
}

/// Weight of the draws outside [low(j), high(j)], for every axis.
struct WeightOutside {
  Matrix u;
  Vector log_w, low, high;

  KOKKOS_FUNCTION void operator()(Index n, Real* sums) const {
    const Real w = exp(log_w(n));
    for (Index j = 0; j < low.extent_int(0); ++j)
      sums[j] += u(n, j) < low(j) || u(n, j) > high(j) ? w : Real(0);
  }
};

/// A mixture on a line, in the units of u.
struct OnLine {
  HostVector weights, means, deviations;  ///< [K]

  Real cdf(Real u) const {
    Real sum = 0;
    for (Index k = 0; k < weights.size(); ++k) {
      const Real z = (u - means[k]) / deviations[k];
      sum += weights[k] * (z < 0 ? math::upper_tail(-z) : 1 - math::upper_tail(z));
    }
    return sum;
  }
  /// By bisection; Chebyshev: all but 1e-4 of the mass is within 100 deviations.
  Real quantile(Real p) const {
    Real low = -100, high = 100;
    for (int i = 0; i < 60; ++i) {
      const Real middle = (low + high) / 2;
      (cdf(middle) < p ? low : high) = middle;
    }
    return high;
  }
};

/// Nothing where some component has no extension along the axis.
std::optional<OnLine> on_line(const GaussianMixture& target, const HostVector& centre,
                              const HostVector& scaled_axis) {
  OnLine line{target.weights(), (target.means().rowwise() - centre.transpose()) * scaled_axis,
              HostVector(target.components())};
  for (int k = 0; k < target.components(); ++k) {
    Real variance = 0;
    if (target.kind() == CovarianceKind::full)
      variance = (target.eigenvectors(k).transpose() * scaled_axis)
                     .cwiseAbs2()
                     .dot(target.eigenvalues().row(k));
    else if (target.kind() == CovarianceKind::diagonal)
      variance = scaled_axis.cwiseAbs2().dot(target.eigenvalues().row(k));
    else
      variance = scaled_axis.squaredNorm() * target.eigenvalues()(k, 0);
    if (!(variance > 0)) return std::nullopt;
    line.deviations[k] = std::sqrt(variance);
  }
  return line;
}

/// Shares beyond the quantiles, where the target has them.
void add_tails(const Exec& exec, const Problem& problem, const HostMatrix& scaled,
               const Ensemble& u, std::vector<SignedError>& errors) {
  if (!problem.is_mixture() || problem.posterior().components() > most_components) return;
  const Index axes = scaled.rows();
  HostVector low(axes), high(axes);
  for (Index j = 0; j < axes; ++j) {
    const auto line = on_line(problem.posterior(), problem.target_mean(), scaled.row(j));
    if (!line) return;
    low[j] = line->quantile(tail_share);
    high[j] = line->quantile(1 - tail_share);
  }
  const auto shares =
      fixed_sums(exec, "plumbline::metrics::weight_outside", u.draws(), axes,
                 WeightOutside{u.x, u.log_w, to_device("low", low), to_device("high", high)});
  for (Index j = 0; j < axes; ++j)
    errors.push_back(
        {fmt::format("tails_{}", j + 1), shares[static_cast<std::size_t>(j)] - 2 * tail_share});
}

void add_masses(const Exec& exec, const Problem& problem, const Ensemble& ensemble,
                std::vector<SignedError>& errors) {
  const GaussianMixture& target = problem.target_components();
  const int components = target.components();
  if (components < 2 || components > most_components) return;
  HostVector excess = -target.weights();
  add_mean_responsibilities(exec, component_tables(exec, target), ensemble, excess);
  std::vector<int> order(static_cast<std::size_t>(components));
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](int a, int b) { return target.weights()[a] > target.weights()[b]; });
  order.resize(static_cast<std::size_t>(std::min(components, functional_components)));
  std::sort(order.begin(), order.end());
  for (const int k : order) errors.push_back({fmt::format("mass_{}", k + 1), excess[k]});
}

}  // namespace

std::vector<SignedError> signed_errors(const Exec& exec, const Problem& problem,
                                       const Ensemble& ensemble) {
  std::vector<SignedError> errors;
  if (problem.truth() || !measurable(exec, ensemble)) return errors;
  const PrincipalAxes axes = principal_axes(problem.target_covariance());
  const Index count = axes.deviations.size();
  if (count == 0) return errors;
  // u_n = (a_jᵀ(x_n − μ)/√λ_j)_j
  const HostMatrix scaled = axes.deviations.cwiseInverse().asDiagonal() * axes.directions;
  const Matrix u = make_matrix("plumbline::metrics::along_axes", ensemble.draws(), count);
  along_axes(exec, ensemble.x, to_device("centre", problem.target_mean()),
             to_device("axes", scaled), u);
  const Ensemble in_axes{u, ensemble.log_w};
  // Σ_n w_n u_n u_nᵀ = Cov + mean meanᵀ
  const HostVector first = mean(exec, in_axes);
  const HostMatrix second = covariance(exec, in_axes) + first * first.transpose();
  for (Index j = 0; j < count; ++j) errors.push_back({fmt::format("location_{}", j + 1), first[j]});
  for (Index j = 0; j < count; ++j)
    errors.push_back({fmt::format("spread_{}", j + 1), second(j, j) - 1});
  for (Index i = 0; i < count; ++i)
    for (Index j = i + 1; j < count; ++j)
      errors.push_back({fmt::format("dependence_{}_{}", i + 1, j + 1), second(i, j)});
  add_tails(exec, problem, scaled, in_axes, errors);
  add_masses(exec, problem, ensemble, errors);
  return errors;
}

Needs signed_error_needs(const Problem& problem, Index n) {
  Needs needs = {{"draws", "draws along principal axes",
                  bytes_of(Real(n) * std::min(functional_axes, problem.dimension()))},
                 {"draws", "draws [n, d]", bytes_of(Real(n) * (Real(problem.dimension()) + 1))}};
  if (problem.prior().components() <= most_components)
    needs.push_back(responsibilities_need(problem, n));
  return needs;
}

}  // namespace plumbline
