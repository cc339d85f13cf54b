// Draws from elsewhere: every form that is promised reads to the same numbers, everything else is a
// SpecError that names file and place, whatever the bytes.
#include "io/draws_file.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <random>

#include "core/errors.hpp"
#include "io/array_file.hpp"
#include "scratch.hpp"

namespace plumbline {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// A .npy file of format `version` with this dictionary and these raw numbers.
std::string npy(const std::string& dictionary, const std::string& raw, char version = 1) {
  const std::string header = dictionary + "  \n";
  std::string out = std::string("\x93NUMPY") + version + '\0';
  for (std::size_t i = 0; i < (version == 1 ? 2u : 4u); ++i)
    out += static_cast<char>(header.size() >> (8 * i) & 0xff);
  return out + header + raw;
}
std::string dictionary(const std::string& descr, const std::string& shape,
                       const std::string& fortran = "False") {
  return "{'descr': '" + descr + "', 'fortran_order': " + fortran + ", 'shape': " + shape + ", }";
}

template <class T>
std::string raw(const std::vector<double>& values, bool big_endian = false) {
  std::string out;
  for (const double value : values) {
    const T stored = static_cast<T>(value);
    std::string bytes(reinterpret_cast<const char*>(&stored), sizeof stored);
    if (big_endian != (std::endian::native == std::endian::big))
      std::reverse(bytes.begin(), bytes.end());
    out += bytes;
  }
  return out;
}

std::vector<GivenDraws> read(const Scratch& scratch, const std::string& name,
                             const std::string& bytes) {
  spill(scratch / name, bytes);
  return read_draws(scratch / name);
}
/// What reading says, without the folder; "" when it reads.
std::string complaint(const std::filesystem::path& path) {
  try {
    read_draws(path);
  } catch (const SpecError& error) {
    std::string text = error.what();
    const std::string folder = path.parent_path().string() + "/";
    for (std::size_t at; (at = text.find(folder)) != text.npos;) text.erase(at, folder.size());
    return text;
  }
  return "";
}
std::string complaint(const Scratch& scratch, const std::string& name, const std::string& bytes) {
  spill(scratch / name, bytes);
  return complaint(scratch / name);
}

void expect_numbers(const std::vector<GivenDraws>& sets, const std::string& what) {
  ASSERT_EQ(sets.size(), 1u) << what;
  HostMatrix expected(3, 2);
  expected << 1, 2, 3, 4, 5, 6;
  ASSERT_EQ(sets[0].x.rows(), 3) << what;
  ASSERT_EQ(sets[0].x.cols(), 2) << what;
  EXPECT_EQ(sets[0].x, expected) << what;
  EXPECT_EQ(sets[0].log_w.size(), 0) << what;
}

TEST(Npy, ReadsEveryTypeByteOrderVersionAndMemoryOrder) {
  const Scratch scratch;
  const std::vector<double> rows = {1, 2, 3, 4, 5, 6}, columns = {1, 3, 5, 2, 4, 6};
  const auto expect = [&](const std::string& bytes, const std::string& what) {
    expect_numbers(read(scratch, "x.npy", bytes), what);
  };

  expect(npy(dictionary("<f8", "(3, 2)"), raw<double>(rows)), "<f8");
  expect(npy(dictionary(">f8", "(3, 2)"), raw<double>(rows, true)), ">f8");
  expect(npy(dictionary("<f4", "(3, 2)"), raw<float>(rows)), "<f4");
  expect(npy(dictionary(">f4", "(3, 2)"), raw<float>(rows, true)), ">f4");
  expect(npy(dictionary("|i1", "(3, 2)"), raw<std::int8_t>(rows)), "|i1");
  expect(npy(dictionary("|u1", "(3, 2)"), raw<std::uint8_t>(rows)), "|u1");
  expect(npy(dictionary("<i2", "(3, 2)"), raw<std::int16_t>(rows)), "<i2");
  expect(npy(dictionary(">u2", "(3, 2)"), raw<std::uint16_t>(rows, true)), ">u2");
  expect(npy(dictionary(">i4", "(3, 2)"), raw<std::int32_t>(rows, true)), ">i4");
  expect(npy(dictionary("<u4", "(3, 2)"), raw<std::uint32_t>(rows)), "<u4");
  expect(npy(dictionary("<i8", "(3L, 2L)"), raw<std::int64_t>(rows)), "<i8, Python 2");
  expect(npy(dictionary("<u8", "(3, 2)"), raw<std::uint64_t>(rows)), "<u8");
  expect(npy(dictionary("<f8", "(3, 2)", "True"), raw<double>(columns)), "Fortran");
  expect(npy(dictionary("<f8", "(3, 2)"), raw<double>(rows), 2), "version 2");
  expect(npy("{\"shape\":(3,2),\"descr\":\"<f8\",\"fortran_order\":False}", raw<double>(rows), 3),
         "version 3, other quotes and order");
}

TEST(Npy, OneDimensionIsOneCoordinateAndThreeAreReplicates) {
  const Scratch scratch;

  const auto line = read(scratch, "x.npy", npy(dictionary("<f8", "(3,)"), raw<double>({1, 2, 3})));
  ASSERT_EQ(line.size(), 1u);
  EXPECT_EQ(line[0].x.rows(), 3);
  EXPECT_EQ(line[0].x.cols(), 1);

  // [replicate, n, d] in Fortran order: the first index runs fastest.
  std::vector<double> values(12);
  for (int r = 0; r < 2; ++r)
    for (int n = 0; n < 3; ++n)
      for (int i = 0; i < 2; ++i)
        values[static_cast<std::size_t>(r + 2 * n + 6 * i)] = 100 * r + 10 * n + i;
  const auto sets =
      read(scratch, "x.npy", npy(dictionary("<f8", "(2, 3, 2)", "True"), raw<double>(values)));
  ASSERT_EQ(sets.size(), 2u);
  EXPECT_EQ(sets[1].x(2, 1), 121);
  EXPECT_EQ(sets[0].x(1, 0), 10);
}

TEST(Npy, RefusesWhatItDoesNotHold) {
  const Scratch scratch;
  const std::string six = raw<double>({1, 2, 3, 4, 5, 6});
  // Bytes of the file, and what the message says.
  const std::vector<std::pair<std::string, std::string>> bad = {
      {"", "x.npy: file = 0 bytes: a .npy file begins"},
      {"\x93NUMPY", "begins with"},
      {"1 2 3\n4 5 6\n", "begins with"},
      {npy(dictionary("<f8", "(3, 2)"), six, 9), "version = 9.0: 1.0, 2.0 or 3.0"},
      {npy(dictionary("<f8", "(3, 2)"), six).substr(0, 40), "header = 62 bytes announced"},
      {npy(dictionary("<f8", "(3, 2)"), six.substr(1)),
       "promises 48 bytes of numbers, the file holds 47"},
      {npy(dictionary("<f8", "(3, 2)"), six + "x"), "the file holds 49"},
      {npy(dictionary("<f8", "(3000000000, 3000000000)"), six),
       "shape = (3000000000, 3000000000): 1 to"},
      {npy(dictionary("<f8", "(4294967296, 4294967296)"), six), "1 to"},
      {npy(dictionary("<f8", "(99999999999999999999, 1)"), six), "header"},
      {npy(dictionary("<f8", "(-3, 2)"), six), "header"},
      {npy(dictionary("<f8", "(0, 2)"), ""), "shape = (0, 2)"},
      {npy(dictionary("<f8", "()"), raw<double>({1})), "x = shape []: [n], [n, d]"},
      {npy(dictionary("<f8", "(1, 1, 3, 2)"), six), "x = shape [1, 1, 3, 2]"},
      {npy(dictionary("<f8", "(1, 6)"), six), "x = shape [1, 6]: at least 2 draws"},
      {npy(dictionary("|O", "(3, 2)"), six), "pickled Python objects are never read"},
      {npy(dictionary("|b1", "(3, 2)"), "101010"), "descr = '|b1'"},
      {npy(dictionary("<c16", "(3,)"), six), "descr = '<c16'"},
      {npy(dictionary("<f2", "(3,)"), "abcdef"), "descr = '<f2'"},
      {npy(dictionary("=f8", "(3, 2)"), six), "descr"},
      {npy("{'descr': [('a', '<f8'), ('b', '<f8')], 'fortran_order': False, 'shape': (3,), }", six),
       "a structured type"},
      {npy("{'descr': '<f8', 'fortran_order': False}", six), "a dictionary of"},
      {npy("{'descr': '<f8', 'fortran_order': 0, 'shape': (3, 2)}", six), "a dictionary of"},
      {npy("__import__('os').system('true')", six), "a dictionary of"},
      {npy(dictionary("<f8", "(3, 2)"), raw<double>({1, 2, 3, std::nan(""), 5, 6})),
       "x[1, 1] = nan: finite numbers"},
      {npy(dictionary("<f4", "(3, 2)"), raw<float>({1, 2, 3, 4, -infinity, 6})),
       "x[2, 0] = -inf: finite numbers"}};

  for (const auto& [bytes, says] : bad)
    EXPECT_NE(complaint(scratch, "x.npy", bytes).find(says), std::string::npos)
        << says << "\n  got: " << complaint(scratch, "x.npy", bytes);
}

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
}  // namespace plumbline
