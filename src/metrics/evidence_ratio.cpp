// metrics/evidence_ratio.cpp – Ẑ/Z − 1: its mean over replicates is the relative bias of the
// evidence estimate, 0 for an unbiased one, which log Ẑ never shows.
#include <cmath>

#include "metrics/metric.hpp"

namespace plumbline::evidence_ratio {

class EvidenceRatio final : public Metric {
 public:
  struct Settings {
    void visit(auto&&) {}
  };
  explicit EvidenceRatio(const Settings&) {}

  Needs needs(const Problem&, Index n) const override { return {few_need(n)}; }

  Estimate evaluate(const Exec&, const MetricInput& input) const override {
    return {.value = std::expm1(input.log_evidence - input.problem.log_evidence())};
  }
};

}  // namespace plumbline::evidence_ratio

namespace plumbline {

MetricEntry evidence_ratio_metric() {
  return metric_entry<evidence_ratio::EvidenceRatio>(
      {.name = "evidence_ratio",
       .long_name = "relative error of the evidence",
       .units = "1",
       .better = Better::zero,
       .has_floor = false,
       .law = Law::mean_one,
       .needs_evidence = true,
       .summary = "p̂(y)/p(y) − 1, p̂ the sampler's estimate of the evidence. Its mean over "
                  "replicates is E[Ẑ]/Z − 1, the bias; skewed when the variance of p̂ is large, so "
                  "many replicates are needed before 0 means unbiased. NaN when the sampler makes "
                  "no estimate or the problem has no evidence (a tilted class)",
       .reference = "Del Moral 2004; Naesseth et al. 2019",
       .cost = "O(1)"});
}

}  // namespace plumbline
