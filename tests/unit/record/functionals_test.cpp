// Names of known functionals: words, and what earlier versions called them.
#include "record/functionals.hpp"

#include <gtest/gtest.h>

#include <map>

namespace plumbline::functionals_test {
namespace {

TEST(FunctionalInfo, SaysWhatIsAveraged) {
  EXPECT_EQ(functional_info("location_2").long_name, "mean along principal axis 2");
  EXPECT_EQ(functional_info("dependence_1_3").long_name, "correlation of principal axes 1 and 3");
  EXPECT_EQ(functional_info("masses_0").long_name, "mass of component 0");
  EXPECT_EQ(functional_info("masses_0").units, "probability");
  EXPECT_EQ(functional_info("masses_rank_2").long_name, "mass of the component of rank 2");
  EXPECT_EQ(functional_info("masses_rank_2").units, "probability");
  EXPECT_EQ(functional_info("another").long_name, "another");
}

TEST(RenameFunctionals, LeavesThoseOfNow) {
  const std::vector<Series> now = {{"ess_min", {1}}, {"functional:masses_1", {2}, {0.5}}};
  std::vector<Series> extras = now;

  rename_functionals(extras);

  ASSERT_EQ(extras.size(), 2u);
  EXPECT_EQ(extras[1].name, "functional:masses_1");
  EXPECT_EQ(extras[1].se, now[1].se);
}

TEST(RenameFunctionals, CountsComponentsFromZero) {
  std::vector<Series> extras = {{"functional:mass_1", {1}}, {"functional:mass_12", {2}}};

  rename_functionals(extras);

  EXPECT_EQ(extras[0].name, "functional:masses_0");
  EXPECT_EQ(extras[1].name, "functional:masses_11");
  EXPECT_FALSE(judges_dependent_draws(extras[0]));
}

TEST(RenameFunctionals, MakesAveragesOfDependentDrawsFunctionalsWithErrors) {
  // Masses of averages counted from 0; their axes may have pointed the other way, so that where
  // both are there the functional's value stays.
  std::vector<Series> extras = {{"average_location_1", {0.25}, {0.5}},
                                {"average_correlation_1_2", {3}, {4}},
                                {"average_mass_1", {5}, {6}},
                                {"average_log_density", {7}, {8}},
                                {"functional:location_1", {-0.25}},
                                {"functional:mass_2", {5}},
                                {"functional:tails_1", {9}}};

  rename_functionals(extras);

  std::map<std::string, std::pair<double, double>> found;
  for (const Series& series : extras)
    found[series.name] = {series.value[0], judges_dependent_draws(series) ? series.se[0] : 0};
  const std::map<std::string, std::pair<double, double>> wanted = {
      {"functional:location_1", {-0.25, 0.5}},
      {"functional:masses_1", {5, 6}},
      {"functional:tails_1", {9, 0}},
      {"functional:dependence_1_2", {3, 4}},
      {"functional:log_density", {7, 8}}};
  EXPECT_EQ(found, wanted);
}

}  // namespace
}  // namespace plumbline::functionals_test
