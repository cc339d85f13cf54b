// What harms the child becomes a message, and nothing of it reaches this process.
#include "io/hdf5/quarantine.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <stdexcept>
#include <thread>
#include <vector>

#include "core/errors.hpp"
#include "io/user/array_file.hpp"
#include "io/user/points.hpp"
#include "unit/io/scratch.hpp"

namespace plumbline::quarantine_test {

using hdf5::TrialLimits;
using hdf5::try_in_child;

constexpr TrialLimits small = {1, 3, std::uint64_t{256} << 20};

/// The message, "" when nothing was wrong.
std::string complaint(const std::function<void()>& read, const TrialLimits& limits = small) {
  try {
    try_in_child("given.h5", read, limits);
    return "";
  } catch (const SpecError& error) {
    return error.what();
  }
}

void endless() {
  volatile std::uint64_t i = 0;
  for (;;) i = i + 1;
}

TEST(Quarantine, ACrashIsAMessageThatNamesTheFile) {
  const std::string message = complaint([] { std::abort(); });
  EXPECT_NE(message.find("given.h5"), std::string::npos) << message;
  EXPECT_NE(message.find("crashes (Aborted)"), std::string::npos) << message;
}

TEST(Quarantine, ALoopIsEndedAfterItsProcessorTime) {
  EXPECT_NE(complaint(endless, {1, 60, small.bytes}).find("takes more than 1 s"),
            std::string::npos);
}

TEST(Quarantine, AWaitIsEndedAfterItsTime) {
  const auto wait = [] { std::this_thread::sleep_for(std::chrono::minutes(10)); };
  EXPECT_NE(complaint(wait, {60, 1, small.bytes}).find("takes more than 1 s"), std::string::npos);
}

#ifndef __SANITIZE_ADDRESS__  // whose allocator ends the process by itself

TEST(Quarantine, MemoryWithoutEndIsAMessageWithTheLimit) {
  const auto grow = [] {
    std::vector<std::vector<char>> all;
    for (;;) all.emplace_back(std::size_t{1} << 20, 'x');
  };
  EXPECT_NE(complaint(grow, {20, 60, small.bytes}).find("asks for more than 256 MiB"),
            std::string::npos);
}

TEST(Quarantine, MemoryThatRanOutInsideALibraryIsNoticed) {
  const auto grow = [] {
    std::vector<void*> all;
    while (void* piece = std::malloc(std::size_t{1} << 20)) all.push_back(piece);
    throw IoError("cannot read: memory allocation failed");
  };
  EXPECT_NE(complaint(grow, {20, 60, small.bytes}).find("asks for more than 256 MiB"),
            std::string::npos);
}

#endif

TEST(Quarantine, AnErrorIsLeftToTheSecondReading) {
  EXPECT_EQ(complaint([] { throw IoError("cannot read"); }), "");
  EXPECT_EQ(complaint([] { throw std::runtime_error("whatever"); }), "");
}

TEST(Quarantine, NothingThatTheChildDoesIsSeenHere) {
  int here = 1;
  EXPECT_EQ(complaint([&] { here = 2; }), "");
  EXPECT_EQ(here, 1);
}

double processor_milliseconds() {
  double sum = 0;
  for (const int who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
    rusage used = {};
    getrusage(who, &used);
    for (const timeval& t : {used.ru_utime, used.ru_stime})
      sum += 1e3 * static_cast<double>(t.tv_sec) + 1e-3 * static_cast<double>(t.tv_usec);
  }
  return sum;
}

// Processor time, ours and the children's: a busy machine makes us wait, not work.
TEST(Quarantine, AWellFormedFileCostsLessThanFiftyMilliseconds) {
  const Scratch scratch;
  ArrayFile arrays;
  arrays.add("x", {"draw", "coordinate"}, HostMatrix(HostMatrix::Ones(1000, 4)), "draws");
  arrays.write(scratch / "x.h5");
  double shortest = 1e9;
  for (int i = 0; i < 20; ++i) {
    const double begun = processor_milliseconds();
    ASSERT_EQ(PointsFile::open(scratch / "x.h5").matrix("x").rows(), 1000);
    shortest = std::min(shortest, processor_milliseconds() - begun);
  }
  RecordProperty("milliseconds", std::to_string(shortest));
  EXPECT_LT(shortest, 50);
}

}  // namespace plumbline::quarantine_test
