// Each kernel on vectors and matrices of small whole numbers, whose results are exact and written
// by hand; that outputs may be inputs; and that a multiply-add rounds once.
#include "core/arrays/elementwise.hpp"

#include <gtest/gtest.h>

#include "core/arrays/gather.hpp"

namespace plumbline::elementwise_test {
namespace {

using Numbers = std::vector<Real>;

Vector vector(const Numbers& values) {
  return to_device("v", values);
}
/// Two rows: a loop over too few columns or rows leaves an entry behind.
Matrix two_rows(const Numbers& values) {
  return to_device("m", values, 2, Index(values.size()) / 2);
}

TEST(Elementwise, ScalesInPlace) {
  const Vector v = vector({1, -2, 0});
  const Matrix m = two_rows({1, -2, 3, 4, 5, -6});
  scale(Exec{}, -3, v);
  scale(Exec{}, -3, m);
  EXPECT_EQ(to_host(v), (Numbers{-3, 6, 0}));
  EXPECT_EQ(to_host(m), (Numbers{-3, 6, -9, -12, -15, 18}));
}

TEST(Elementwise, AddsAConstantToEveryEntry) {
  const Vector v = vector({1, -2, 0});
  add_constant(Exec{}, 5, v);
  EXPECT_EQ(to_host(v), (Numbers{6, 3, 5}));
}

TEST(Elementwise, AddsIntoAThirdArrayAndIntoEitherTerm) {
  const Vector x = vector({1, 2}), y = vector({10, 20}), sum = vector({0, 0});
  add(Exec{}, x, y, sum);
  EXPECT_EQ(to_host(sum), (Numbers{11, 22}));
  add(Exec{}, x, y, x);
  EXPECT_EQ(to_host(x), (Numbers{11, 22}));
  add(Exec{}, x, y, y);
  EXPECT_EQ(to_host(y), (Numbers{21, 42}));

  const Matrix a = two_rows({1, 2, 3, 4}), b = two_rows({10, 20, 30, 40});
  add(Exec{}, a, b, a);
  EXPECT_EQ(to_host(a), (Numbers{11, 22, 33, 44}));
  EXPECT_EQ(to_host(b), (Numbers{10, 20, 30, 40}));
}

TEST(Elementwise, SubtractsTheSecondFromTheFirstIntoAnyOfThree) {
  const Vector x = vector({10, 20}), y = vector({1, 2}), difference = vector({0, 0});
  subtract(Exec{}, x, y, difference);
  EXPECT_EQ(to_host(difference), (Numbers{9, 18}));
  subtract(Exec{}, x, y, x);
  EXPECT_EQ(to_host(x), (Numbers{9, 18}));
  subtract(Exec{}, x, y, y);
  EXPECT_EQ(to_host(y), (Numbers{8, 16}));

  const Matrix a = two_rows({10, 20, 30, 40}), b = two_rows({1, 2, 3, 4});
  subtract(Exec{}, a, b, a);
  EXPECT_EQ(to_host(a), (Numbers{9, 18, 27, 36}));
}

TEST(Elementwise, SubtractsTheAncestorsEntry) {
  const Vector x = vector({10, 20, 30}), y = vector({1, 2, 3});
  subtract_gathered(Exec{}, x, y, to_device_list({2, 2, 0}), x);
  EXPECT_EQ(to_host(x), (Numbers{7, 17, 29}));
}

TEST(Elementwise, AddsAMultipleAndLeavesTheMultiplied) {
  const Vector x = vector({1, 2}), y = vector({10, 20});
  add_scaled(Exec{}, -2, x, y);
  EXPECT_EQ(to_host(x), (Numbers{1, 2}));
  EXPECT_EQ(to_host(y), (Numbers{8, 16}));

  const Matrix a = two_rows({1, 2, 3, 4}), b = two_rows({10, 20, 30, 40});
  add_scaled(Exec{}, 3, a, b);
  EXPECT_EQ(to_host(b), (Numbers{13, 26, 39, 52}));
}

TEST(Elementwise, TotalsTheEntries) {
  EXPECT_EQ(total(Exec{}, vector({1, 2, 4})), 7);
  EXPECT_EQ(total(Exec{}, make_vector("none", 0)), 0);
}

// (1 + e)² = 1 + 2 e + e² with e = 2⁻³⁰: e² is lost where the product is rounded before the sum.
TEST(Elementwise, AMultipleIsAddedWithOneRounding) {
  constexpr Real e = 0x1p-30;
  const Vector v = vector({-1 - 2 * e});
  const Matrix m = two_rows({-1 - 2 * e, -1 - 2 * e});
  add_scaled(Exec{}, 1 + e, vector({1 + e}), v);
  add_scaled(Exec{}, 1 + e, two_rows({1 + e, 1 + e}), m);
  EXPECT_EQ(to_host(v), (Numbers{e * e}));
  EXPECT_EQ(to_host(m), (Numbers{e * e, e * e}));
}

}  // namespace
}  // namespace plumbline::elementwise_test
