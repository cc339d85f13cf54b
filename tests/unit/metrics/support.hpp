// What tests of metrics share: targets, ensembles, one evaluation, and z-scores.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "metrics/metric.hpp"
#include "reference/metrics.hpp"
#include "unit/problem/observations.hpp"

namespace plumbline::test {

/// A problem whose posterior is `mixture` itself: one class that holds every component.
inline Problem target(const GaussianMixture& mixture) {
  std::vector<int> all(mixture.components());
  std::iota(all.begin(), all.end(), 0);
  Table ou;
  ou.set("kind", {std::string("ou")});
  return Problem(Exec(), mixture, NoiseProcess::from_settings(ou), ClassLabel{0, {all}, 1});
}

/// Three components in the plane, class {0, 1} tilted with gamma = 2: no mixture.
inline Problem tilted_target() {
  HostMatrix mu(3, 2);
  mu << -2, 0, 1, 1, 2, -1;
  Table ou;
  ou.set("kind", {std::string("ou")});
  return Problem(Exec(), GaussianMixture::isotropic(HostVector::Ones(3), mu, HostVector::Ones(3)),
                 NoiseProcess::from_settings(ou), ClassLabel{0, {{0, 1}, {2}}, 2});
}

/// The same prior above a smooth threshold.
inline Problem event_target() {
  const Problem tilt = tilted_target();
  return Problem(Exec(), tilt.prior(), tilt.process(), Event{HostVector::Ones(2), 1, 0.3});
}

/// … and bent by a nonlinear observation.
inline Problem crescent_target() {
  const Problem tilt = tilted_target();
  return Problem(Exec(), tilt.prior(), tilt.process(), Crescent{.c = 1, .xi = 0.5, .y = 2});
}

inline GaussianMixture isotropic(const std::vector<Real>& weight, const reference::Points& mean,
                                 const std::vector<Real>& stddev) {
  const Index components = static_cast<Index>(weight.size());
  HostMatrix mu(components, static_cast<Index>(mean[0].size()));
  HostVector pi(components), variance(components);
  for (Index k = 0; k < components; ++k) {
    pi[k] = weight[k];
    variance[k] = stddev[k] * stddev[k];
    for (Index i = 0; i < mu.cols(); ++i) mu(k, i) = mean[k][i];
  }
  return GaussianMixture::isotropic(pi, mu, variance);
}

inline GaussianMixture standard_normal_mixture(int d) {
  return isotropic({1}, {std::vector<Real>(d, 0.0)}, {1});
}

inline Ensemble ensemble(const reference::Points& x, const std::vector<Real>& w = {}) {
  std::vector<Real> flat, log_w;
  for (const auto& row : x) flat.insert(flat.end(), row.begin(), row.end());
  for (const Real v : w) log_w.push_back(std::log(v));
  const Matrix points =
      to_device("x", flat, static_cast<Index>(x.size()), static_cast<Index>(x[0].size()));
  return w.empty() ? equally_weighted(points) : Ensemble{points, to_device("log_w", log_w)};
}

/// n numbers per row, normal times scale plus shift.
inline reference::Points normal_points(Index n, int d, Real shift = 0, Real scale = 1,
                                       std::uint64_t seed = 7) {
  const Rng rng = Rng::from_seed(seed);
  reference::Points x(n, std::vector<Real>(d));
  for (Index row = 0; row < n; ++row)
    for (int i = 0; i < d; ++i) x[row][i] = shift + scale * rng.normal(row, 0, i);
  return x;
}

/// n positive weights that sum to 1 and span two decades.
inline std::vector<Real> uneven_weights(Index n) {
  const Rng rng = Rng::from_seed(11);
  std::vector<Real> w(n);
  for (Index i = 0; i < n; ++i) w[i] = std::exp(4.6 * rng.uniform(i, 0, 0));
  const Real total = std::accumulate(w.begin(), w.end(), 0.0);
  for (Real& v : w) v /= total;
  return w;
}

inline Table setting(const char* key, Index value) {
  Table table;
  table.set(key, {std::int64_t{value}});
  return table;
}

inline Table number_setting(const char* key, Real value) {
  Table table;
  table.set(key, {value});
  return table;
}
inline Table text_setting(const char* key, const char* value) {
  Table table;
  table.set(key, {std::string(value)});
  return table;
}

inline Estimate evaluate(const char* metric, const Problem& problem, const Ensemble& draws,
                         std::uint64_t seed = 1, const Table& settings = {}) {
  const auto made = find_metric(metric).make(settings);
  return made->evaluate(Exec(), {problem, draws, nan, Rng::from_seed(seed)});
}

/// n exact draws of the problem's target.
inline Ensemble exact_draws(const Problem& problem, Index n, std::uint64_t seed) {
  return equally_weighted(problem.draw_exact(Exec(), n, Rng::from_seed(seed).stream("draws")));
}

struct MeanAndError {
  Real mean, error, deviation;  ///< error of the mean, deviation of one
};
inline MeanAndError summarise(const std::vector<Real>& values) {
  const Real n = static_cast<Real>(values.size());
  const Real mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
  Real square = 0;
  for (const Real v : values) square += (v - mean) * (v - mean);
  const Real deviation = std::sqrt(square / (n - 1));
  return {mean, deviation / std::sqrt(n), deviation};
}

/// |z| < 5: false alarm below 1e-6 for a mean of 64 or more.
inline void expect_mean(const std::vector<Real>& values, Real expected, const char* what) {
  const MeanAndError s = summarise(values);
  const Real z = (s.mean - expected) / s.error;
  ::testing::Test::RecordProperty(std::string(what) + "_z", fmt::format("{:.2f}", z));
  EXPECT_LT(std::abs(z), 5) << what << ": " << s.mean << " ± " << s.error << ", not " << expected;
}

}  // namespace plumbline::test
