// metrics/wasserstein_2.cpp – the 2-Wasserstein distance itself, by the optimal assignment of draws
// to exact draws.
//
// Both sides are samples, and in d dimensions two samples of m are m^(−1/d) apart even when their
// laws agree: the floor is what to compare with, and it is high.
#include <cmath>

#include "metrics/estimates/weighted.hpp"
#include "metrics/metric.hpp"
#include "metrics/transport/assignment.hpp"

namespace plumbline::wasserstein_2 {

struct Settings {
  int subsample = 500;

  void visit(auto&& field) {
    field("subsample", subsample,
          "most draws that enter, on either side: time grows with its square and more, 10000 take "
          "seconds",
          between(2, 20000));
  }
};

/// m equally weighted rows that stand for the ensemble: draw n appears ⌊m w_n⌋ or ⌈m w_n⌉ times
/// (systematic resampling, one uniform number). All draws, once each, when weights are equal and m
/// = n; a draw of weight 0 never.
///   requires  measurable draws
std::vector<Index> systematic_sample(const std::vector<Real>& log_w, Index m, Real uniform) {
  Real total = 0;
  for (const Real l : log_w) total += exp(l);
  std::vector<Index> chosen;
  Real level = 0;
  for (Index n = 0; n < static_cast<Index>(log_w.size()); ++n) {
    level += exp(log_w[n]) / total * static_cast<Real>(m);
    while (static_cast<Index>(chosen.size()) < m && chosen.size() + uniform < level)
      chosen.push_back(n);
  }
  // The levels end at m but for rounding: the last draw of positive weight gets what that left.
  Index last = static_cast<Index>(log_w.size()) - 1;
  while (!(log_w[last] > -infinity)) --last;
  chosen.resize(m, last);
  return chosen;
}

HostMatrix rows_of(const HostMatrix& x, const std::vector<Index>& chosen) {
  HostMatrix rows(static_cast<Index>(chosen.size()), x.cols());
  for (Index i = 0; i < rows.rows(); ++i) rows.row(i) = x.row(chosen[i]);
  return rows;
}

/// (1/m) Σ (potential − mean)² / (m − 1): what one side adds to the variance of the mean cost.
Real variance_of_mean(const HostVector& potential) {
  const Real m = static_cast<Real>(potential.size());
  return (potential.array() - potential.mean()).square().sum() / (m * (m - 1));
}

class Wasserstein2 final : public Metric {
 public:
  using Settings = wasserstein_2::Settings;
  explicit Wasserstein2(const Settings& settings) : settings_(settings) {}

  Needs needs(const Problem& problem, Index n) const override {
    const Real m = std::min(Real(n), Real(settings_.subsample));
    return {rows_need(problem, Real(n), "draws", "draws"),
            {Real(n) < settings_.subsample ? "draws" : "subsample",
             "the assignment, by row and column", assignment_bytes(m, problem.dimension())}};
  }

  Estimate evaluate(const Exec& exec, const MetricInput& input) const override {
    const Ensemble& ensemble = input.ensemble;
    if (!measurable(exec, ensemble)) return {};
    const std::vector<Real> log_w = to_host(ensemble.log_w);
    Index m = 0;
    for (const Real l : log_w) m += l > -infinity;
    m = std::min<Index>(m, settings_.subsample);
    const Real uniform = input.rng.stream("subsample").uniform(0, 0, 0);
    const HostMatrix x = rows_of(to_host_matrix(ensemble.x), systematic_sample(log_w, m, uniform));
    const Matrix y = input.problem.draw_exact(exec, m, input.rng.stream("reference"));
    const Assignment best = assign_points(x, to_host_matrix(y));
    const Real value = std::sqrt(best.cost / static_cast<Real>(m));
    if (m < 2 || !(value > 0)) return {.value = value};
    return {value, std::sqrt(variance_of_mean(best.row_potential) +
                             variance_of_mean(best.column_potential)) /
                       (2 * value)};
  }

 private:
  Settings settings_;
};

}  // namespace plumbline::wasserstein_2

namespace plumbline {

MetricEntry wasserstein_2_metric() {
  return metric_entry<wasserstein_2::Wasserstein2>(
      {.name = "wasserstein_2",
       .long_name = "2-Wasserstein distance",
       .units = "data units",
       .better = Better::lower,
       .rounding = Rounding::data,
       .summary =
           "√(min over permutations σ of (1/m) Σ_i |x_i − y_σ(i)|²), x m draws, y m exact "
           "draws: the exact optimal assignment. m is the number of draws of positive weight, "
           "at most subsample; the m are drawn by weight (systematic resampling with the "
           "metric's random numbers), which for equal weights takes all or every (n/m)-th. "
           "Biased upwards by both samples, about m^(−1/d): compare with the floor. Standard "
           "error about its mean from the dual potentials of both samples",
       .reference =
           "Jonker & Volgenant 1987; Bertsekas 1988; del Barrio & Loubes 2019 for the error",
       .cost =
           "about 20 m² d in general, on one core of the host; a proof of optimality in the worst "
           "case m³"});
}

}  // namespace plumbline
