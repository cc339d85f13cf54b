// metrics/rank_log_density.cpp – rank of log p(x*) among the draws, p the prior: calibration seen
// by a quantity that knows no data.
#include "metrics/marginals/truth_rank.hpp"

namespace plumbline::rank_log_density {

class RankLogDensity final : public Metric {
 public:
  struct Settings {
    void visit(auto&&) {}
  };
  explicit RankLogDensity(const Settings&) {}

  Needs needs(const Problem&, Index n) const override { return {few_need(n)}; }

  bool depends_on_y() const override { return false; }
  void check(const Problem& problem) const override { require_truth(problem, "rank_log_density"); }
  Estimate evaluate(const Exec& exec, const MetricInput& input) const override {
    return truth_rank(exec, input, log_prior);
  }
};

}  // namespace plumbline::rank_log_density

namespace plumbline {

MetricEntry rank_log_density_metric() {
  return metric_entry<rank_log_density::RankLogDensity>(
      {.name = "rank_log_density",
       .long_name = "rank of the truth's log prior density",
       .units = "probability",
       .better = Better::zero,
       .has_floor = false,
       .law = Law::uniform,
       .needs_truth = true,
       .summary = "Randomised rank in [0, 1] of log p(x*) among log p(x_n), p the prior's density "
                  "of a draw and x* what y was drawn from. Uniform over replicates for the exact "
                  "posterior, and for the prior: look at rank_log_likelihood too. Draws must be "
                  "independent: thin chains. NaN for a data set, which has no density",
       .reference = "Talts et al. 2018",
       .cost = "O(n K d)"});
}

}  // namespace plumbline
