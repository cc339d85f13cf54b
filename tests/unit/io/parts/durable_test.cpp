// All or nothing: what a full disk, a missing folder and a special file leave behind.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "core/errors.hpp"
#include "io/parts/durable.hpp"
#include "io/parts/part_file.hpp"
#include "io/result/result_file.hpp"
#include "io/user/array_file.hpp"
#include "unit/io/example.hpp"
#include "unit/io/scratch.hpp"

namespace plumbline::durable_test {
namespace {

Bytes bytes(const std::string& text) {
  return std::as_bytes(std::span(text));
}

std::string complaint(const std::filesystem::path& path, const std::string& text = "new") {
  try {
    write_durably(path, {bytes(text)});
  } catch (const IoError& error) {
    return error.what();
  }
  return "";
}

TEST(DurableFile, ReplacesTheOldContentAsAWhole) {
  const Scratch scratch;
  write_durably(scratch / "f", {bytes("a longer first content")});
  write_durably(scratch / "f", {bytes("sec"), bytes(""), bytes("ond")});

  EXPECT_EQ(slurp(scratch / "f"), "second");
  EXPECT_EQ(scratch.files(), std::vector<std::string>{"f"});
}

TEST(DurableFile, FollowsALinkInsteadOfReplacingIt) {
  const Scratch scratch;
  spill(scratch / "target", "old");
  std::filesystem::create_symlink(scratch / "target", scratch / "link");

  write_durably(scratch / "link", {bytes("new")});

  EXPECT_TRUE(std::filesystem::is_symlink(scratch / "link"));
  EXPECT_EQ(slurp(scratch / "target"), "new");
}

TEST(DurableFile, MakesTheTargetOfALinkThatLeadsToNothingYet) {
  const Scratch scratch;
  std::filesystem::create_directory(scratch / "far");
  std::filesystem::create_symlink("far/target", scratch / "link");
  std::filesystem::create_symlink("link", scratch / "first");
  std::filesystem::create_symlink("loop", scratch / "loop");

  EXPECT_NO_THROW(require_writable(scratch / "first"));
  write_durably(scratch / "first", {bytes("new")});

  EXPECT_TRUE(std::filesystem::is_symlink(scratch / "first"));
  EXPECT_TRUE(std::filesystem::is_symlink(scratch / "link"));
  EXPECT_EQ(slurp(scratch / "far" / "target"), "new");
  EXPECT_NE(complaint(scratch / "loop").find("symbolic links"), std::string::npos);
}

TEST(DurableFile, SaysBeforehandWhatCannotBeWritten) {
  const Scratch scratch;
  const auto refusal = [](const std::filesystem::path& path) {
    try {
      require_writable(path);
    } catch (const IoError& error) {
      return std::string(error.what());
    }
    return std::string();
  };

  EXPECT_EQ(refusal(scratch / "f"), "");
  EXPECT_TRUE(scratch.files().empty());
  EXPECT_NE(refusal(scratch / "no/f").find("No such file"), std::string::npos);
  EXPECT_NE(refusal(scratch.folder()).find("it is a folder"), std::string::npos);
  if (::mount("tmpfs", scratch.folder().c_str(), "tmpfs", MS_RDONLY, "size=16k") != 0)
    GTEST_SKIP() << "needs the right to mount a read-only tmpfs";
  const std::string said = refusal(scratch / "f");
  ::umount(scratch.folder().c_str());
  EXPECT_NE(said.find("Read-only file system"), std::string::npos) << said;
}

TEST(DurableFile, RefusesDevicesFoldersAndMissingFolders) {
  const Scratch scratch;
  struct stat before {
  }, after{};
  if (::stat("/dev/full", &before) != 0) GTEST_SKIP() << "no /dev/full here";

  EXPECT_NE(complaint("/dev/full").find("not a regular file"), std::string::npos);
  EXPECT_NE(complaint(scratch.folder()).find("not a regular file"), std::string::npos);
  EXPECT_NE(complaint(scratch / "no/such/f").find("No such file"), std::string::npos);

  ASSERT_EQ(::stat("/dev/full", &after), 0);
  EXPECT_EQ(before.st_ino, after.st_ino);
  EXPECT_TRUE(S_ISCHR(after.st_mode));
}

/// After HDF5's last words, and before counts of coverage are written: half a file of those would
/// take the room's figures with it.
[[gnu::destructor]] void lift_file_size_limit() {
  rlimit limit = {};
  if (::getrlimit(RLIMIT_FSIZE, &limit) != 0 || limit.rlim_cur == limit.rlim_max) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_FSIZE, &limit);
}

/// Runs `write` in a child that may write no file larger than 4 KiB; true when it threw an IoError
/// and then ended in good order.
bool fails_politely(void (*write)(const std::filesystem::path&),
                    const std::filesystem::path& path) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{4096, RLIM_INFINITY};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    int code = 1;
    try {
      write(path);
    } catch (const IoError& error) {
      code = std::string(error.what()).find("cannot write") == std::string::npos ? 2 : 0;
    }
    std::exit(code);  // not _exit: what HDF5 does at exit is part of the question
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

TEST(DurableFile, LeavesTheOldFileAndNothingElseWhenTheLimitIsHit) {
  const Scratch scratch;
  spill(scratch / "f", "old");

  EXPECT_TRUE(fails_politely(
      [](const std::filesystem::path& path) { write_results(path, example::results()); },
      scratch / "f"));
  EXPECT_TRUE(fails_politely(
      [](const std::filesystem::path& path) {
        write_part(path, {example::results().cells, {}});
      },
      scratch / "f"));
  EXPECT_TRUE(fails_politely(
      [](const std::filesystem::path& path) {
        ArrayFile file;
        file.add("x", {"draw", "coordinate"}, HostMatrix(HostMatrix::Ones(100, 100)), "draws");
        file.write(path);
      },
      scratch / "f"));

  EXPECT_EQ(slurp(scratch / "f"), "old");
  EXPECT_EQ(scratch.files(), std::vector<std::string>{"f"});
}

TEST(DurableFile, ReportsAFullDiskAndLeavesNothing) {
  const Scratch scratch;
  if (::mount("tmpfs", scratch.folder().c_str(), "tmpfs", 0, "size=16k") != 0)
    GTEST_SKIP() << "needs the right to mount a small tmpfs; RLIMIT_FSIZE is tested above";

  const std::string said = complaint(scratch / "f", std::string(100'000, 'x'));
  const std::vector<std::string> left = scratch.files();
  const std::string after = complaint(scratch / "f", "small enough");
  ::umount(scratch.folder().c_str());

  EXPECT_NE(said.find("No space left on device"), std::string::npos) << said;
  EXPECT_TRUE(left.empty());
  EXPECT_EQ(after, "");
}

}  // namespace
}  // namespace plumbline::durable_test
