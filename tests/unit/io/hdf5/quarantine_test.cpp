// What harms the child becomes a message, and nothing of it reaches this process.
#include "io/hdf5/quarantine.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <thread>
#include <vector>

#include "core/errors.hpp"
#include "core/linalg.hpp"
#include "io/user/array_file.hpp"
#include "io/user/points.hpp"
#include "unit/io/scratch.hpp"

namespace plumbline::quarantine_test {

using hdf5::read_in_child;
using hdf5::TrialLimits;

constexpr TrialLimits small = {1, 3, std::uint64_t{256} << 20};

/// The message, "" when nothing was wrong.
std::string complaint(const std::function<void()>& read, const TrialLimits& limits = small) {
  try {
    read_in_child(
        "given.h5", [&](Packing&) { read(); }, limits);
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

TEST(Quarantine, AnErrorOfTheReaderIsThrownHere) {
  const auto reading = [](const std::function<void()>& read) {
    return [read] {
      read_in_child(
          "given.h5", [&](Packing&) { read(); }, small);
    };
  };
  try {
    reading([] { throw IoError("cannot read x: torn"); })();
    ADD_FAILURE() << "no IoError";
  } catch (const IoError& error) {
    EXPECT_STREQ(error.what(), "cannot read x: torn");
  }
  try {
    reading([] { throw SpecError("x", "shape [2]", "[n, d]"); })();
    ADD_FAILURE() << "no SpecError";
  } catch (const SpecError& error) {
    EXPECT_EQ(error.key() + "|" + error.value() + "|" + error.allowed(), "x|shape [2]|[n, d]");
  }
  EXPECT_THROW(reading([] { throw std::runtime_error("whatever"); })(), IoError);
}

TEST(Quarantine, WhatWasPackedArrivesToTheBit) {
  const std::vector<double> values = {0.1, -0.0, std::nan(""), infinity, 5e-324};
  std::vector<double> many(1 << 20);  // more than a pipe holds
  for (std::size_t i = 0; i < many.size(); ++i) many[i] = 1 / (1 + static_cast<double>(i));
  const auto read = [&](Packing& packing) {
    packing.text("a\0b");
    packing.whole(-3);
    packing.reals(values);
    packing.reals(many);
    packing.real(2.5);
    packing.optional(std::optional<int>(), [](int) {});
  };
  Unpacking found(read_in_child("given.h5", read, small));
  std::string text;
  std::int64_t whole = 0;
  std::vector<double> first, second;
  double last = 0;
  std::optional<int> none = 1;
  found.text(text);
  found.whole(whole);
  found.reals(first);
  found.reals(second);
  found.real(last);
  none.reset();
  found.optional(none, [](int&) {});
  EXPECT_EQ(text, "a\0b");
  EXPECT_EQ(whole, -3);
  EXPECT_EQ(std::memcmp(first.data(), values.data(), values.size() * sizeof(double)), 0);
  EXPECT_EQ(second, many);
  EXPECT_EQ(last, 2.5);
  EXPECT_FALSE(none);
  EXPECT_THROW(found.whole(whole), IoError) << "nothing is left";
}

TEST(Quarantine, NothingIsReadHereWhereThereIsNoChild) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "the sanitizers need descriptors themselves";
#endif
  rlimit descriptors = {};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &descriptors), 0);
  const rlimit none = {0, descriptors.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);
  bool read = false;
  std::string said;
  try {
    read_in_child(
        "given.h5", [&](Packing&) { read = true; }, small);
  } catch (const IoError& error) {
    said = error.what();
  }
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &descriptors), 0);
  EXPECT_FALSE(read);
  EXPECT_NE(said.find("cannot read given.h5: there is no process to read it in"), said.npos)
      << said;
}

TEST(Quarantine, TheStreamsMayBeClosed) {
  for (const std::vector<int>& closed : {std::vector{0}, {0, 1}, {0, 2}, {1, 2}, {0, 1, 2}}) {
    std::vector<int> kept;
    for (const int stream : closed) {
      kept.push_back(fcntl(stream, F_DUPFD_CLOEXEC, 10));
      ::close(stream);
    }
    std::int64_t number = 0;
    try {
      Unpacking found(read_in_child(
          "given.h5", [](Packing& packing) { packing.whole(7); }, small));
      found.whole(number);
    } catch (const std::exception&) {  // said below, when there is a stream again
    }
    for (std::size_t i = 0; i < closed.size(); ++i) {
      ::dup2(kept[i], closed[i]);
      ::close(kept[i]);
    }
    EXPECT_EQ(number, 7) << closed.size() << " closed from " << closed.front();
  }
}

// The file is not to blame: somebody ended the reader, or this process may have no more.
TEST(Quarantine, WhatComesFromOutsideIsAnIoError) {
  for (const int signal : {SIGKILL, SIGTERM, SIGHUP}) try {
      read_in_child(
          "given.h5", [&](Packing&) { ::raise(signal); }, small);
      ADD_FAILURE() << signal;
    } catch (const IoError& error) {
      EXPECT_NE(std::string(error.what()).find("given.h5: the process that read it was ended"),
                std::string::npos)
          << error.what();
    }
  EXPECT_THROW(read_in_child(
                   "given.h5", [](Packing&) { ::_exit(9); }, small),
               IoError);
}

TEST(Quarantine, LeavesNoProcessAndNoDescriptorBehind) {
  const auto descriptors = [] {
    std::size_t count = 0;
    for (int fd = 0; fd < 256; ++fd) count += fcntl(fd, F_GETFD) >= 0;
    return count;
  };
  const std::size_t before = descriptors();
  complaint([] { std::abort(); });
  complaint([] {});
  EXPECT_EQ(descriptors(), before);
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1) << "a child is left";
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
