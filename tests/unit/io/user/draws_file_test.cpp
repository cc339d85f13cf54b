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

TEST(Csv, ReadsWhatPandasAndRWrite) {
  const Scratch scratch;
  const auto expect = [&](const std::string& text, const std::string& what) {
    expect_numbers(read(scratch, "x.csv", text), what);
  };

  // to_csv of [[1, 2], [3, 4], [5, 6]], with and without header and index
  expect("0,1\n1.0,2.0\n3.0,4.0\n5.0,6.0\n", "index=False");
  expect(",0,1\n0,1.0,2.0\n1,3.0,4.0\n2,5.0,6.0\n", "index");
  expect("Unnamed: 0,a,b\n0,1.0,2.0\n1,3.0,4.0\n2,5.0,6.0\n", "index, read and written again");
  expect("\t0\t1\n0\t1.0\t2.0\n1\t3.0\t4.0\n2\t5.0\t6.0\n", "sep='\\t', index");
  expect("\"0\",\"1\"\n\"1.0\",\"2.0\"\n\"3.0\",\"4.0\"\n\"5.0\",\"6.0\"\n", "QUOTE_ALL");
  expect("\"\",\"V1\",\"V2\"\n\"1\",1,2\n\"2\",3,4\n\"3\",5,6\n", "R's write.csv");
  expect("x,\"b, with \"\"quotes\"\"\"\n1,2\n3,4\n5,6\n", "quoted names");
  expect("1,2\r3,4\r5,6\r", "old Macintosh");
  expect("# x y\n1 2\n3 4\n5 6\n", "savetxt with a header");
  expect("+1,.2e1\n3.,4\n5,6\n", "spellings");

  const auto one = read(scratch, "x.csv", "0\n0.5\n1.5\n");  // a Series: the header is 0
  ASSERT_EQ(one[0].x.rows(), 2);
  EXPECT_EQ(one[0].x(0, 0), 0.5);
  EXPECT_EQ(read(scratch, "x.csv", "0,1,log_w\n1,2,0\n3,4,0\n")[0].x.rows(), 2);
  EXPECT_EQ(read(scratch, "x.csv", "1,0\n3,4\n")[0].x.rows(), 2);  // not in order: a point
  EXPECT_EQ(read(scratch, "x.csv", "0.0,1.0\n3,4\n")[0].x.rows(), 2);
}

TEST(Csv, AColumnIsWeightsOnlyWhenTheHeaderSaysSo) {
  const Scratch scratch;

  EXPECT_EQ(read(scratch, "x.csv", "log_w,x\n0,1\n-inf,2\n")[0].log_w[1], -infinity);
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
      {"1,2\n3,1e999\n", "field 2 = '1e999': a finite number: the largest double"},
      {"1,2\n3,0x10\n", "field 2 = '0x10'"},
      {"1,2\n3,\n", "x.csv:2:3: field 2 = '': a number; nothing is here: a separator too many"},
      {"1,,2\n", "field 2 = '': a number; nothing is here, and missing values are not read"},
      {"1,2\n3,NA\n", "field 2 = 'NA': a number: missing values are not read"},
      {"NA,NA\n3,4\n", "x.csv:1:1: field 1 = 'NA'"},
      {"1e400,2\n3,4\n", "x.csv:1:1: field 1 = '1e400'"},
      {"a,b\n1,2\na,b\n3,4\n", "x.csv:3:1: field 1 = 'a': a number"},
      {"1,2\n3,+-4\n", "field 2 = '+-4'"},
      {"1;1.234,5\n", "x.csv:1:3: field 2 = '1.234,5': a number with a decimal point"},
      {"1,5;2,5\n3,5;4,5\n", "x.csv:1:1: field 1 = '1,5': a number with a decimal point"},
      {"1,\"2,345\"\n", "x.csv:1:3: field 2 = '2,345': a number with a decimal point"},
      {"1,\"2\n", "x.csv:1:1: field 2 = '\"2': a quote that is closed in its line"},
      {"1,\"2\"3\n", "field 2 = '3': nothing behind a closed quote"},
      {"a,b,\n1,2,\n", "x.csv:1:5: column 3 = '': a name: a separator too many"},
      {"0,1\n2,3\n4,5\n", "x.csv:1:1: line = 0, 1, … in order: a header or a point?"},
      {"0\n1\n2\n", "a header or a point?"},
      {",x,y\n0,1,2\n2,3,4\n", "x.csv:3:1: field 1 = '2': the number of the row"},
      {"index,x\n0.5,1\n1.5,3\n", "x.csv:2:1: field 1 = '0.5': the number of the row"},
      {"x,logw\n1,0\n2,0\n", "x.csv:1:3: column 2 = 'logw': log_w"},
      {"x,Weights\n1,0\n2,0\n", "column 2 = 'Weights': log_w"},
      {"# x,log-w\n1,0\n2,0\n", "column 2 = 'log-w': log_w"},
      {"log_w,log_w,x\n0,0,1\n", "column 2 = 'log_w': a name that no other column has"},
      {"log_w\n0\n0\n", "x.csv:1:1: columns = no coordinate"},
      {"\xFF\xFE\x31", "text in UTF-16: text in UTF-8"},
      {"1,2\n3,4 5\n", "field 2 = '4 5'"},
      {"1;2,5\n3;4,5\n", "field 2 = '2,5'"},
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

TEST(Hdf5Draws, AreNotMistakenForOthersByAMistypedName) {
  const Scratch scratch;
  const auto says = [&](const char* name) {
    ArrayFile file;
    file.add("x", {"draw", "coordinate"}, HostMatrix(HostMatrix::Random(5, 2)), "");
    file.add(name, {"draw"}, HostVector(HostVector::Zero(5)), "");
    file.write(scratch / "x.h5");
    return complaint(scratch / "x.h5");
  };

  EXPECT_EQ(says("log_w"), "");
  EXPECT_NE(says("logw").find("x.h5: 'logw': nobody reads it: 'logw' is not one of x, log_w"),
            std::string::npos)
      << says("logw");
  EXPECT_NE(says("log_weights").find("did you mean 'log_w'?"), std::string::npos);
  EXPECT_NE(says("diagnostics/acceptance").find("nobody reads it"), std::string::npos);
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
