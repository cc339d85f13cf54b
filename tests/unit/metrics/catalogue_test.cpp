// The catalogue of metrics names itself as a user will.
#include "unit/metrics/support.hpp"

namespace plumbline::test::catalogue_test {
namespace {

TEST(MetricCatalogue, NamesTheNearestForATypingError) {
  try {
    find_metric("sliced_waserstein_2");
    FAIL();
  } catch (const SpecError& error) {
    EXPECT_NE(error.allowed().find("did you mean 'sliced_wasserstein_2'"), std::string::npos)
        << error.allowed();
  }
}

TEST(MetricCatalogue, RefusesUnknownSettings) {
  EXPECT_THROW(find_metric("mean_error").make(setting("projections", 8)), SpecError);
  EXPECT_THROW(find_metric("sliced_wasserstein_1").make(setting("projections", 0)), SpecError);
}

TEST(LogEvidenceError, IsADifferenceAndNaNWithoutAnEstimate) {
  const Problem problem = target(standard_normal_mixture(1));
  const Ensemble draws = ensemble({{0}});
  const auto metric = find_metric("log_evidence_error").make({});
  const Rng rng = Rng::from_seed(1);

  EXPECT_DOUBLE_EQ(metric->evaluate(Exec(), {problem, draws, -1.5, rng}).value,
                   -1.5 - problem.log_evidence());
  EXPECT_TRUE(std::isnan(metric->evaluate(Exec(), {problem, draws, nan, rng}).value));
  EXPECT_TRUE(std::isnan(metric->evaluate(Exec(), {tilted_target(), draws, -1.5, rng}).value));
}

}  // namespace
}  // namespace plumbline::test::catalogue_test
