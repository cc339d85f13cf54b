// Memory that is left as the system's files say, and sizes as users write them.
#include "harness/sweep/limits.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "core/errors.hpp"
#include "unit/io/scratch.hpp"

namespace plumbline::limits_test {
namespace {

constexpr Real giga = 1024.0 * 1024 * 1024;

/// A root folder with the files that a test names.
class Machine {
 public:
  Machine& file(const std::string& path, const std::string& text) {
    const auto place = scratch_ / path;
    std::filesystem::create_directories(place.parent_path());
    std::ofstream(place) << text;
    return *this;
  }
  Real available() const { return available_memory(scratch_.folder()); }

 private:
  Scratch scratch_;
};

TEST(AvailableMemory, IsWhatTheKernelCallsAvailable) {
  EXPECT_EQ(Machine()
                .file("proc/meminfo", "MemTotal: 9437184 kB\nMemAvailable: 4194304 kB\n")
                .available(),
            4 * giga);
}

TEST(AvailableMemory, IsLessInAControlGroupThatAllowsLess) {
  Machine machine;
  machine.file("proc/meminfo", "MemAvailable: 4194304 kB\n")
      .file("proc/self/cgroup", "0::/job/step\n")
      .file("sys/fs/cgroup/job/memory.max", "2147483648\n")
      .file("sys/fs/cgroup/job/memory.current", "1610612736\n")
      .file("sys/fs/cgroup/job/memory.stat", "anon 5\ninactive_file 536870912\n")
      .file("sys/fs/cgroup/job/step/memory.max", "max\n")
      .file("sys/fs/cgroup/job/step/memory.current", "1610612736\n");
  EXPECT_EQ(machine.available(), 1 * giga);  // 2 − 1.5 + what the kernel gives back
}

TEST(AvailableMemory, ReadsTheFirstVersionOfControlGroupsAndAContainersOwnTop) {
  Machine machine;
  machine.file("proc/meminfo", "MemAvailable: 4194304 kB\n")
      .file("proc/self/cgroup", "9:cpu,memory:/not/seen/here\n1:name=systemd:/\n")
      .file("sys/fs/cgroup/memory/memory.limit_in_bytes", "3221225472\n")
      .file("sys/fs/cgroup/memory/memory.usage_in_bytes", "1073741824\n");
  EXPECT_EQ(machine.available(), 2 * giga);
}

TEST(AvailableMemory, IsWithoutLimitWhereNothingSays) {
  EXPECT_TRUE(std::isinf(Machine().available()));
}

TEST(Bytes, AreReadWithTheirUnit) {
  EXPECT_EQ(parse_bytes("8G"), 8 * giga);
  EXPECT_EQ(parse_bytes("1.5GB"), 1.5 * giga);
  EXPECT_EQ(parse_bytes("512MiB"), giga / 2);
  EXPECT_EQ(parse_bytes("1000"), 1000);
  for (const char* wrong : {"", "G", "8X", "-1G", "0", "8GG", "nan", "inf", "1e400", "8 G"})
    EXPECT_THROW(parse_bytes(wrong), SpecError) << wrong;
}

TEST(Bytes, AreWrittenWithThreeDigits) {
  EXPECT_EQ(bytes_text(12), "12 bytes");
  EXPECT_EQ(bytes_text(1536), "1.5 KB");
  EXPECT_EQ(bytes_text(20 * giga), "20 GB");
  EXPECT_EQ(bytes_text(8e12), "7.28 TB");
}

}  // namespace
}  // namespace plumbline::limits_test
