// Rows, columns and entries by index, against loops over hand-written numbers. Entries that no
// index names must stay as they were.
#include "core/arrays/gather.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace plumbline::gather_test {
namespace {

using Numbers = std::vector<Real>;

/// [11, 12, 13; 21, 22, 23; 31, 32, 33]: row and column can be read from an entry.
Matrix three_by_three() {
  return to_device("x", {11, 12, 13, 21, 22, 23, 31, 32, 33}, 3, 3);
}
Matrix zeros(Index rows, Index columns) {
  const Matrix out = make_matrix("zeros", rows, columns);
  Kokkos::deep_copy(out, 0);
  return out;
}

TEST(Gather, TakesEntriesAndMayRepeatThem) {
  const Vector in = to_device("in", {5, 6, 7}), out = make_vector("out", 4);
  gather_entries(Exec{}, in, to_device_list({2, 0, 2, 1}), out);
  EXPECT_EQ(to_host(out), (Numbers{7, 5, 7, 6}));
}

TEST(Gather, TakesRowsAndMayRepeatThem) {
  const Matrix out = make_matrix("out", 2, 3);
  gather_rows(Exec{}, three_by_three(), to_device_list({2, 2}), out);
  EXPECT_EQ(to_host(out), (Numbers{31, 32, 33, 31, 32, 33}));
}

TEST(Gather, TakesColumnsInTheOrderOfTheList) {
  const Matrix out = make_matrix("out", 3, 2);
  gather_columns(Exec{}, three_by_three(), to_device_list({2, 0}), out);
  EXPECT_EQ(to_host(out), (Numbers{13, 11, 23, 21, 33, 31}));
}

TEST(Gather, TakesABlockAndLeavesNaNForARowThatWasLost) {
  const Matrix out = make_matrix("out", 3, 2);
  gather_block(Exec{}, three_by_three(), to_device_list({2, -1, 0}), to_device_list({2, 1}), out);
  const Numbers got = to_host(out);
  EXPECT_EQ(Numbers(got.begin(), got.begin() + 2), (Numbers{33, 32}));
  EXPECT_TRUE(std::isnan(got[2]) && std::isnan(got[3]));
  EXPECT_EQ(Numbers(got.begin() + 4, got.end()), (Numbers{13, 12}));
}

TEST(Scatter, PutsRowsWhereTheListSaysAndLeavesTheOthers) {
  const Matrix out = zeros(3, 2);
  scatter_rows(Exec{}, to_device("in", {1, 2, 3, 4}, 2, 2), to_device_list({2, 0}), out);
  EXPECT_EQ(to_host(out), (Numbers{3, 4, 0, 0, 1, 2}));
}

TEST(Scatter, GivesColumnsOfOneRowToEveryRowOfItsRun) {
  const Matrix out = zeros(4, 3);
  scatter_columns(Exec{}, to_device("in", {1, 2, 3, 4}, 2, 2), 2, to_device_list({2, 0}), out);
  EXPECT_EQ(to_host(out), (Numbers{2, 0, 1, 2, 0, 1, 4, 0, 3, 4, 0, 3}));
}

TEST(Scatter, ThenGatherIsTheIdentity) {
  const Matrix in = three_by_three(), wide = zeros(3, 5), out = make_matrix("out", 3, 3);
  const IndexVector columns = to_device_list({4, 1, 2});
  scatter_columns(Exec{}, in, 1, columns, wide);
  gather_columns(Exec{}, wide, columns, out);
  EXPECT_EQ(to_host(out), to_host(in));
}

TEST(EveryIndex, CountsFromZero) {
  const auto list = host_copy(every_index(3));
  EXPECT_EQ(list.extent(0), 3u);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(list(i), i);
  EXPECT_EQ(every_index(0).extent(0), 0u);
}

}  // namespace
}  // namespace plumbline::gather_test
