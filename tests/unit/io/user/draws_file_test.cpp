// Draws from elsewhere in CSV and HDF5, and in no known form: what is promised reads, everything
// else is a SpecError that names file and place, whatever the bytes.
#include <random>

#include "io/user/array_file.hpp"
#include "unit/io/user/given_draws.hpp"

namespace plumbline::draws_file_test {
namespace {

TEST(Csv, ReadsEverySeparatorAndHeader) {
  const Scratch scratch;

  expect_numbers(read(scratch, "x.csv", "1,2\n3,4\n5,6\n"), "commas");
  expect_numbers(read(scratch, "x.csv", "a;b\r\n1;2\r\n3;4\r\n\r\n5;6"),
                 "header, CRLF, no last newline");
  expect_numbers(read(scratch, "x.txt", "  1.0   2e0\n3\t4 \n# a remark\n+5 0.6e1\n"), "blanks");
  expect_numbers(read(scratch, "x.csv",
                      "\xEF\xBB\xBF"
                      "1, 2\n3 ,4\n5,6\n"),
                 "byte order mark");
}

TEST(Csv, TheLastColumnIsWeightsOnlyWhenTheHeaderSaysSo) {
  const Scratch scratch;

  for (const char* header : {"x0,log_w\n", "# x0,log_w\n", "\"x0\",\"log_w\"\n"}) {
    const auto sets = read(scratch, "x.csv", std::string(header) + "1,0\n2,-inf\n3,0\n");
    ASSERT_EQ(sets.size(), 1u);
    EXPECT_EQ(sets[0].x.cols(), 1) << header;
    ASSERT_EQ(sets[0].log_w.size(), 3) << header;
    EXPECT_NEAR(sets[0].log_w[0], -std::log(2.0), 1e-15);
    EXPECT_EQ(sets[0].log_w[1], -infinity);
  }
  EXPECT_EQ(read(scratch, "x.csv", "a,b\n1,0\n2,1\n")[0].x.cols(), 2);
}

TEST(Csv, NamesLineAndColumnOfWhatIsWrong) {
  const Scratch scratch;
  const std::vector<std::pair<std::string, std::string>> bad = {
      {"", "x.csv: file = no numbers: lines of numbers"},
      {"a,b\n", "no numbers"},
      {"1,2\n3\n", "x.csv:2:1: line = 1 fields: 2, as in line 1"},
      {"a,b\n1,2,3\n", "x.csv:2:1: line = 3 fields: 2, as in line 1"},
      {"1,2\n3,four\n", "x.csv:2:3: field 2 = 'four': a number"},
      {"1,two\n3,4\n", "x.csv:1:3: field 2 = 'two': a number"},
      {"1,2\n3,nan\n", "x.csv:2:3: field 2 = nan: a finite number"},
      {"1,2\ninf,4\n", "x.csv:2:1: field 1 = inf: a finite number"},
      {"1,2\n3,1e999\n", "field 2 = '1e999'"},
      {"1,2\n3,0x10\n", "field 2 = '0x10'"},
      {"1,2\n3,\n", "field 2 = ''"},
      {"1,2\n3,4 5\n", "field 2 = '4 5'"},
      {"1;2,5\n3;4,5\n", "field 2 = '2,5'"},
      {"\"1\",2\n3,4\n", "field 1 = '\"1\"'"},
      {"log_w,x\n0,1\n0,2\n", "x.csv:1:1: column = 1: log_w must be the last"},
      {"x,log_w\n1,nan\n2,0\n", "field 2 = nan"},
      {"x,log_w\n1,inf\n2,0\n", "field 2 = inf"},
      {"x,log_w\n1,-inf\n2,-inf\n", "log_w = -inf everywhere"},
      {"1,2\n", "x = shape [1, 2]: at least 2 draws"},
      {std::string("1,2\n3,\0\x1b[31m\n", 13), "field 2 = '??[31m'"}};

  for (const auto& [text, says] : bad)
    EXPECT_NE(complaint(scratch, "x.csv", text).find(says), std::string::npos)
        << says << "\n  got: " << complaint(scratch, "x.csv", text);
}

/// /x and perhaps /log_w of these shapes, filled with `value`.
void write_h5(const std::filesystem::path& path, const std::vector<std::int64_t>& x,
              const std::vector<std::int64_t>& log_w = {}, double weight = 0) {
  const auto add = [](ArrayFile& file, const std::string& name,
                      const std::vector<std::int64_t>& shape, double value) {
    ArrayFile::Dimensions names;
    std::size_t count = 1;
    for (std::size_t i = 0; i < shape.size(); ++i) {
      names.push_back(name + "_" + std::to_string(i));
      count *= static_cast<std::size_t>(shape[i]);
    }
    file.add(name, names, shape, std::vector<double>(count, value), "");
  };
  ArrayFile file;
  add(file, "x", x, 0.5);
  if (!log_w.empty()) add(file, "log_w", log_w, weight);
  file.write(path);
}

TEST(Hdf5Draws, HaveWeightsOfTheShapeOfTheDraws) {
  const Scratch scratch;
  const auto says = [&](std::vector<std::int64_t> x, std::vector<std::int64_t> log_w,
                        double weight = 0) {
    write_h5(scratch / "x.h5", x, log_w, weight);
    return complaint(scratch / "x.h5");
  };

  EXPECT_EQ(says({5, 2}, {5}, 7), "");
  EXPECT_EQ(says({5}, {5}, -1e300), "");
  EXPECT_EQ(says({3, 5, 2}, {3, 5}), "");
  EXPECT_EQ(read_draws(scratch / "x.h5").size(), 3u);
  EXPECT_NEAR(read_draws(scratch / "x.h5")[2].log_w[4], -std::log(5.0), 1e-15);
  EXPECT_NE(says({5, 2}, {4}).find("x.h5: log_w = shape [4]: one per draw"), std::string::npos);
  EXPECT_NE(says({5, 2}, {5, 2}).find("log_w = shape [5, 2]: [n]"), std::string::npos);
  EXPECT_NE(says({3, 5, 2}, {5, 3}).find("log_w = shape [5, 3]: one per draw"), std::string::npos);
  EXPECT_NE(says({5, 2}, {5}, -infinity).find("log_w = -inf everywhere"), std::string::npos);
  EXPECT_NE(says({5, 2}, {5}, infinity).find("log_w[0] = inf: finite numbers"), std::string::npos);
  EXPECT_NE(says({1, 2}, {}).find("at least 2 draws"), std::string::npos);
  EXPECT_NE(says({2, 2, 2, 2}, {}).find("[n], [n, d] or [replicate, n, d]"), std::string::npos);
}

TEST(DrawsFile, RefusesWhatIsNoFileOfAKnownKind) {
  const Scratch scratch;
  std::filesystem::create_directory(scratch / "folder.npy");
  spill(scratch / "x.pickle", "\x80\x04");
  spill(scratch / "x.h5", "1 2 3");

  EXPECT_NE(complaint(scratch / "folder.npy").find("folder.npy"), std::string::npos);
  EXPECT_NE(complaint(scratch / "absent.csv").find("absent.csv"), std::string::npos);
  EXPECT_NE(complaint(scratch / "absent.npy").find("No such file"), std::string::npos);
  EXPECT_NE(complaint(scratch / "x.pickle").find("must end in .h5"), std::string::npos);
  EXPECT_NE(complaint(scratch / "x.h5").find("a readable HDF5 file"), std::string::npos);
}

/// 1000 copies of good files with bytes flipped, lost or doubled: each reads or is a SpecError
/// (anything else ends the test), and sizes that read are those of the bytes there.
TEST(DrawsFile, SurvivesMutatedBytes) {
  const Scratch scratch;
  const std::vector<double> six = {1, 2, 3, 4, 5, 6};
  const std::vector<std::pair<std::string, std::string>> good = {
      {"x.npy", npy(dictionary("<f8", "(3, 2)"), raw<double>(six))},
      {"x.npy", npy(dictionary(">i4", "(3, 2)", "True"), raw<std::int32_t>(six, true), 2)},
      {"x.csv", "a,b,log_w\n1,2,0\n3,4,-inf\n5,6,1e-3\n"},
      {"x.txt", "# remark\n1 2\n3 4\n5 6\n"}};
  std::mt19937 random(1);
  int read = 0, refused = 0;
  for (int trial = 0; trial < 1000; ++trial) {
    auto [name, bytes] = good[static_cast<std::size_t>(trial) % good.size()];
    const auto changes = 1 + random() % 2;
    for (unsigned change = 0; change < changes && !bytes.empty(); ++change) {
      const std::size_t at = random() % bytes.size();
      switch (random() % 4) {
        case 0:
          bytes[at] = static_cast<char>(random());
          break;
        case 1:
          bytes[at] = static_cast<char>(bytes[at] ^ (1 << random() % 8));
          break;
        case 2:
          bytes.erase(at, 1 + random() % 8);
          break;
        default:
          bytes.insert(at, bytes.substr(at, 1 + random() % 8));
      }
    }
    spill(scratch / name, bytes);
    try {
      for (const GivenDraws& set : read_draws(scratch / name)) {
        EXPECT_LE(static_cast<std::size_t>(set.x.size()), bytes.size());
        EXPECT_TRUE(set.x.allFinite());
      }
      ++read;
    } catch (const SpecError& error) {
      EXPECT_NE(std::string(error.what()).find(name), std::string::npos) << error.what();
      ++refused;
    }
  }
  EXPECT_GT(read, 100);  // both ends are met: the files are neither ruined nor left whole
  EXPECT_GT(refused, 100);
}

}  // namespace
}  // namespace plumbline::draws_file_test
