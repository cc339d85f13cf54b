// What is written into a result file belongs to the file that was read.
#include "harness/run/turn.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include "unit/harness/run/runner_bench.hpp"

namespace plumbline::turn_test {
namespace {

TEST(ReplaceResults, WritesOverTheFileThatWasReadAndNoOther) {
  Bench bench;
  bench.options.shard = {1, 2};
  bench.run();
  Ledger ledger(bench.plan, bench.options.output);
  merge_sweep(Exec(), bench.plan, ledger, "merge", "now");
  const std::filesystem::path& file = bench.options.output;
  const auto stamp = stamp_of(file);
  const Results half = bench.results();
  EXPECT_TRUE(replace_results(file, stamp, half));

  EXPECT_FALSE(replace_results(file, stamp, half)) << "the file of that stamp is gone";
  const auto now = stamp_of(file);
  bench.options.shard = {1, 1};
  bench.run();  // the rest, as another process would while a verdict is thought about
  EXPECT_FALSE(replace_results(file, now, half));

  EXPECT_EQ(bench.results().cells.size(), std::size_t{cells});
}

TEST(Turn, IsOneForAFileAndALinkToItFromElsewhere) {
  Scratch scratch;
  std::filesystem::create_directories(scratch / "there");
  std::filesystem::create_symlink(scratch / "there" / "r.h5", scratch / "link.h5");
  const pid_t child = ::fork();
  if (child == 0) {
    while (!std::filesystem::exists(scratch / "taken")) ::usleep(1000);
    const Turn other(scratch / "there" / "r.h5");  // waits until the parent's ends
    ::_exit(std::filesystem::exists(scratch / "released") ? 0 : 1);
  }
  {
    const Turn mine(scratch / "link.h5");
    spill(scratch / "taken", "");
    ::usleep(200'000);
    spill(scratch / "released", "");
  }
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

}  // namespace
}  // namespace plumbline::turn_test
