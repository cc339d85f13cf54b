// metrics/log_evidence_error.cpp – log p̂(y) − log p(y) of samplers that estimate the evidence.
//
// An SMC estimate p̂ is unbiased, so its logarithm is low by about half its relative variance:
// zero is the aim, not the mean to expect.
#include "metrics/metric.hpp"

namespace plumbline::log_evidence_error {

class LogEvidenceError final : public Metric {
 public:
  struct Settings {
    void visit(auto&&) {}
  };
  explicit LogEvidenceError(const Settings&) {}

  Needs needs(const Problem&, Index n) const override { return {few_need(n)}; }

  Estimate evaluate(const Exec&, const MetricInput& input) const override {
    return {.value = input.log_evidence - input.problem.log_evidence()};
  }
};

}  // namespace plumbline::log_evidence_error

namespace plumbline {

MetricEntry log_evidence_error_metric() {
  return metric_entry<log_evidence_error::LogEvidenceError>(
      {.name = "log_evidence_error",
       .long_name = "error of the log evidence",
       .units = "nats",
       .better = Better::zero,
       .has_floor = false,
       .law = Law::log_mean_one,
       .needs_evidence = true,
       .summary = "log p̂(y) − log p(y), p̂ the sampler's estimate of the evidence; NaN when it "
                  "makes none or the problem has none (a tilted class). Negative on average even "
                  "for an unbiased p̂, by half its relative variance",
       .reference = "Del Moral 2004; Naesseth et al. 2019",
       .cost = "O(1)"});
}

}  // namespace plumbline
