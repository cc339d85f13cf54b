// metrics/rank_log_likelihood.cpp – rank of log p(y | x*) among the draws: the quantity that
// depends on the data, without which "posterior = prior" passes every calibration check.
#include "metrics/marginals/truth_rank.hpp"

namespace plumbline::rank_log_likelihood {

class RankLogLikelihood final : public Metric {
 public:
  struct Settings {
    void visit(auto&&) {}
  };
  explicit RankLogLikelihood(const Settings&) {}

  void check(const Problem& problem) const override {
    require_truth(problem, "rank_log_likelihood");
  }
  Estimate evaluate(const Exec& exec, const MetricInput& input) const override {
    return truth_rank(exec, input, log_likelihood_of_draws);
  }
};

}  // namespace plumbline::rank_log_likelihood

namespace plumbline {

MetricEntry rank_log_likelihood_metric() {
  return metric_entry<rank_log_likelihood::RankLogLikelihood>(
      {.name = "rank_log_likelihood",
       .long_name = "rank of the truth's log likelihood",
       .units = "probability",
       .better = Better::zero,
       .has_floor = false,
       .law = Law::uniform,
       .needs_truth = true,
       .summary = "Randomised rank in [0, 1] of log p(y | x*) among log p(y | x_n), x* what y was "
                  "drawn from; for inpainting p(y | x) = p(x, y)/p(x). Uniform over replicates "
                  "for the exact posterior. Draws must be independent: thin chains. NaN where "
                  "p(y | x) has no density: no noise, or a prior with points",
       .reference = "Modrák et al. 2023",
       .cost = "O(n K d)"});
}

}  // namespace plumbline
