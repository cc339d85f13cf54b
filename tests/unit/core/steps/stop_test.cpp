// Work is dropped where it asks, by the innermost scope, and nobody takes that for an error.
#include "core/steps/stop.hpp"

#include <gtest/gtest.h>

#include <exception>
#include <type_traits>

namespace plumbline::stop_test {
namespace {

/// How many steps of a thousand are done before they are dropped.
int steps_done() {
  int done = 0;
  try {
    for (; done < 1000; ++done) stop_if_asked();
  } catch (const Stopped&) {
  }
  return done;
}

TEST(Stop, DropsNothingWhereNobodyAsks) {
  EXPECT_EQ(steps_done(), 1000);
}

TEST(Stop, DropsAtTheStepForWhichTheScopeSaysSo) {
  int asked = 0;
  const StopScope scope([&] { return ++asked > 7; });

  EXPECT_EQ(steps_done(), 7);
}

TEST(Stop, AsksTheInnermostScopeAndThenTheOuterOneAgain) {
  int outer = 0;
  const StopScope scope([&] { return ++outer > 3; });
  {
    const StopScope inner([] { return false; });
    EXPECT_EQ(steps_done(), 1000);
  }

  EXPECT_EQ(outer, 0);
  EXPECT_EQ(steps_done(), 3);
}

TEST(Stop, IsNoErrorThatSomebodyCouldRecord) {
  EXPECT_FALSE((std::is_base_of_v<std::exception, Stopped>));
}

}  // namespace
}  // namespace plumbline::stop_test
