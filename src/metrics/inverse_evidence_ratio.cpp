// metrics/inverse_evidence_ratio.cpp – Z/Ẑ − 1 of runs of which one keeps the path of an exact
// draw: its mean over replicates is 0 where evidence_ratio's is (samplers/filters/README §8). An Ẑ
// that is too small shows here, as one that is too large does there.
#include <cmath>

#include "metrics/metric.hpp"

namespace plumbline::inverse_evidence_ratio {

class InverseEvidenceRatio final : public Metric {
 public:
  struct Settings {
    void visit(auto&&) {}
  };
  explicit InverseEvidenceRatio(const Settings&) {}

  Needs needs(const Problem&, Index n) const override { return {few_need(n)}; }

  Estimate evaluate(const Exec&, const MetricInput& input) const override {
    const Real log_z = input.problem.log_evidence();
    if (!input.retained_log_evidence || std::isnan(log_z)) return {};
    return {.value = std::expm1(log_z - input.retained_log_evidence())};
  }
};

}  // namespace plumbline::inverse_evidence_ratio

namespace plumbline {

MetricEntry inverse_evidence_ratio_metric() {
  return metric_entry<inverse_evidence_ratio::InverseEvidenceRatio>(
      {.name = "inverse_evidence_ratio",
       .long_name = "relative error of the inverse evidence",
       .units = "1",
       .better = Better::zero,
       .has_floor = false,
       .law = Law::inverse_mean_one,
       .needs_evidence = true,
       .runs_sampler = true,
       .summary =
           "p(y)/p̂(y) − 1, p̂ the sampler's estimate by runs of its own, the first of which "
           "keeps the path of an exact draw alive: its mean is 0 where E[p̂] = p(y). Large "
           "where p̂ is too small, which evidence_ratio hides in rare large values. Costs as "
           "much as the draws. NaN where the kernel is not exact, the sampler cannot, or the "
           "problem has no evidence",
       .reference = "Grosse, Ghahramani & Adams 2015; Andrieu, Doucet & Holenstein 2010",
       .cost = "that of the sampler"});
}

}  // namespace plumbline
