// Cells by coordinates, and command lines as words.
#include "cli/selection.hpp"

#include <gtest/gtest.h>

#include "cli/arguments.hpp"
#include "unit/io/example.hpp"

namespace plumbline::cli::selection_test {
namespace {

TEST(Selection, FixesAxesOfEveryTypeAndLeavesTheOthersOpen) {
  const SweepLayout layout = example::layout();
  const SamplerLayout& sampler = layout.samplers[0];  // process 2, dim 2, context 3, exact 2
  const auto count = [&](const std::vector<std::string>& where) {
    return select(layout, sampler, {}, where).size();
  };

  EXPECT_EQ(count({}), 24u);
  EXPECT_EQ(count({"process=vp"}), 12u);
  EXPECT_EQ(count({"dim=3.0", "exact=true"}), 6u);
  EXPECT_EQ(select(layout, sampler, {}, {"process=ou", "dim=3", "context=fräsch", "exact=true"})
                .at(0)
                .cell,
            11);
  EXPECT_THROW(count({"dim=4"}), UsageError);
  EXPECT_THROW(count({"dims=3"}), UsageError);
}

TEST(Selection, KnowsZippedCoordinates) {
  const SweepLayout layout = example::layout();
  const auto chosen = select(layout, layout.samplers[1], {}, {"steps=20", "process=ou", "dim=2"});

  ASSERT_EQ(chosen.size(), 1u);
  EXPECT_EQ(place_text(layout, chosen[0]), "process = ou, dim = 2, eta = 0.25, steps = 20");
}

TEST(CommandLine, SplitsIntoTheWordsThatWereQuoted) {
  const std::vector<std::string> words = {
      "plain", "with space", "it's", "", "problem.prior={ kind = \"ring\" }", "a\\b", "k/N=1,2"};
  std::string line;
  for (const std::string& word : words) line += quote(word) + " ";

  EXPECT_EQ(split_words(line), words);
  EXPECT_EQ(quote("sampler.smc.steps=4,8"), "sampler.smc.steps=4,8");
}

}  // namespace
}  // namespace plumbline::cli::selection_test
