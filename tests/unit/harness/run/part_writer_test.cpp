// However many parts a sweep writes, its folder holds few files, and what counted over what still
// does.
#include "harness/run/part_writer.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <map>

#include "unit/io/scratch.hpp"

namespace plumbline::part_writer_test {
namespace {

CellRecord record(const std::string& hash, double value) {
  return {"smc", 0, {0}, hash, {Status::ok}, {""}, {{"m", {value}}}, {}};
}

void nobody(const std::filesystem::path&, Part) {}

/// The value of every cell as a ledger sees it: later parts count over earlier ones.
std::map<std::string, double> values(const std::filesystem::path& folder) {
  std::map<std::string, double> out;
  for (const auto& file : list_parts(folder).parts) {
    const std::optional<Part> part = read_part(file);
    EXPECT_TRUE(part) << file;
    for (const CellRecord& cell : part->cells) out[cell.hash] = cell.metrics.at(0).value.at(0);
  }
  return out;
}

/// One cell per part, `count` of them from `first`.
void write(PartWriter& writer, int first, int count, double value) {
  for (int i = first; i < first + count; ++i) {
    writer.add(record(std::to_string(i), value));
    writer.commit();
  }
}

TEST(PartWriter, KeepsFewFilesHoweverManyPartsAreWritten) {
  const Scratch scratch;
  PartWriter writer(scratch.folder(), 0, "run", nobody);
  for (int first = 0; first < 330; first += 11) {
    write(writer, first, 11, first);
    EXPECT_LT(list_parts(scratch.folder()).parts.size(), PartWriter::most_files);
  }
  EXPECT_LT(scratch.files().size(), PartWriter::most_files);
  const auto found = values(scratch.folder());
  ASSERT_EQ(found.size(), 330u);
  for (const auto& [hash, value] : found) EXPECT_EQ(value, std::stoi(hash) / 11 * 11) << hash;
}

TEST(PartWriter, GathersThePartsOfEarlierWritersBeforeItsOwnAndLaterOnesStillCount) {
  const Scratch scratch;
  Index sequence = 0;
  // five runs, each of which redoes every cell of the one before and is cut off
  for (int run = 0; run < 5; ++run) {
    PartWriter writer(scratch.folder(), sequence, "run", nobody,
                      list_parts(scratch.folder()).parts);
    write(writer, 0, 60, run);
    sequence += 60;
    EXPECT_LT(scratch.files().size(), PartWriter::most_files);
    for (const auto& [hash, value] : values(scratch.folder())) EXPECT_EQ(value, run) << hash;
  }
}

TEST(PartWriter, TellsOfGatheredPartsAsOfOthers) {
  const Scratch scratch;
  std::map<std::string, std::string> from;  // cell → the part that counts, as a ledger keeps it
  PartWriter writer(scratch.folder(), 0, "run",
                    [&](const std::filesystem::path& file, const Part& part) {
                      const std::string name = file.filename().string();
                      for (const CellRecord& cell : part.cells)
                        if (name >= from[cell.hash]) from[cell.hash] = name;
                    });
  write(writer, 0, 205, 1);
  ASSERT_EQ(from.size(), 205u);
  for (const auto& [hash, name] : from)
    EXPECT_TRUE(std::filesystem::exists(scratch / name)) << hash << " in " << name;
}

/// Pages that finished children of this process touched: more with every child.
long pages_of_children() {
  rusage usage = {};
  getrusage(RUSAGE_CHILDREN, &usage);
  return usage.ru_minflt + usage.ru_majflt;
}

TEST(PartWriter, AsksNoChildForWhatWasNeverKept) {
  const Scratch scratch;
  PartWriter writer(scratch.folder(), 0, "run", nobody);
  const long before = pages_of_children();
  EXPECT_TRUE(writer.kept("a").cells.empty());
  EXPECT_EQ(pages_of_children(), before);

  Part replicates;
  replicates.cells.push_back(record("a", 3));
  writer.keep("a", replicates);
  EXPECT_EQ(writer.kept("a").cells.at(0).hash, "a");
  EXPECT_GT(pages_of_children(), before);
}

}  // namespace
}  // namespace plumbline::part_writer_test
