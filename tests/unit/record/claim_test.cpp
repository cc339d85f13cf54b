// Claims: what the three kinds are, their text and back, and the words of earlier files.
#include "record/claim.hpp"

#include <gtest/gtest.h>

namespace plumbline::claim_test {
namespace {

const std::vector<BudgetSetting> corrections = {"langevin_steps", shrinking("langevin_step")};

TEST(ClaimValue, IsNothingUnlessSaidOtherwiseAndALimitOfNoSettingIsExactness) {
  EXPECT_EQ(Claim{}, Claim::nothing());
  EXPECT_EQ(Claim::limit({}), Claim::exact());
  EXPECT_NE(Claim::exact(), Claim::nothing());
  EXPECT_TRUE(Claim::nothing().is_nothing());
  EXPECT_FALSE(Claim::exact().is_nothing());
  EXPECT_TRUE(Claim::exact().is_exact());
  EXPECT_FALSE(Claim::nothing().is_exact());
  EXPECT_TRUE(Claim::limit({"steps"}).is_limit());
  EXPECT_FALSE(Claim::exact().is_limit() || Claim::nothing().is_limit());
}

TEST(ClaimValue, TellsLimitsBySettingAndDirection) {
  EXPECT_EQ(Claim::limit({"steps", "particles"}), Claim::limit({"steps", "particles"}));
  EXPECT_NE(Claim::limit({"steps"}), Claim::limit({"steps", "particles"}));
  EXPECT_NE(Claim::limit({"last_time"}), Claim::limit({shrinking("last_time")}));
}

TEST(ClaimText, ShowsTheDirectionOfWhatShrinks) {
  EXPECT_EQ(Claim::nothing().text(), "nothing");
  EXPECT_EQ(Claim::exact().text(), "exact");
  EXPECT_EQ(Claim::limit({"steps", "particles"}).text(), "steps, particles");
  EXPECT_EQ(Claim::limit(corrections).text(), "langevin_steps, langevin_step ↓");
}

TEST(ClaimText, IsASentenceForReaders) {
  EXPECT_EQ(Claim::nothing().sentence(), "nothing: exact in no limit");
  EXPECT_EQ(Claim::exact().sentence(), "exact at any budget");
  EXPECT_EQ(Claim::limit({"burn_in"}).sentence(), "exact as burn_in grows");
  EXPECT_EQ(Claim::limit({"steps", shrinking("last_time"), "particles"}).sentence(),
            "exact as steps and particles grow and last_time shrinks");
  EXPECT_EQ(Claim::limit({shrinking("last_time")}).sentence(), "exact as last_time shrinks");
}

TEST(ClaimText, SaysAnOrderOtherThanTheFirst) {
  const Claim heun = Claim::limit({{"steps", Budget::grows, 2}, "particles"});
  EXPECT_EQ(heun.text(), "steps (order 2), particles");
  EXPECT_EQ(parse_claim(heun.text())->budgets()[0].order, 2);
  EXPECT_EQ(parse_claim(heun.text())->budgets()[1].order, 1);
  const Claim chain = Claim::limit({without_order("burn_in"), shrinking("langevin_step")});
  EXPECT_EQ(chain.text(), "burn_in (no order), langevin_step ↓");
  EXPECT_EQ(chain.sentence(), "exact as burn_in grows and langevin_step shrinks");
  EXPECT_EQ(parse_claim(chain.text())->budgets()[0].order, std::nullopt);
  EXPECT_EQ(parse_claim(chain.text()), chain);
  EXPECT_EQ(parse_claim("last_time ↓ (order 0.5)")->budgets()[0].order, 0.5);
  for (const char* text : {"steps (order 0)", "steps (order two)", "steps (order 2", "(order 2)",
                           "(no order)", "steps (no order) (order 2)"})
    EXPECT_EQ(parse_claim(text), std::nullopt) << text;
}

TEST(ClaimText, IsReadBack) {
  for (const Claim& claim : {Claim::nothing(), Claim::exact(), Claim::limit({"burn_in"}),
                             Claim::limit({"steps", shrinking("last_time"), "particles"})})
    EXPECT_EQ(parse_claim(claim.text()), claim) << claim.text();
}

TEST(ClaimText, IsUnderstoodInTheWordsOfEarlierFiles) {
  EXPECT_EQ(parse_claim("steps"), Claim::limit({"steps"}));
  EXPECT_EQ(parse_claim("steps_and_particles"), Claim::limit({"steps", "particles"}));
  EXPECT_EQ(parse_claim("corrections"), Claim::limit(corrections));
}

TEST(ClaimText, ThatIsNoClaimIsRefused) {
  for (const char* text : {"", " ", "nothing or steps", "steps,particles", "steps, ", "steps ->",
                           "↓", "Steps", "steps ↓ ↓", "steps and particles"})
    EXPECT_EQ(parse_claim(text), std::nullopt) << text;
}

TEST(BudgetsText, MarksEveryDirectionAndIsReadBack) {
  EXPECT_EQ(text_of(corrections), "langevin_steps ↑, langevin_step ↓");
  EXPECT_EQ(parse_budgets(text_of(corrections)), corrections);
  EXPECT_EQ(text_of({}), "");
  EXPECT_EQ(parse_budgets(""), std::vector<BudgetSetting>{});
  EXPECT_EQ(parse_budgets("steps ↑, "), std::nullopt);
  EXPECT_EQ(parse_budgets("steps sideways"), std::nullopt);
}

}  // namespace
}  // namespace plumbline::claim_test
