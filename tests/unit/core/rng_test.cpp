// The laws of uniforms and normals, and independence between neighbours in every counter word and
// between streams. The bits themselves: philox_test.cpp.
//
// Statistical tests use a fixed seed; each rejects a correct generator with probability 1e-6, so
// |z| < 4.9, and sees the effect it states.
#include "core/rng.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>

namespace plumbline::rng_test {
namespace {

constexpr Real z_limit = 4.9;  // two-sided 1e-6

TEST(Rng, DrawsSinglesAndPairsFromTheSameBlock) {
  const Rng rng = Rng::from_seed(3);
  for (std::uint32_t b = 0; b < 100; ++b) {
    const Pair u = rng.uniform_pair(7, 2, b), z = rng.normal_pair(7, 2, b);
    EXPECT_EQ(rng.uniform(7, 2, 2 * b), u.first);
    EXPECT_EQ(rng.uniform(7, 2, 2 * b + 1), u.second);
    EXPECT_EQ(rng.uniform(7, 2, 2 * b), unit_interval(rng.bits(7, 2, 2 * b)));
    EXPECT_EQ(rng.normal(7, 2, 2 * b), z.first);
    EXPECT_EQ(rng.normal(7, 2, 2 * b + 1), z.second);
  }
}

TEST(Rng, DrawsTheSameNumbersInBlocks) {
  const Rng rng = Rng::from_seed(6);
  Real u[2][16], z[2][16];
  uniform_pairs<16>(rng, 100, 2, 5, u[0], u[1]);
  normal_pairs<16>(rng, 100, 2, 5, z[0], z[1]);
  for (int w = 0; w < 16; ++w)
    for (int i = 0; i < 2; ++i) {
      EXPECT_EQ(u[i][w], rng.uniform(100 + w, 2, 10 + i));
      EXPECT_EQ(z[i][w], rng.normal(100 + w, 2, 10 + i));
    }
}

TEST(UnitInterval, NeverReachesZeroOrOneAndIsSymmetric) {
  EXPECT_EQ(unit_interval(0), 0x1p-53);
  EXPECT_EQ(unit_interval(~std::uint64_t{0}), 1 - 0x1p-53);
  EXPECT_EQ(unit_interval(0x7fffffffffffffff), 0.5 - 0x1p-53);
  EXPECT_EQ(unit_interval(0x8000000000000000), 0.5 + 0x1p-53);
  std::mt19937_64 source(1);
  for (int n = 0; n < 1000; ++n) {
    const std::uint64_t bits = source();
    EXPECT_EQ(unit_interval(bits), (static_cast<Real>(bits >> 12) + 0.5) * 0x1p-52);
    EXPECT_EQ(unit_interval(bits) + unit_interval(~bits), 1);
  }
}

TEST(BoxMuller, StaysFiniteAtTheEndsOfTheInterval) {
  for (const Real u : {0x1p-53, 0.5, 1 - 0x1p-53})
    for (const Real v : {0x1p-53, 0.25, 0.5, 1 - 0x1p-53}) {
      const Pair z = box_muller({u, v});
      const Real radius = std::sqrt(-2 * std::log(u));
      EXPECT_NEAR(std::hypot(z.first, z.second), radius, 1e-15 * radius);
    }
  EXPECT_LT(box_muller({0x1p-53, 0x1p-53}).first, 8.58);
}

/// n numbers f(0), f(1), …
std::vector<Real> numbers(Index n, const std::function<Real(Index)>& f) {
  std::vector<Real> v(n);
  for (Index i = 0; i < n; ++i) v[i] = f(i);
  return v;
}

/// √n sup |F_n − F|: above 2.69 with probability 1e-6 (Kolmogorov). At n = 10⁶ it sees a distance
/// of 0.003 between distribution functions.
Real kolmogorov(std::vector<Real> v, const std::function<Real(Real)>& cdf) {
  std::sort(v.begin(), v.end());
  const Real n = static_cast<Real>(v.size());
  Real distance = 0;
  for (std::size_t i = 0; i < v.size(); ++i) {
    const Real f = cdf(v[i]);
    distance = std::max({distance, (i + 1) / n - f, f - i / n});
  }
  return std::sqrt(n) * distance;
}
constexpr Real kolmogorov_limit = 2.69;

Real standard_normal_cdf(Real x) {
  return std::erfc(-x / std::sqrt(2.0)) / 2;
}

TEST(Rng, DrawsUniformlyAlongEveryCounterWord) {
  const Rng rng = Rng::from_seed(11);
  const auto identity = [](Real u) { return u; };
  const Index n = 1'000'000;

  EXPECT_LT(kolmogorov(numbers(n, [&](Index i) { return rng.uniform(i, 0, 0); }), identity),
            kolmogorov_limit);
  EXPECT_LT(kolmogorov(numbers(n, [&](Index i) { return rng.uniform(0, i, 0); }), identity),
            kolmogorov_limit);
  EXPECT_LT(kolmogorov(numbers(n, [&](Index i) { return rng.uniform(0, 0, i); }), identity),
            kolmogorov_limit);
}

TEST(Rng, FillsEveryCellOfTheUnitSquareEqually) {
  const Rng rng = Rng::from_seed(12);
  const int side = 64, cells = side * side;
  const Index n = 1 << 20;
  std::vector<Real> count(cells, 0);

  for (Index i = 0; i < n; ++i) {
    const Pair u = rng.uniform_pair(i, 1, 0);
    ++count[static_cast<int>(u.first * side) * side + static_cast<int>(u.second * side)];
  }

  // χ² with 4095 degrees of freedom, z by Wilson–Hilferty. Sees a relative unevenness of the cells
  // of 2.5 %.
  Real chi_squared = 0;
  const Real expected = static_cast<Real>(n) / cells;
  for (const Real c : count) chi_squared += (c - expected) * (c - expected) / expected;
  const Real k = cells - 1;
  const Real z = (std::cbrt(chi_squared / k) - (1 - 2 / (9 * k))) / std::sqrt(2 / (9 * k));
  EXPECT_LT(std::abs(z), z_limit);
}

TEST(Rng, DrawsStandardNormals) {
  const Rng rng = Rng::from_seed(13);
  const auto z = numbers(1'000'000, [&](Index i) { return rng.normal(i / 2, 5, i % 2); });
  EXPECT_LT(kolmogorov(z, standard_normal_cdf), kolmogorov_limit);
}

TEST(Rng, DrawsNormalsWithTheRightMoments) {
  const Rng rng = Rng::from_seed(14);
  const Index pairs = 2'000'000;
  const Real n = 2.0 * pairs;
  Real power[9] = {};
  Index beyond_4 = 0;

  for (Index i = 0; i < pairs; ++i) {
    const Pair z = rng.normal_pair(i, 0, 0);
    for (const Real v : {z.first, z.second}) {
      beyond_4 += std::abs(v) > 4;
      Real p = 1;
      for (int k = 1; k <= 4; ++k) power[k] += p *= v;
    }
  }

  // Standard errors of the first four sample moments: √(E z^{2k} − (E z^k)²). Sees a mean of
  // 0.0025 and a variance 0.35 % off.
  EXPECT_LT(std::abs(power[1] / std::sqrt(n)), z_limit);
  EXPECT_LT(std::abs((power[2] - n) / std::sqrt(2 * n)), z_limit);
  EXPECT_LT(std::abs(power[3] / std::sqrt(15 * n)), z_limit);
  EXPECT_LT(std::abs((power[4] - 3 * n) / std::sqrt(96 * n)), z_limit);
  const Real tail = n * 2 * standard_normal_cdf(-4);  // 253 expected
  EXPECT_LT(std::abs((beyond_4 - tail) / std::sqrt(tail)), z_limit);
}

/// √n times the sample correlation of z and w, both standard normal.
Real correlation_z(Index n, const std::function<Pair(Index)>& both) {
  Real sum = 0, sum_squares = 0;
  for (Index i = 0; i < n; ++i) {
    const Pair p = both(i);
    sum += p.first * p.second;
    sum_squares += (p.first * p.first - 1) * (p.second * p.second - 1) / 2;
  }
  const Real z = sum / std::sqrt(n), z_squares = sum_squares / std::sqrt(n);
  return std::abs(z) > std::abs(z_squares) ? z : z_squares;
}

// n = 10⁶: sees a correlation of 0.005, of the values or of their squares.
TEST(Rng, IsUncorrelatedBetweenNeighboursInEveryCounterWordAndStream) {
  const Rng rng = Rng::from_seed(15), other = Rng::from_seed(16), child = rng.stream("child");
  const Index n = 1'000'000;
  const auto at = [&](Index i) { return rng.normal(i, 1, 0); };
  const std::pair<const char*, std::function<Real(Index)>> neighbours[] = {
      {"slot of the same block", [&](Index i) { return rng.normal(i, 1, 1); }},
      {"slot of the next block", [&](Index i) { return rng.normal(i, 1, 2); }},
      {"step", [&](Index i) { return rng.normal(i, 2, 0); }},
      {"chain", [&](Index i) { return rng.normal(i + 1, 1, 0); }},
      {"high word of the chain", [&](Index i) { return rng.normal(i + (Index{1} << 32), 1, 0); }},
      {"seed", [&](Index i) { return other.normal(i, 1, 0); }},
      {"stream", [&](Index i) { return child.normal(i, 1, 0); }}};

  for (const auto& [name, neighbour] : neighbours)
    EXPECT_LT(std::abs(correlation_z(n,
                                     [&at, &other = neighbour](Index i) {
                                       return Pair{at(i), other(i)};
                                     })),
              z_limit)
        << name;
}

TEST(Rng, KeepsStreamsApart) {
  const Rng root = Rng::from_seed(1);
  EXPECT_EQ(root.stream("resample").key(), root.stream("resample").key());

  // A collision among 2e6 random 64-bit keys has probability 1e-7.
  const std::uint64_t n = 1'000'000;
  std::vector<std::uint64_t> keys = {root.key()};
  for (std::uint64_t i = 0; i < n; ++i) keys.push_back(root.stream(i).key());
  for (std::uint64_t i = 2; i < n; ++i)
    keys.push_back(Rng::from_seed(i).stream(std::uint64_t{7}).key());
  for (int i = 0; i < 10'000; ++i) keys.push_back(root.stream("s" + std::to_string(i)).key());
  std::sort(keys.begin(), keys.end());
  EXPECT_EQ(std::adjacent_find(keys.begin(), keys.end()), keys.end());
}

TEST(Rng, TellsOrderAndDepthOfStreamsApart) {
  const Rng root = Rng::from_seed(1);
  EXPECT_NE(root.stream("a").stream("b").key(), root.stream("b").stream("a").key());
  EXPECT_NE(root.stream("ab").key(), root.stream("a").stream("b").key());
  EXPECT_NE(root.stream("").key(), root.key());
  EXPECT_NE(root.stream("").key(), root.stream(std::uint64_t{0xcbf29ce484222325}).key());
}

TEST(FillNormal, GivesEachRowItsChainWhateverTheBatch) {
  const Rng rng = Rng::from_seed(17);
  const std::uint64_t first_chain = 0xfffffff0;  // crosses a carry of the low chain word
  for (const Index rows : {1, 15, 16, 17, 597})
    for (const int columns : {1, 2, 7}) {
      const Matrix x = make_matrix("x", rows, columns);
      fill_normal(Exec(), rng, 9, x, first_chain);

      const auto z = to_host(x);
      for (Index n = 0; n < rows; ++n)
        for (int i = 0; i < columns; ++i)
          ASSERT_EQ(z[n * columns + i], rng.normal(first_chain + n, 9, i)) << n << " " << i;
    }
}

TEST(FillNormal, AcceptsAnEmptyMatrix) {
  fill_normal(Exec(), Rng::from_seed(1), 0, make_matrix("no rows", 0, 3));
  fill_normal(Exec(), Rng::from_seed(1), 0, make_matrix("no columns", 3, 0));
}

}  // namespace
}  // namespace plumbline::rng_test
