// metrics/mmse_gap.cpp – what the mean of the draws loses as an estimate of x*, against the best
// one, the posterior mean, and in units of what that one misses itself.
//
// Both look at the same x*, so that most of its noise cancels:
//
//     (|mean(P) − x*|² − |E_Q − x*|²)/tr Cov_Q = δ·(δ + 2 (E_Q − x*))/tr Cov_Q,   δ = mean(P) −
//     E_Q,
//
// which averages to |δ|²/tr Cov_Q over x* ~ Q.
#include "metrics/estimates/influence.hpp"
#include "metrics/estimates/weighted.hpp"
#include "metrics/marginals/truth_rank.hpp"

namespace plumbline::mmse_gap {

class MmseGap final : public Metric {
 public:
  struct Settings {
    void visit(auto&&) {}
  };
  explicit MmseGap(const Settings&) {}

  Needs needs(const Problem&, Index n) const override { return {few_need(n)}; }

  void check(const Problem& problem) const override { require_truth(problem, "mmse_gap"); }

  Estimate evaluate(const Exec& exec, const MetricInput& input) const override {
    const Ensemble& ensemble = input.ensemble;
    const Problem& problem = input.problem;
    if (!problem.truth() || !measurable(exec, ensemble)) return {};
    const Real missed = problem.target_covariance().trace();
    if (!(missed > 0)) return {};
    const HostVector truth = to_host_matrix(truth_as_draw(problem)).row(0);
    const HostVector delta = mean(exec, ensemble) - problem.target_mean();
    const HostVector miss = problem.target_mean() - truth;
    // d value = 2 (mean(P) − x*)·d mean(P)/tr Cov_Q
    const HostVector gradient = 2 * (delta + miss) / missed;
    const Vector influence = make_vector("influence", ensemble.draws());
    linear_influence(exec, ensemble.x, to_device("centre", problem.target_mean()),
                     to_device("gradient", gradient), influence);
    return {delta.dot(delta + 2 * miss) / missed,
            influence_standard_error(exec, ensemble, influence)};
  }
};

}  // namespace plumbline::mmse_gap

namespace plumbline {

MetricEntry mmse_gap_metric() {
  return metric_entry<mmse_gap::MmseGap>(
      {.name = "mmse_gap",
       .long_name = "squared error of the mean beyond the best one's",
       .units = "minimal mean squared errors",
       .better = Better::lower,
       .rounding = Rounding::deviations,
       .needs_truth = true,
       .summary =
           "(|mean(P) − x*|² − |E_Q − x*|²)/tr Cov_Q, x* what y was drawn from, P the "
           "weighted draws, Q the exact posterior, whose mean has the least mean squared "
           "error, tr Cov_Q. Averages over x* to |mean(P) − E_Q|²/tr Cov_Q, which is 1/n on "
           "n exact draws; of one replicate either sign. Blind to all but the mean. Standard "
           "error by the delta method, draws taken as independent. NaN where Q is a point",
       .reference = "Zach et al. 2026 (there in decibels)",
       .cost = "O(n d)"});
}

}  // namespace plumbline
