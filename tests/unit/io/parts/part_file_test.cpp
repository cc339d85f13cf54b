// Parts: they come back to the bit, any damage makes them absent, and SIGKILL loses none.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>

#include <functional>

#include "core/errors.hpp"
#include "io/parts/part_file.hpp"
#include "unit/io/example.hpp"
#include "unit/io/scratch.hpp"

namespace plumbline::part_file_test {
namespace {

Part example_part() {
  const Results all = example::results();
  return {{all.cells.begin(), all.cells.end()}, all.nulls};
}

std::string text(const Part& part) {
  std::string out;
  for (const CellRecord& cell : part.cells) out += example::text(cell);
  for (const NullRecord& null : part.nulls) out += example::text(null);
  return out;
}

TEST(PartFile, ReturnsWhatWasWrittenToTheBit) {
  const Scratch scratch;
  const Part written = example_part();

  write_part(scratch / "a.part", written);
  const std::optional<Part> back = read_part(scratch / "a.part");

  ASSERT_TRUE(back);
  EXPECT_EQ(text(*back), text(written));
  EXPECT_EQ(scratch.files(), std::vector<std::string>{"a.part"});
}

TEST(PartFile, OfTheFirstKindIsStillRead) {
  const std::optional<Part> part =
      read_part(PLUMBLINE_SOURCE_DIR "/tests/unit/io/parts/first_kind.part");

  ASSERT_TRUE(part);
  ASSERT_EQ(part->cells.size(), 2u);
  ASSERT_EQ(part->nulls.size(), 1u);
  EXPECT_EQ(part->cells[1].label, "re");
  EXPECT_EQ(part->cells[1].at.size(), 2u);
  EXPECT_EQ(part->cells[1].status, std::vector<Status>(2, Status::ok));
  EXPECT_EQ(part->cells[1].metrics.at(0).name, "mean_error");
  EXPECT_EQ(part->cells[1].metrics.at(0).value.size(), 2u);
  EXPECT_EQ(part->cells[1].samples.value().x.size(), 2u);
  EXPECT_EQ(part->nulls[0].metrics.at(0).value.size(), 2u);
}

TEST(PartFile, IsAbsentWhenARecordDoesNotFitTogether) {
  const Scratch scratch;
  const auto is_read = [&](const std::function<void(CellRecord&)>& change) {
    Part part = example_part();
    for (CellRecord& cell : part.cells)
      if (cell.samples) change(cell);
    write_part(scratch / "a.part", part);
    return read_part(scratch / "a.part").has_value();
  };

  EXPECT_TRUE(is_read([](CellRecord&) {}));
  EXPECT_FALSE(is_read([](CellRecord& cell) { cell.samples->n = 1000; }));
  EXPECT_FALSE(is_read([](CellRecord& cell) { cell.samples->d = std::int64_t{1} << 62; }));
  EXPECT_FALSE(is_read([](CellRecord& cell) { cell.samples->log_w.pop_back(); }));
  EXPECT_FALSE(is_read([](CellRecord& cell) { cell.message.pop_back(); }));
  EXPECT_TRUE(is_intact_part(scratch / "a.part")) << "not to be thrown away unread";
}

TEST(PartFile, IsAbsentWhenThereIsNoPart) {
  const Scratch scratch;
  spill(scratch / "text.part", std::string(2000, 'x'));
  spill(scratch / "empty.part", "");
  std::filesystem::create_directory(scratch / "folder.part");

  for (const char* name : {"none.part", "text.part", "empty.part", "folder.part"})
    EXPECT_FALSE(read_part(scratch / name) || is_intact_part(scratch / name)) << name;
}

TEST(PartFile, IsAbsentAfterAnyTruncation) {
  const Scratch scratch;
  write_part(scratch / "a.part", example_part());
  const std::string whole = slurp(scratch / "a.part");

  spill(scratch / "cut.part", whole);
  for (const std::size_t size : truncations(whole.size())) {
    std::filesystem::resize_file(scratch / "cut.part", size);
    EXPECT_FALSE(read_part(scratch / "cut.part")) << size;
  }
  spill(scratch / "long.part", whole + '\0');
  EXPECT_FALSE(read_part(scratch / "long.part"));
}

TEST(PartFile, IsAbsentAfterAnySingleAlteredByte) {
  const Scratch scratch;
  const Results all = example::results();
  write_part(scratch / "a.part", {{all.cells.front()}, {}});
  const std::string whole = slurp(scratch / "a.part");

  for (std::size_t at = 0; at < whole.size(); at += (at < 64 ? 1 : 41)) {
    std::string altered = whole;
    altered[at] = static_cast<char>(altered[at] ^ (1 << (at % 8)));
    spill(scratch / "altered.part", altered);
    EXPECT_FALSE(read_part(scratch / "altered.part")) << at;
  }
}

TEST(PartFolder, SortsPartsBegunOnesAndLeftOvers) {
  const Scratch scratch;
  write_part(scratch / "b.part", example_part());
  write_part(scratch / "a.part", {});
  spill(scratch / "c.part", "broken");
  spill(scratch / ".d.part.1.plumbline-tmp", "left over");
  spill(scratch / "README", "not ours");

  write_part(scratch / "e.begun", example_part());

  const PartFolder found = list_parts(scratch.folder());

  EXPECT_EQ(found.parts, (std::vector{scratch / "a.part", scratch / "b.part", scratch / "c.part"}));
  EXPECT_EQ(found.begun, std::vector{scratch / "e.begun"});
  EXPECT_EQ(found.temporary, std::vector{scratch / ".d.part.1.plumbline-tmp"});
  EXPECT_TRUE(list_parts(scratch / "nowhere").parts.empty());
}

/// Commits parts 0, 1, 2, … and reports each through the pipe once it is durable, until killed.
[[noreturn]] void commit_for_ever(const std::filesystem::path& folder, int report) {
  const SweepLayout layout = example::layout();
  for (int i = 0;; ++i) {
    CellRecord cell = example::cell(layout, layout.samplers[0], i % 24);
    cell.hash = std::to_string(i);
    write_part(folder / (std::to_string(i) + ".part"), {{cell}, {}});
    if (::write(report, &i, sizeof i) != sizeof i) ::_exit(1);
  }
}

/// Kills a committing child a moment after its first `wait_for` commits; returns how many parts it
/// reported as durable in its life.
int finished_before_kill(const std::filesystem::path& folder, int wait_for, int microseconds) {
  int ends[2];
  if (::pipe(ends) != 0) return -1;
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(ends[0]);
    commit_for_ever(folder, ends[1]);
  }
  ::close(ends[1]);
  int finished = 0, last = 0;
  const auto heard = [&] { return ::read(ends[0], &last, sizeof last) == sizeof last; };
  while (finished < wait_for && heard()) finished = last + 1;
  ::usleep(static_cast<useconds_t>(microseconds));
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  while (heard()) finished = last + 1;
  ::close(ends[0]);
  return finished;
}

TEST(PartFolder, LosesNoFinishedPartToThirtyKills) {
  int total = 0;
  for (int kill = 0; kill < 30; ++kill) {
    const Scratch scratch;
    const int finished = finished_before_kill(scratch.folder(), kill % 4, 311 * kill);

    const PartFolder found = list_parts(scratch.folder());

    for (const auto& file : found.parts)
      EXPECT_TRUE(read_part(file)) << "a visible part is broken after kill " << kill;
    EXPECT_GE(static_cast<int>(found.parts.size()), finished);
    EXPECT_LE(static_cast<int>(found.parts.size()), finished + 1);  // the one in flight
    for (int i = 0; i < finished; ++i) {
      const auto part = read_part(scratch / (std::to_string(i) + ".part"));
      ASSERT_TRUE(part) << i;
      EXPECT_EQ(part->cells.at(0).hash, std::to_string(i));
    }
    total += finished;
  }
  EXPECT_GE(total, 43);  // the commits waited for: the children did work
}

}  // namespace
}  // namespace plumbline::part_file_test
