// The result file: what is written comes back to the bit, and what is no result file is refused.
#include <gtest/gtest.h>

#include "core/errors.hpp"
#include "io/hdf5/hdf5.hpp"
#include "io/parts/durable.hpp"
#include "io/result/result_file.hpp"
#include "unit/io/example.hpp"
#include "unit/io/scratch.hpp"

namespace plumbline::result_file_test {
namespace {

std::string complaint(const std::filesystem::path& path) {
  try {
    ResultFile::open(path).read();
  } catch (const IoError& error) {
    return error.what();
  }
  return "";
}

TEST(ResultFile, ReturnsWhatWasWrittenToTheBit) {
  const Scratch scratch;
  const Results written = example::results();

  write_results(scratch / "r.h5", written);
  const Results back = ResultFile::open(scratch / "r.h5").read();

  EXPECT_EQ(example::text(back), example::text(written));
}

TEST(ResultFile, KeepsWhatEveryCellClaimsOfDrawsAndEvidence) {
  const Scratch scratch;
  Results written = example::results();
  for (CellRecord& record : written.cells)
    if (record.label == "smc") {
      record.claim = record.cell % 2 == 0 ? "particles" : "steps, particles";
      record.evidence_claim = record.cell % 2 == 0 ? "exact" : "";
    }
  written.layout.metrics.back().law = Law::log_mean_one;

  write_results(scratch / "r.h5", written);
  const Results back = ResultFile::open(scratch / "r.h5").read();

  ASSERT_EQ(back.cells.size(), written.cells.size());
  for (std::size_t i = 0; i < back.cells.size(); ++i) {
    EXPECT_EQ(back.cells[i].claim, written.cells[i].claim);
    EXPECT_EQ(back.cells[i].evidence_claim, written.cells[i].evidence_claim);
  }
  EXPECT_EQ(back.layout.metrics.back().law, Law::log_mean_one);
  // said by no cell: absent, as in files of before
  const auto root = hdf5::open_root(hdf5::open_file(scratch / "r.h5"));
  EXPECT_EQ(hdf5::kind_of(hdf5::open_group(root, "smc"), "evidence_claim"), "dataset");
  EXPECT_NE(hdf5::kind_of(hdf5::open_group(root, "replacement"), "evidence_claim"), "dataset");
}

TEST(ResultFile, KeepsTheFirstLook) {
  const Scratch scratch;
  Results written = example::results();
  EXPECT_FALSE(written.look);
  written.look = {"then", {"level = 0.01", "seed = 1"}, {"a", "b"}, {}};
  write_results(scratch / "rules.h5", written);
  written.look->sets = {{"key", "location", 0.25, 0, {1.5, nan}}, {"key", "tails", 0.4, 3, {2, 3}}};
  write_results(scratch / "r.h5", written);

  const auto rules = ResultFile::open(scratch / "rules.h5").read().look;
  const auto look = ResultFile::open(scratch / "r.h5").look();

  ASSERT_TRUE(rules && look);
  EXPECT_EQ(rules->rules, written.look->rules);
  EXPECT_TRUE(rules->sets.empty());
  EXPECT_EQ(look->judged, "then");
  EXPECT_EQ(look->metrics, written.look->metrics);
  ASSERT_EQ(look->sets.size(), 2U);
  EXPECT_EQ(look->sets[1].aspect, "tails");
  EXPECT_EQ(look->sets[1].number, 3);
  EXPECT_EQ(look->sets[1].value, (std::vector<double>{2, 3}));
  EXPECT_TRUE(look->sets[0].value[0] == 1.5 && std::isnan(look->sets[0].value[1]));
}

TEST(ResultFile, HoldsASweepWithoutAnyAxis) {
  const Scratch scratch;
  Results written = example::results();
  written.layout.problem_axes.clear();
  for (SamplerLayout& sampler : written.layout.samplers) sampler.axes.clear();
  written.cells.clear();
  for (const SamplerLayout& sampler : written.layout.samplers)
    written.cells.push_back(example::cell(written.layout, sampler, 0));
  written.nulls.resize(1);
  written.problems.resize(1);

  write_results(scratch / "r.h5", written);

  EXPECT_EQ(example::text(ResultFile::open(scratch / "r.h5").read()), example::text(written));
}

TEST(ResultFile, HoldsASweepOfWhichNothingHasRun) {
  const Scratch scratch;
  Results written = example::results();
  written.cells.clear();
  written.nulls.clear();
  written.problems.clear();

  write_results(scratch / "r.h5", written);

  const ResultFile file = ResultFile::open(scratch / "r.h5");
  EXPECT_EQ(example::text(file.read()), example::text(written));
  EXPECT_EQ(file.cell_hashes("smc"), std::vector<std::string>(8));
}

TEST(ResultFile, ListsHashesByCellAndNothingForAMissingOne) {
  const Scratch scratch;
  write_results(scratch / "r.h5", example::results());

  const std::vector<std::string> hashes = ResultFile::open(scratch / "r.h5").cell_hashes("smc");

  EXPECT_EQ(hashes, (std::vector<std::string>{"smc-0", "smc-1", "smc-2", "smc-3", "smc-4", "",
                                              "smc-6", "smc-7"}));
}

TEST(ResultFile, KeepsTheLaterOfTwoRecordsOfACell) {
  const Scratch scratch;
  Results written = example::results();
  CellRecord again = written.cells.front();
  again.hash = "again";
  written.cells.push_back(again);

  write_results(scratch / "r.h5", written);

  EXPECT_EQ(ResultFile::open(scratch / "r.h5").cell_hashes("replacement")[0], "again");
}

TEST(ResultFile, IsTheSameBytesForTheSameContentInAnyOrder) {
  const Scratch scratch;
  Results results = example::results();
  write_results(scratch / "a.h5", results);
  std::reverse(results.cells.begin(), results.cells.end());
  std::reverse(results.nulls.begin(), results.nulls.end());
  write_results(scratch / "b.h5", results);

  EXPECT_TRUE(slurp(scratch / "a.h5") == slurp(scratch / "b.h5"));
}

TEST(ResultFile, SurvivesReadingAndWritingAgain) {
  const Scratch scratch;
  write_results(scratch / "a.h5", example::results());
  write_results(scratch / "b.h5", ResultFile::open(scratch / "a.h5").read());
  EXPECT_EQ(example::text(ResultFile::open(scratch / "b.h5").read()),
            example::text(example::results()));
}

TEST(ResultFile, MayBeWrittenAgainAndOpenedAgainWhileItIsOpen) {
  const Scratch scratch;
  const std::filesystem::path path = scratch / "a.h5";
  const Results first = example::results();
  Results second = first;
  second.layout.name = "another";
  write_results(path, first);

  const ResultFile open = ResultFile::open(path);
  write_results(path, second);
  EXPECT_EQ(ResultFile::open(path).layout().name, "another");
  EXPECT_EQ(example::text(open.read()), example::text(first));
}

void write_schema(const std::filesystem::path& path, const std::string& schema) {
  hdf5::MemoryFile memory(path.string(), 4096);
  if (!schema.empty()) hdf5::write_attribute(memory.file(), "schema", schema);
  const Bytes image = memory.finish();
  spill(path, {reinterpret_cast<const char*>(image.data()), image.size()});
}

TEST(ResultFile, RefusesAnotherSchemaByName) {
  const Scratch scratch;
  write_schema(scratch / "other.h5", "plumbline/2");
  write_schema(scratch / "none.h5", "");

  EXPECT_NE(complaint(scratch / "other.h5")
                .find("schema is 'plumbline/2', this program reads 'plumbline/1'"),
            std::string::npos);
  EXPECT_NE(complaint(scratch / "none.h5").find("no schema"), std::string::npos);
}

TEST(ResultFile, SaysWhyAFileCannotBeOpened) {
  const Scratch scratch;
  spill(scratch / "text.h5", "schema = plumbline/1\n");
  spill(scratch / "empty.h5", "");

  EXPECT_NE(complaint(scratch / "absent.h5").find("No such file"), std::string::npos);
  EXPECT_NE(complaint(scratch / "text.h5").find("it is no HDF5 file"), std::string::npos);
  EXPECT_NE(complaint(scratch / "empty.h5").find("empty.h5"), std::string::npos);
  EXPECT_NE(complaint(scratch.folder()).find(scratch.folder().string()), std::string::npos);
}

TEST(ResultFile, RefusesEveryAlteredByteBeforeHdf5SeesIt) {
  const Scratch scratch;
  write_results(scratch / "r.h5", example::results());
  const std::string whole = slurp(scratch / "r.h5");

  for (std::size_t at = 0; at < whole.size() - 64; at += 571) {
    std::string altered = whole;
    altered[at] = static_cast<char>(altered[at] ^ (1 << (at % 8)));
    spill(scratch / "altered.h5", altered);
    EXPECT_NE(complaint(scratch / "altered.h5").find("damaged"), std::string::npos) << at;
  }
}

TEST(ResultFile, RefusesEveryTruncationOfItsHdf5Part) {
  const Scratch scratch;
  write_results(scratch / "r.h5", example::results());
  const std::size_t end = slurp(scratch / "r.h5").rfind("\nplumbline digest ");
  ASSERT_NE(end, std::string::npos);

  for (const std::size_t size : truncations(end)) {
    std::filesystem::resize_file(scratch / "r.h5", size);
    EXPECT_NE(complaint(scratch / "r.h5"), "") << size << " bytes";
  }
}

/// The file with zeros of another shape under the name of a dataset. Its seal goes: HDF5 cuts it
/// off.
void replace(const std::filesystem::path& path, const std::string& name, const hdf5::Shape& shape) {
  const hdf5::Handle file(H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT), H5Fclose, "file",
                          "open " + path.string());
  hdf5::checked(H5Ldelete(file.id(), name.c_str(), H5P_DEFAULT), "delete " + name);
  const std::vector<double> zeros(static_cast<std::size_t>(hdf5::count_of(shape)));
  hdf5::write(file, name, shape, std::span<const double>(zeros));
}

TEST(ResultFile, RefusesArraysThatDoNotFitTogether) {
  const Scratch scratch;
  const std::int64_t huge = std::int64_t{1} << 61;
  const std::vector<std::pair<std::string, hdf5::Shape>> others = {
      {"samples/smc/x", {1, 5, 2}},
      {"samples/smc/x", {0, huge, 8}},
      {"samples/smc/log_w", {5}},
      {"ess/smc/ess", {0, huge}},
      {"problem/0/weights", {2, 1}},
      {"problem/0/means", {6}},
      {"problem/0/variances", {3}},
      {"problem/0/posterior_covariances", {2, 4}},
      {"problem/0/target_covariance", {4}},
      {"problem/1/y", {2, 1}},
      {"problem/1/y", {1, 1, 1}}};
  for (const auto& [name, shape] : others) {
    write_results(scratch / "r.h5", example::results());
    replace(scratch / "r.h5", name, shape);

    EXPECT_NE(complaint(scratch / "r.h5").find(name.substr(0, name.rfind('/'))), std::string::npos)
        << name << ": " << complaint(scratch / "r.h5");
  }
}

TEST(SweepLayout, RefusesNamesThatAFileCannotHold) {
  const auto refused = [](auto change) {
    SweepLayout layout = example::layout();
    change(layout);
    try {
      layout.check();
    } catch (const SpecError& error) {
      return error.key();
    }
    return std::string();
  };

  EXPECT_EQ(refused([](SweepLayout&) {}), "");
  EXPECT_EQ(refused([](SweepLayout& s) { s.samplers[0].label = "null"; }), "label");
  EXPECT_EQ(refused([](SweepLayout& s) { s.samplers[0].label = "a/b"; }), "label");
  EXPECT_EQ(refused([](SweepLayout& s) { s.samplers[0].label = "smc"; }), "label");
  EXPECT_EQ(refused([](SweepLayout& s) { s.samplers[0].label = ""; }), "label");
  EXPECT_EQ(refused([](SweepLayout& s) { s.problem_axes[0].name = "replicate"; }), "axis");
  EXPECT_EQ(refused([](SweepLayout& s) { s.problem_axes[0].name = "eta"; }), "axis");
  EXPECT_EQ(refused([](SweepLayout& s) { s.metrics[0].name = "status"; }), "metrics");
  EXPECT_EQ(refused([](SweepLayout& s) {
              s.samplers[1].axes[0].zipped[0].values = std::vector<std::int64_t>{1};
            }),
            "zip");
}

}  // namespace
}  // namespace plumbline::result_file_test
