// Slow values of metrics on small draws of a target on a line, for benchmarks to compare with
// before any clock starts: definitions of tests/reference written out. Metrics without one here are
// compared with their definitions by tests/unit/metrics alone.
#pragma once

#include <map>

#include "unit/metrics/support.hpp"

namespace plumbline::test {

/// Forty weighted draws, and a target of two components.
struct SmallCase {
  reference::Line line{{.4, .6}, {-3, 2}, {1, 0.5}};
  Problem problem = target(isotropic(line.weight, {{-3}, {2}}, line.stddev));
  reference::Points x = normal_points(40, 1, 0.5, 3);
  std::vector<Real> w = uneven_weights(40), equal = std::vector<Real>(40, 1.0 / 40),
                    flat = column(x);

  static std::vector<Real> column(const reference::Points& rows) {
    std::vector<Real> values;
    for (const auto& row : rows) values.push_back(row[0]);
    return values;
  }
  Real moment(int p, Real about) const {
    return reference::integral(
        line, [&](Real t) { return std::pow(t - about, p) * line.pdf(t); }, line.low(),
        line.high());
  }
  Real mean() const { return moment(1, 0); }
  Real stddev() const { return std::sqrt(moment(2, mean())); }
  Real drawn_mean() const { return reference::mean(x, w)[0]; }
  Real drawn_stddev() const { return std::sqrt(reference::covariance(x, w)[0][0]); }
  /// The exact draws that seed 1 compares with.
  reference::Points exact(Index n) const {
    const HostMatrix rows =
        to_host_matrix(problem.draw_exact(Exec(), n, Rng::from_seed(1).stream("reference")));
    reference::Points list;
    for (Index i = 0; i < n; ++i) list.push_back({rows(i, 0)});
    return list;
  }
  Real component(reference::Moment moment) const {
    return std::sqrt(
        reference::component_square(x, w, line.weight, {{-3}, {2}}, line.stddev, moment));
  }
};

struct SlowMetric {
  Real (*value)(const SmallCase&);
  bool equally = false;  ///< of equal weights
  Table settings = {};
};

inline const std::map<std::string, SlowMetric>& slow_metrics() {
  using Case = SmallCase;
  static const Real h = 0.8;
  static const std::map<std::string, SlowMetric> all = {
      {"mean_error",
       {[](const Case& c) { return std::abs(c.drawn_mean() - c.mean()) / c.stddev(); }}},
      {"covariance_error",
       {[](const Case& c) { return std::abs(std::pow(c.drawn_stddev() / c.stddev(), 2) - 1); }}},
      {"bures", {[](const Case& c) {
         return std::hypot(c.drawn_mean() - c.mean(), c.drawn_stddev() - c.stddev());
       }}},
      {"marginal_ks",
       {[](const Case& c) { return reference::kolmogorov_smirnov(c.flat, c.w, c.line); }}},
      {"marginal_cvm",
       {[](const Case& c) { return reference::cramer_von_mises(c.flat, c.w, c.line); }}},
      {"component_mass", {[](const Case& c) {
         return reference::component_mass(c.x, c.w, c.line.weight, {{-3}, {2}}, c.line.stddev);
       }}},
      {"component_mean_error",
       {[](const Case& c) { return c.component(reference::Moment::mean); }}},
      {"component_covariance_error",
       {[](const Case& c) { return c.component(reference::Moment::covariance); }}},
      {"log_density_gap", {[](const Case& c) {
         Real gap = 0;
         for (std::size_t n = 0; n < c.flat.size(); ++n)
           gap += c.w[n] * std::log(c.line.pdf(c.flat[n]));
         const reference::Points exact = c.exact(16384);
         for (const auto& x : exact)
           gap -= std::log(c.line.pdf(x[0])) / static_cast<Real>(exact.size());
         return gap;
       }}},
      {"sliced_wasserstein_1",
       {[](const Case& c) { return reference::wasserstein_to_line(c.flat, c.w, c.line, 1); }}},
      {"sliced_wasserstein_2", {[](const Case& c) {
         return std::sqrt(reference::wasserstein_to_line(c.flat, c.w, c.line, 2));
       }}},
      {"max_sliced_wasserstein", {[](const Case& c) {
         return std::sqrt(reference::wasserstein_to_line(c.flat, c.w, c.line, 2));
       }}},
      {"energy_distance",
       {[](const Case& c) { return reference::energy_distance(c.x, c.w, c.exact(40)); }}},
      {"mmd",
       {[](const Case& c) {
          return reference::kernel_discrepancy(
              c.x, c.w, c.line, [](Real r) { return std::exp(-r * r / (2 * h * h)); });
        },
        false, number_setting("bandwidth", h)}},
      {"wasserstein_2",
       {[](const Case& c) {
          return std::sqrt(reference::wasserstein_of_samples(c.flat, Case::column(c.exact(40)), 2));
        },
        true}},
      {"effective_draws", {[](const Case& c) {
         Real squares = 0;
         for (const Real v : c.w) squares += v * v;
         return 1 / squares;
       }}}};
  return all;
}

/// Is the metric what its slow version says? True of those that have none.
inline bool agrees_with_reference(const std::string& metric) {
  const auto slow = slow_metrics().find(metric);
  if (slow == slow_metrics().end()) return true;
  const SmallCase c;
  const Ensemble draws = ensemble(c.x, slow->second.equally ? c.equal : c.w);
  const Real found = evaluate(metric.c_str(), c.problem, draws, 1, slow->second.settings).value;
  const Real expected = slow->second.value(c);
  return std::abs(found - expected) <= 1e-8 * (1 + std::abs(expected));
}

}  // namespace plumbline::test
