// Work space is the same from launch to launch, and grows.
#include "core/arrays/scratch.hpp"

#include <gtest/gtest.h>

namespace plumbline::scratch_test {
namespace {

TEST(Scratch, GivesTheSameMemoryToOneAskerAfterTheOther) {
  const Vector large = scratch(5000);
  EXPECT_GE(large.extent(0), 5000u);
  EXPECT_EQ(scratch(10).data(), large.data());
  EXPECT_EQ(scratch(5000).data(), large.data());
}

TEST(Scratch, GrowsAndKeepsWhatItGrewTo) {
  const Index more = Index(scratch(1).extent(0)) + 1;
  const Vector grown = scratch(more);
  EXPECT_GE(Index(grown.extent(0)), more);
  EXPECT_EQ(scratch(1).data(), grown.data());
}

TEST(Scratch, KeepsNoMoreThanItSays) {
  constexpr Index most = Index{1} << 22;
  const Vector enormous = scratch(most + 1);
  EXPECT_EQ(Index(enormous.extent(0)), most + 1);
  EXPECT_NE(scratch(1).data(), enormous.data());
  EXPECT_LE(Index(scratch(1).extent(0)), most);
}

}  // namespace
}  // namespace plumbline::scratch_test
