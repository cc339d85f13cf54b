// Mixtures written out in a sweep file: the three ways to give spreads, and every mistake.
#include "unit/priors/support.hpp"

namespace plumbline::test::explicit_test {
namespace {

const Value means = list({numbers({0, 1}), numbers({2, 3})});

TEST(ExplicitPrior, TakesCovariances) {
  const Value covariance = list({numbers({2, .5}), numbers({.5, 1})});

  const GaussianMixture m =
      make("explicit", table({{"weights", numbers({1, 3})},
                              {"means", means},
                              {"covariances", list({covariance, covariance})}}));

  EXPECT_EQ(m.kind(), CovarianceKind::full);
  EXPECT_DOUBLE_EQ(m.weights()[1], 0.75);
  EXPECT_EQ(m.means()(1, 0), 2);
  EXPECT_EQ(m.covariance(1)(0, 1), 0.5);
}

TEST(ExplicitPrior, TakesOneSpreadPerComponentOrOnePerCoordinate) {
  const GaussianMixture isotropic =
      make("explicit", table({{"means", means}, {"stddev", numbers({2, 3})}}));
  const GaussianMixture diagonal = make(
      "explicit", table({{"means", means}, {"variances", list({number(2), numbers({4, 5})})}}));

  EXPECT_EQ(isotropic.kind(), CovarianceKind::isotropic);
  EXPECT_EQ(isotropic.covariance(1)(1, 1), 9);
  EXPECT_DOUBLE_EQ(isotropic.weights()[0], 0.5);
  EXPECT_EQ(diagonal.kind(), CovarianceKind::diagonal);
  EXPECT_EQ(diagonal.covariance(0)(1, 1), 2);
  EXPECT_EQ(diagonal.covariance(1)(1, 1), 5);
}

TEST(ExplicitPrior, NamesTheKeyOfEveryMistake) {
  const Value spread = numbers({1, 1});

  EXPECT_EQ(complaint("explicit", {}), "means");
  EXPECT_EQ(complaint("explicit", table({{"means", means}})), "covariances");
  EXPECT_EQ(
      complaint("explicit", table({{"means", means}, {"stddev", spread}, {"variances", spread}})),
      "variances");
  EXPECT_EQ(complaint("explicit", table({{"means", list({numbers({0, 1}), numbers({2})})},
                                         {"stddev", spread}})),
            "means[1]");
  EXPECT_EQ(complaint("explicit", table({{"means", means}, {"stddev", numbers({1})}})), "stddev");
  EXPECT_EQ(complaint("explicit",
                      table({{"means", means}, {"stddev", list({number(1), numbers({1, 2, 3})})}})),
            "stddev[1]");
  EXPECT_EQ(
      complaint("explicit",
                table({{"means", means}, {"stddev", spread}, {"weights", numbers({1, 1, 1})}})),
      "weights");
  EXPECT_EQ(complaint("explicit", table({{"means", means}, {"sdtdev", spread}})), "sdtdev");
}

TEST(ExplicitPrior, RefusesNumbersThatAreNoMixture) {
  const Value indefinite = list({numbers({1, 2}), numbers({2, 1})});
  const Value good = list({numbers({1, 0}), numbers({0, 1})});

  EXPECT_NE(
      complaint("explicit", table({{"means", means}, {"covariances", list({good, indefinite})}})),
      "");
  EXPECT_NE(complaint("explicit", table({{"means", means}, {"stddev", numbers({1, -1})}})), "");
  EXPECT_NE(
      complaint(
          "explicit",
          table({{"means", means}, {"stddev", numbers({1, 1})}, {"weights", numbers({0, 0})}})),
      "");
  EXPECT_NE(complaint("explicit", table({{"means", list({numbers({0, 0.0 / 0.0})})},
                                         {"stddev", numbers({1})}})),
            "");
}

TEST(ExplicitPrior, RefusesAnEmptyListOfWeightsThatSomebodyWrote) {
  Table settings = table({{"means", means}, {"stddev", numbers({1, 1})}});
  settings.set("weights", {Array{}, Location{"sweep.toml", 3, 1}});
  EXPECT_EQ(complaint("explicit", settings), "weights");

  settings.set("weights", {Array{}, {}});  // as the echo of no weights has it
  EXPECT_EQ(complaint("explicit", settings), "");
}

TEST(GaussianPrior, TakesNumbersForAllCoordinatesOrLists) {
  const GaussianMixture same =
      make("gaussian", table({{"dim", whole(3)}, {"mean", number(2)}, {"stddev", number(0.5)}}));
  const GaussianMixture each =
      make("gaussian", table({{"dim", whole(2)}, {"stddev", numbers({1, 2})}}));
  const GaussianMixture full =
      make("gaussian",
           table({{"dim", whole(2)}, {"covariance", list({numbers({2, 1}), numbers({1, 2})})}}));

  EXPECT_EQ(same.means()(0, 2), 2);
  EXPECT_EQ(same.covariance(0)(2, 2), 0.25);
  EXPECT_EQ(each.covariance(0)(1, 1), 4);
  EXPECT_EQ(full.covariance(0)(0, 1), 1);
  EXPECT_EQ(complaint("gaussian", table({{"dim", whole(2)}, {"mean", numbers({1, 2, 3})}})),
            "mean");
  EXPECT_EQ(complaint("gaussian", table({{"dim", whole(3)}, {"covariance", list({numbers({1})})}})),
            "covariance");
}

}  // namespace
}  // namespace plumbline::test::explicit_test
