// One replicate: what its metrics may ask of the sampler beside the draws.
#include "harness/run/replicate.hpp"

#include <gtest/gtest.h>

#include "harness/sweep/streams.hpp"
#include "unit/samplers/support.hpp"

namespace plumbline::test::replicate_test {
namespace {

/// Exact draws, and an evidence that is too small by a factor e^¼ where a path is kept.
class Keeps final : public Sampler {
 public:
  mutable int asked = 0;
  mutable Index draws = 0;

  Ensemble draw(const Exec& exec, const Problem& problem, Index n, Rng rng, Trace&) const override {
    return equally_weighted(problem.draw_exact(exec, n, rng));
  }
  Index declared_evaluations(const Problem&, Index) const override { return 0; }
  Claim claim() const override { return Claim::exact(); }
  Real retained_log_evidence(const Exec&, const Problem& problem, Index n, Rng rng) const override {
    ++asked;
    draws = n;
    const Rng own = retained_stream(Rng::from_seed(3));
    EXPECT_EQ(rng.uniform(0, 0, 0), own.uniform(0, 0, 0));
    return problem.log_evidence() - 0.25;
  }
};

TEST(Replicate, RunsTheSamplerAgainWithAnExactPathWhereAMetricAsks) {
  const Problem problem = last_observed(three_in_the_plane(), 0.5, ou());
  const Keeps sampler;
  const auto measured = [&](const char* name) {
    Metrics metrics;
    metrics.push_back(find_metric(name).make({}));
    const KnownFunctionals known(Exec{}, problem, {2, Rng::from_seed(4)});
    return run_replicate(
               Exec{}, sampler, problem, [&]() -> const KnownFunctionals& { return known; },
               metrics, {.draws = 7}, Rng::from_seed(3))
        .metrics[0]
        .value;
  };
  measured("mean_error");
  EXPECT_EQ(sampler.asked, 0);
  EXPECT_NEAR(measured("inverse_evidence_ratio"), std::expm1(0.25), 1e-12);
  EXPECT_EQ(sampler.asked, 1);
  EXPECT_EQ(sampler.draws, 7);
}

}  // namespace
}  // namespace plumbline::test::replicate_test
