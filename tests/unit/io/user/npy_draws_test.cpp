// .npy draws: every type, order and version that is promised reads to the same numbers, everything
// else is a SpecError that names file and place.
#include "unit/io/user/given_draws.hpp"

namespace plumbline::npy_draws_test {
namespace {

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
        values[static_cast<std::size_t>(r) + 2 * static_cast<std::size_t>(n) +
               6 * static_cast<std::size_t>(i)] = 100 * r + 10 * n + i;
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

}  // namespace
}  // namespace plumbline::npy_draws_test
