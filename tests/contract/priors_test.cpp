// What every prior owes, whatever it is: found in the catalogue at run time.
#include <unistd.h>

#include <filesystem>

#include "contract/examples.hpp"
#include "io/user/array_file.hpp"
#include "unit/priors/support.hpp"

namespace plumbline::test::priors_test {
namespace {

class PriorContract : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder = std::filesystem::path(testing::TempDir()) / fmt::format("priors_{}", ::getpid());
    std::filesystem::create_directories(folder);
    ArrayFile file;
    file.add("weights", {"component"}, {2}, {1, 3}, "weights");
    file.add("means", {"component", "coordinate"}, {2, 2}, {0, 1, 2, 3}, "means");
    file.add("covariances", {"component", "coordinate", "other"}, {2, 2, 2},
             {1, 0, 0, 1, 2, .5, .5, 2}, "covariances");
    file.write(folder / "prior.h5");
    ArrayFile points;
    points.add("x", {"draw", "coordinate"}, {3, 2}, {0, 1, 2, 3, 4, 7}, "points");
    points.write(folder / "points.h5");
  }
  static void TearDownTestSuite() { std::filesystem::remove_all(folder); }

  static GaussianMixture build(const PriorEntry& entry, std::uint64_t seed = 1) {
    return entry.make(example_of(entry), Rng::from_seed(seed), folder.string());
  }

  static inline std::filesystem::path folder;
};

TEST_F(PriorContract, EveryEntryDescribesItself) {
  for (const PriorEntry& entry : prior_catalogue()) {
    EXPECT_FALSE(entry.name.empty());
    EXPECT_FALSE(entry.summary.empty()) << entry.name;
    EXPECT_FALSE(entry.reference.empty()) << entry.name;
    EXPECT_EQ(&find_prior(entry.name), &entry);
    for (const FieldDoc& field : entry.fields) EXPECT_FALSE(field.doc.empty()) << field.name;
  }
}

TEST_F(PriorContract, IsAMixtureWithWeightsThatSumToOne) {
  for (const PriorEntry& entry : prior_catalogue()) {
    const GaussianMixture m = build(entry);

    EXPECT_GE(m.components(), 1) << entry.name;
    EXPECT_NEAR(m.weights().sum(), 1, 1e-14 * m.components()) << entry.name;
    EXPECT_TRUE(m.total_covariance().allFinite()) << entry.name;
    EXPECT_GT(m.total_covariance().trace(), 0) << entry.name;
  }
}

TEST_F(PriorContract, DependsOnNothingButSettingsAndSeed) {
  for (const PriorEntry& entry : prior_catalogue()) {
    const GaussianMixture a = build(entry, 5), b = build(entry, 5);

    EXPECT_EQ(a.weights(), b.weights()) << entry.name;
    EXPECT_EQ(a.means(), b.means()) << entry.name;
    EXPECT_EQ(a.eigenvalues(), b.eigenvalues()) << entry.name;
  }
}

/// Draws are bound to a problem by its settings, and by the seed only where numbers follow from it.
TEST_F(PriorContract, SaysWhenItsNumbersFollowFromTheSeed) {
  for (const PriorEntry& entry : prior_catalogue()) {
    if (entry.seeded) continue;  // not with every setting: equal weights on a grid
    const GaussianMixture a = build(entry, 5), b = build(entry, 6);

    EXPECT_EQ(a.weights(), b.weights()) << entry.name;
    EXPECT_EQ(a.means(), b.means()) << entry.name;
    EXPECT_EQ(a.eigenvalues(), b.eigenvalues()) << entry.name;
  }
}

TEST_F(PriorContract, EchoesSettingsThatBuildTheSamePrior) {
  for (const PriorEntry& entry : prior_catalogue()) {
    const Table resolved = entry.resolved(example_of(entry));
    const GaussianMixture again = entry.make(resolved, Rng::from_seed(1), folder.string());

    EXPECT_EQ(again.means(), build(entry).means()) << entry.name;
    EXPECT_EQ(again.eigenvalues(), build(entry).eigenvalues()) << entry.name;
  }
}

TEST_F(PriorContract, FollowsTheDimensionWhereThereIsOne) {
  for (const PriorEntry& entry : prior_catalogue())
    for (const FieldDoc& field : entry.fields) {
      if (field.name != "dim") continue;
      const GaussianMixture m =
          entry.make(table({{"dim", whole(6)}}), Rng::from_seed(1), folder.string());

      EXPECT_EQ(m.dimension(), 6) << entry.name;
    }
}

TEST_F(PriorContract, RefusesUnknownSettings) {
  for (const PriorEntry& entry : prior_catalogue())
    EXPECT_THROW(entry.make(table({{"componnets", whole(3)}}), Rng::from_seed(1), folder.string()),
                 SpecError)
        << entry.name;
}

TEST_F(PriorContract, AFileThatIsNotThereIsAMistakeInThePath) {
  EXPECT_EQ(complaint("file", table({{"path", text("absent.h5")}})), "path");
  EXPECT_EQ(complaint("file", {}), "path");
}

}  // namespace
}  // namespace plumbline::test::priors_test
