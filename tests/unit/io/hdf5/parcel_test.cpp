// What was packed in one order comes out in it, or is refused.
#include "io/hdf5/parcel.hpp"

#include <gtest/gtest.h>

#include "core/errors.hpp"

namespace plumbline::parcel_test {

TEST(Unpacking, RefusesLengthsThatTheArraysDoNotHave) {
  for (const std::int64_t size : {std::int64_t{-1}, std::int64_t{4}, std::int64_t{1} << 60}) {
    std::string text;
    std::vector<double> reals;
    std::vector<int> list;
    EXPECT_THROW(Unpacking({"abc", {size}, {}}).text(text), IoError) << size;
    EXPECT_THROW(Unpacking({"", {size}, {1, 2, 3}}).reals(reals), IoError) << size;
    EXPECT_THROW(Unpacking({"", {size, 0}, {}}).list(list, [](int&) {}), IoError) << size;
  }
}

TEST(Unpacking, HandsAllNumbersOverWithoutACopy) {
  std::vector<double> values(1000, 0.5);
  const double* where = values.data();
  Parcel parcel;
  Packing packing(parcel);
  packing.reals(std::move(values));
  packing.whole(3);

  Unpacking unpacking(std::move(parcel));
  std::vector<double> back;
  std::int64_t number = 0;
  unpacking.reals(back);
  unpacking.whole(number);
  EXPECT_EQ(back.data(), where);
  EXPECT_EQ(back.size(), 1000u);
  EXPECT_EQ(number, 3);
}

TEST(Unpacking, KeepsTheOrderOfNumbersAmongLists) {
  Parcel parcel;
  Packing packing(parcel);
  packing.reals({1, 2});
  packing.real(3);
  packing.reals(std::vector<double>{});
  packing.reals({4});

  Unpacking unpacking(std::move(parcel));
  std::vector<double> first, none, last;
  double single = 0;
  unpacking.reals(first);
  unpacking.real(single);
  unpacking.reals(none);
  unpacking.reals(last);
  EXPECT_EQ(first, (std::vector<double>{1, 2}));
  EXPECT_EQ(single, 3);
  EXPECT_TRUE(none.empty());
  EXPECT_EQ(last, (std::vector<double>{4}));
}

}  // namespace plumbline::parcel_test
