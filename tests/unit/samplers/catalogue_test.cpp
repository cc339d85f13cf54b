// The seam: the folder and the catalogue agree, and an entry's declarations are those of its class.
#include <filesystem>
#include <set>

#include "unit/problem/observations.hpp"
#include "unit/samplers/support.hpp"

namespace plumbline::test::catalogue_test {
namespace {

TEST(SamplerCatalogue, ListsEveryFileOfTheFolder) {
  std::set<std::string> files, names;
  for (const auto& file : std::filesystem::directory_iterator(PLUMBLINE_SOURCE_DIR "/src/samplers"))
    if (file.path().extension() == ".cpp" && file.path().stem() != "catalogue")
      files.insert(file.path().stem());
  for (const SamplerEntry& entry : sampler_catalogue()) {
    std::string stem = entry.name;
    std::replace(stem.begin(), stem.end(), '-', '_');
    names.insert(stem);
  }

  for (const std::string& file : files)
    EXPECT_TRUE(names.contains(file)) << "samplers/" << file << ".cpp is not in the catalogue";
  EXPECT_EQ(files.size(), sampler_catalogue().size());
}

TEST(SamplerCatalogue, SaysWhatEveryEntryIs) {
  for (const SamplerEntry& entry : sampler_catalogue()) {
    EXPECT_FALSE(entry.summary.empty()) << entry.name;
    EXPECT_FALSE(entry.reference.empty()) << entry.name;
    EXPECT_FALSE(targets_of(entry.asks).empty()) << entry.name;
    EXPECT_EQ(entry.make({})->claim(), entry.claim) << entry.name;
  }
}

TEST(SamplerCatalogue, ReadsBackTheSettingsItWrites) {
  for (const SamplerEntry& entry : sampler_catalogue()) {
    const Table once = entry.resolved({});
    EXPECT_TRUE(same({once}, {entry.resolved(once)})) << entry.name;
    for (const FieldDoc& field : entry.fields)
      EXPECT_TRUE(field.default_value.empty() || once.find(field.name) != nullptr) << field.name;
  }
}

TEST(SamplerCatalogue, RefusesAnUnknownKeyAndNamesTheNearest) {
  try {
    find_sampler("smcdiff").make(table({{"particle", 4}}));
    FAIL();
  } catch (const SpecError& error) {
    EXPECT_EQ(error.key(), "particle");
    EXPECT_NE(error.allowed().find("particles"), std::string::npos) << error.what();
  }
}

TEST(SamplerCatalogue, RefusesAnUnknownNameAndNamesTheNearest) {
  try {
    find_sampler("smc-diff");
    FAIL();
  } catch (const SpecError& error) {
    EXPECT_NE(error.allowed().find("did you mean 'smcdiff'"), std::string::npos) << error.what();
  }
}

TEST(SamplerCheck, NamesTheSamplersThatCanDoTheTarget) {
  const Problem linear(
      Exec{}, three_in_the_plane(), ou(),
      LinearGaussian{.a = matrix({{1, 0}}), .noise = matrix({{0.1}}), .y = vector({0})});
  try {
    sampler("smcdiff")->check(linear);
    FAIL();
  } catch (const SpecError& error) {
    EXPECT_EQ(error.key(), "kind");
    EXPECT_NE(error.allowed().find("conditional-score"), std::string::npos) << error.what();
    EXPECT_EQ(error.allowed().find("langevin-replacement"), std::string::npos) << error.what();
  }
}

/// Nothing is seen, by an observation that no catalogue knows: made in C++.
class Unlisted final : public Observation {
 public:
  std::string target() const override { return "unlisted"; }
  void require_valid(const GaussianMixture&) const override {}
  Conditioning condition(const Exec&, const GaussianMixture& prior,
                         const FactoredMixture&) const override {
    return {.posterior = prior, .full_posterior = prior, .log_evidence = 0};
  }
  ObservationPtr drawn(const Truth&, const Rng&) const override {
    return std::make_shared<Unlisted>();
  }
  HostVector numbers() const override { return {}; }
  std::vector<NamedArray> arrays(const GaussianMixture&) const override { return {}; }
  void level_likelihood(const Exec& exec, const Problem&, Real, const Matrix&,
                        const Vector& log_p) const override {
    Kokkos::deep_copy(exec, log_p, 0);
  }
  bool has_density(const GaussianMixture&) const override { return false; }
  std::unique_ptr<PointTerm> point_term(const Exec&, const Problem&) const override { return {}; }
};

/// What a sampler says of a problem; "" where it takes it.
std::string refusal(const char* name, const Problem& problem) {
  try {
    sampler(name)->check(problem);
  } catch (const SpecError& error) {
    return error.allowed();
  }
  return "";
}

TEST(SamplerCheck, GoesByWhatAnObservationShowsWhereNoCatalogueListsIt) {
  const Problem problem(Exec{}, three_in_the_plane(), ou(), std::make_shared<Unlisted>());

  for (const char* able : {"exact", "conditional-score", "langevin", "cfg"})
    EXPECT_EQ(refusal(able, problem), "") << able;
  EXPECT_NE(refusal("waltz", problem).find("the target 'unlisted' is taken by exact"),
            std::string::npos)
      << refusal("waltz", problem);
  EXPECT_EQ(refusal("waltz", problem).find("waltz"), std::string::npos);
}

}  // namespace
}  // namespace plumbline::test::catalogue_test
