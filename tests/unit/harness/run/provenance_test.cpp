// What a result says of its origin, and what it keeps to itself when it is to be anonymous.
#include "harness/run/provenance.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace plumbline::provenance_test {
namespace {

struct Anonymous : testing::Test {
  void SetUp() override { setenv("PLUMBLINE_ANONYMOUS", "1", 1); }
  void TearDown() override { unsetenv("PLUMBLINE_ANONYMOUS"); }
};

TEST(WithoutFolders, CutsAbsolutePathsToTheirLastPart) {
  EXPECT_EQ(without_folders("/tmp/a.h5"), "a.h5");
  EXPECT_EQ(without_folders("~/a.h5"), "a.h5");
  EXPECT_EQ(without_folders("/a.h5"), "a.h5");
  EXPECT_EQ(without_folders("/my own/b/a.h5"), "a.h5");
  EXPECT_EQ(without_folders("--out=/home/me/a.h5"), "--out=a.h5");
  EXPECT_EQ(without_folders("-I/opt/x/include"), "-Iinclude");
  EXPECT_EQ(without_folders("-ffile-prefix-map=/a/b=/c/d"), "-ffile-prefix-map=d");
  EXPECT_EQ(without_folders(R"(problem.prior={ path = "/d/p.h5", dim = 2 })"),
            R"(problem.prior={ path = "p.h5", dim = 2 })");
}

TEST(WithoutFolders, LeavesEverythingElse) {
  for (const char* word : {"experiments/a.toml", "../a.h5", "./b", "1/3", "steps=4,8", "a~/b", ""})
    EXPECT_EQ(without_folders(word), word);
}

TEST(ProvenanceOfAProcess, NamesTheMachine) {
  const Provenance p = provenance(Exec(), "plumbline run a.toml");

  EXPECT_EQ(p.command, "plumbline run a.toml");
  EXPECT_NE(p.host, "withheld");
  EXPECT_NE(p.host, "");
  EXPECT_NE(p.device, "");
}

TEST_F(Anonymous, ProvenanceNamesTheProgramAndNotTheMachine) {
  const Provenance p = provenance(Exec(), "plumbline run a.toml");

  EXPECT_EQ(p.host, "withheld");
  EXPECT_EQ(p.device, "withheld");
  EXPECT_NE(p.git_commit, "");
  EXPECT_NE(p.kokkos_version, "");
  EXPECT_GE(p.threads, 1);
}

TEST_F(Anonymous, AnEmptyVariableIsNoWish) {
  setenv("PLUMBLINE_ANONYMOUS", "", 1);

  EXPECT_FALSE(anonymous());
}

}  // namespace
}  // namespace plumbline::provenance_test
