// θ and its bounds: coverage, and what consistency would say of right and wrong samplers.
#include "harness/statistics/exceedance.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "core/rng.hpp"
#include "harness/statistics/distributions.hpp"

namespace plumbline::exceedance_test {
namespace {

std::vector<double> drawn(const Rng& rng, int count,
                          const std::function<double(double, double)>& f) {
  std::vector<double> out;
  for (int i = 0; i < count; ++i) {
    const auto at = static_cast<std::uint64_t>(i);
    out.push_back(f(rng.normal(at, 0, 0), rng.uniform(at, 1, 0)));
  }
  return out;
}

/// In how many of `seeds` worlds the upper bound is below `theta`.
Index below(Real theta, int runs, int sets, Real level, Index seeds,
            const std::function<double(double, double)>& run) {
  Index count = 0;
  for (Index seed = 0; seed < seeds; ++seed) {
    const Rng rng = Rng::from_seed(static_cast<std::uint64_t>(seed));
    const auto v = drawn(rng.stream("runs"), runs, run);
    const auto u = drawn(rng.stream("sets"), sets, [](double z, double) { return z; });
    count += exceedance(v, u, Tail::upper).upper(level) < theta;
  }
  return count;
}

TEST(Exceedance, CountsPairsAndTies) {
  // Of 3 · 2 pairs 3 are above and 1 is equal.
  const Exceedance e = exceedance({1, 2, 3}, {2, 1.5}, Tail::upper);
  EXPECT_NEAR(e.estimate, (0 + 1 + 0.5 + 2) / 6.0, 1e-15);
  EXPECT_NEAR(exceedance({1, 2, 3}, {2, 1.5}, Tail::lower).estimate, 1 - e.estimate, 1e-15);
  EXPECT_NEAR(exceedance({infinity, nan}, {0, 1}, Tail::upper).estimate, 1, 1e-15);
  EXPECT_TRUE(std::isnan(exceedance({nan}, {0, 1}, Tail::upper).estimate));
  EXPECT_EQ(exceedance({nan}, {0, 1}, Tail::upper).upper(0.01), 1);
  EXPECT_NEAR(paired_exceedance({1, 2, 3}, {0, 2, 5}, Tail::upper).estimate, 0.5, 1e-15);
}

TEST(Exceedance, OneDeviationIsThreeQuarters) {
  EXPECT_NEAR(exceedance_of_shift(1), 0.7602499389065233, 1e-15);
  EXPECT_EQ(exceedance_of_shift(0), 0.5);
}

// The bound at 0.01 lies below the true θ in at most 1 % of worlds, to the 1 − 1e-3 binomial bound
// of 1000: equal laws, a shift of one deviation, three times the spread, a run in eight lost.
TEST(Exceedance, BoundsHoldAtTheirLevel) {
  constexpr Index seeds = 1000;
  const Index most = binomial_upper(seeds, 0.01, 1e-3);
  for (const int runs : {8, 16, 32, 64}) {
    EXPECT_LE(below(0.5, runs, 128, 0.01, seeds, [](double z, double) { return z; }), most) << runs;
    EXPECT_LE(below(exceedance_of_shift(1), runs, 128, 0.01, seeds,
                    [](double z, double) { return z + 1; }),
              most)
        << runs;
    EXPECT_LE(below(0.5, runs, 128, 0.01, seeds, [](double z, double) { return 3 * z; }), most)
        << runs;
    EXPECT_LE(below(0.5 * 0.875 + 0.125, runs, 128, 0.01, seeds,
                    [](double z, double u) { return u < 0.125 ? 1e6 : z; }),
              most)
        << runs;
  }
}

TEST(Exceedance, TellsTheRightSamplerFromOneDeviationOffWith32RunsAnd256Sets) {
  const Real margin = exceedance_of_shift(1);
  const Index right = below(margin, 32, 256, 0.01, 400, [](double z, double) { return z; });
  const Index wrong = below(margin, 32, 256, 0.01, 400, [](double z, double) { return z + 1; });
  EXPECT_GE(right, 388);  // 99 % expected; fewer than 388 of 400 has probability 1e-3 at 98.8 %
  EXPECT_LE(wrong, binomial_upper(400, 0.01, 1e-3));
}

TEST(Share, IsThatOfClopperAndPearson) {
  EXPECT_NEAR(share_upper(0, 32, 0.01), 1 - std::pow(0.01, 1 / 32.0), 1e-12);
  EXPECT_NEAR(share_upper(3, 20, 0.05), 0.3436638043142818, 1e-10);  // scipy.stats.beta.ppf
  EXPECT_EQ(share_upper(5, 5, 0.01), 1);
  EXPECT_EQ(share_upper(0, 0, 0.01), 1);
}

}  // namespace
}  // namespace plumbline::exceedance_test
