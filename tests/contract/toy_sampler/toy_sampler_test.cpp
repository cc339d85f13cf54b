// One file and one line in catalogue.def, and a sampler has its settings, its errors, its
// documentation and the contract suite.
#include "unit/problem/observations.hpp"
#include "unit/samplers/support.hpp"

namespace plumbline::test::toy_sampler_test {
namespace {

TEST(ToySampler, IsTheLastEntryOfTheCatalogue) {
  EXPECT_EQ(sampler_catalogue().back().name, "moment-match");
  EXPECT_EQ(sampler_catalogue().front().name, "exact");
}

TEST(ToySampler, DescribesItsSettings) {
  const SamplerEntry& entry = find_sampler("moment-match");

  ASSERT_EQ(entry.fields.size(), 1u);
  EXPECT_EQ(entry.fields[0].name, "inflate");
  EXPECT_EQ(entry.fields[0].default_value, "1.0");
  EXPECT_EQ(entry.claim, Claim::nothing());
}

TEST(ToySampler, RefusesUnknownKeysAndNamesTheNearest) {
  try {
    find_sampler("moment-match").make(table({{"inflat", 2.0}}));
    FAIL();
  } catch (const SpecError& error) {
    EXPECT_NE(error.allowed().find("inflate"), std::string::npos) << error.what();
  }
}

TEST(ToySampler, IsNamedWhereOthersRefuse) {
  const Problem linear(
      Exec{}, three_in_the_plane(), ou(),
      LinearGaussian{.a = matrix({{1, 0}}), .noise = matrix({{0.1}}), .y = vector({0})});
  try {
    sampler("replacement")->check(linear);
    FAIL();
  } catch (const SpecError& error) {
    EXPECT_NE(error.allowed().find("moment-match"), std::string::npos) << error.what();
  }
}

TEST(ToySampler, MatchesTheMomentsOfTheTarget) {
  const Problem problem = last_observed(three_in_the_plane(), 0.5, ou());

  const Drawn drawn = draw(*sampler("moment-match"), problem, 100000);

  expect_gaussian(drawn.ensemble, {problem.target_mean(), problem.target_covariance()});
}

}  // namespace
}  // namespace plumbline::test::toy_sampler_test
