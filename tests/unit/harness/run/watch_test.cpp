// When a run stops: the first signal, the second, a time limit; what it says to whom.
#include "harness/run/watch.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <limits>

#include "harness/run/interrupt.hpp"

namespace plumbline::watch_test {
namespace {

class Said final : public ProgressSink {
 public:
  void update(const ProgressState&) override {}
  void note(const std::string& line) override { lines.push_back(line); }
  std::vector<std::string> lines;
};

constexpr Real for_ever = std::numeric_limits<Real>::infinity();

TEST(Watch, FinishesTheReplicateAtTheFirstSignalAndSaysSoOnce) {
  Said said;
  Watch watch([] { return 1; }, for_ever, said);
  watch.begin("replicate", 240.0);

  EXPECT_FALSE(watch.drop());
  EXPECT_FALSE(watch.drop());

  ASSERT_EQ(said.lines.size(), 1u);
  EXPECT_EQ(said.lines[0],
            "interrupted: finishing this replicate, about 4 min 0 s; press again to drop it");
  EXPECT_FALSE(watch.go_on());
  EXPECT_EQ(watch.ended(), Ended::interrupted);
}

TEST(Watch, DropsTheReplicateAtTheSecondSignal) {
  Said said;
  Watch watch([] { return 2; }, for_ever, said);
  watch.begin("replicate", 240.0);

  EXPECT_TRUE(watch.drop());
  EXPECT_EQ(watch.ended(), Ended::interrupted);
}

TEST(Watch, DropsBeyondTheLimitOnlyWhatIsFarFromItsEnd) {
  Said said;
  Watch watch([] { return 0; }, 0.0, said);
  ::usleep(1000);
  watch.begin("replicate", 0.5);
  EXPECT_FALSE(watch.drop());

  watch.begin("replicate", 240.0);
  EXPECT_TRUE(watch.drop());
  EXPECT_EQ(watch.ended(), Ended::time_limit);

  Watch unknown([] { return 0; }, 0.0, said);
  ::usleep(1000);
  unknown.begin("set of exact draws", std::nullopt);
  EXPECT_TRUE(unknown.drop());
}

TEST(Watch, SaysNothingWhereNobodyAsks) {
  Said said;
  Watch watch([] { return 0; }, for_ever, said);
  watch.begin("replicate", 1.0);

  EXPECT_FALSE(watch.drop());
  EXPECT_TRUE(watch.go_on());
  EXPECT_TRUE(said.lines.empty());
  EXPECT_EQ(watch.ended(), Ended::finished);
}

TEST(InterruptGuard, CountsTwoSignalsAndLeavesTheThirdToTheSystem) {
  {
    const InterruptGuard guard;
    EXPECT_EQ(InterruptGuard::count(), 0);
    ::raise(SIGINT);
    EXPECT_EQ(InterruptGuard::count(), 1);
    ::raise(SIGTERM);
    EXPECT_EQ(InterruptGuard::count(), 2);
    struct sigaction now = {};
    ::sigaction(SIGINT, nullptr, &now);
    EXPECT_EQ(now.sa_handler, SIG_DFL);
  }
  const InterruptGuard again;
  EXPECT_EQ(InterruptGuard::count(), 0);
}

}  // namespace
}  // namespace plumbline::watch_test
