// Fixed-shape reductions against long double sums and at the sizes where chunks begin and end.
// That thread counts do not change the bits is checked by core.SameBitsForEveryThreadCount.
#include "core/reduce.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "core/linalg.hpp"
#include "core/rng.hpp"

namespace plumbline::reduce_test {
namespace {

struct Entry {
  Vector v;
  KOKKOS_FUNCTION Real operator()(Index n) const { return v(n); }
};
struct One {
  KOKKOS_FUNCTION Real operator()(Index) const { return 1; }
};
/// Adds n, n², 1 to three sums.
struct Powers {
  KOKKOS_FUNCTION void operator()(Index n, Real* sums) const {
    const Real v = static_cast<Real>(n);
    sums[0] += v;
    sums[1] += v * v;
    sums[2] += 1;
  }
};

std::vector<Real> normals(Index n) {
  std::vector<Real> v(n);
  const Rng rng = Rng::from_seed(1);
  for (Index i = 0; i < n; ++i) v[i] = rng.normal(i, 0, 0);
  return v;
}

const std::vector<Index> ugly_sizes = {
    0, 1, 7, 8, 9, 597, 1023, 1024, 1025, 2048, 3 * 1024, 5 * 1024 + 13, 100'003};

TEST(FixedSum, CountsEveryIndexOnce) {
  for (const Index n : ugly_sizes) EXPECT_EQ(fixed_sum(Exec(), "count", n, One()), n) << n;
}

// A chunk adds 128 terms per lane, the tree log2(chunks): at most 135 + 17 roundings per term.
TEST(FixedSum, IsWithinItsErrorBoundOfALongDoubleSum) {
  for (const Index n : ugly_sizes) {
    const auto v = normals(n);
    long double exact = 0, magnitude = 0;
    for (const Real x : v) exact += x, magnitude += std::abs(x);

    const Real sum = fixed_sum(Exec(), "sum", n, Entry{to_device("v", v)});

    EXPECT_LE(std::abs(sum - exact), 160 * 0x1p-53 * magnitude) << n;
  }
}

/// The order the header promises, spelled out: lane n mod 8 within a chunk, lanes pairwise, chunks
/// pairwise.
Real slow_fixed_sum(const std::vector<Real>& v) {
  std::vector<Real> chunks;
  for (std::size_t begin = 0; begin < v.size(); begin += 1024) {
    std::vector<Real> lane(8, 0);
    for (std::size_t n = begin; n < std::min(begin + 1024, v.size()); ++n) lane[n % 8] += v[n];
    chunks.push_back(((lane[0] + lane[4]) + (lane[2] + lane[6])) +
                     ((lane[1] + lane[5]) + (lane[3] + lane[7])));
  }
  while (chunks.size() > 1) {
    std::vector<Real> next;
    for (std::size_t i = 0; i < chunks.size(); i += 2)
      next.push_back(i + 1 < chunks.size() ? chunks[i] + chunks[i + 1] : chunks[i]);
    chunks = next;
  }
  return chunks.empty() ? 0 : chunks[0];
}

TEST(FixedSum, AddsInTheOrderItPromises) {
  for (const Index n : ugly_sizes) {
    const auto v = normals(n);
    EXPECT_EQ(fixed_sum(Exec(), "sum", n, Entry{to_device("v", v)}), slow_fixed_sum(v)) << n;
  }
}

TEST(FixedSum, HasTheSameBitsWhereALaneIsAnIndex) {
  for (const Index n : ugly_sizes) {
    const auto v = normals(n);
    const Matrix lanes = make_matrix("lanes", reduction::chunks(n), reduction_lanes);
    parallel_over(Exec(), "lanes", lanes.size(),
                  reduction::LaneSum<Entry>{n, Entry{to_device("v", v)}, lanes});
    EXPECT_EQ(pairwise_sum(reduction::chunk_sums(to_host(lanes))), slow_fixed_sum(v)) << n;
  }
}

TEST(FixedSums, AddsEveryColumn) {
  for (const Index n : ugly_sizes) {
    const auto sums = fixed_sums(Exec(), "powers", n, 3, Powers());
    EXPECT_EQ(sums[0], n * (n - 1) / 2) << n;
    EXPECT_DOUBLE_EQ(sums[1], (n - 1.0) * n * (2.0 * n - 1) / 6) << n;
    EXPECT_EQ(sums[2], n) << n;
  }
}

TEST(FixedSums, OfNoColumnsIsEmpty) {
  EXPECT_TRUE(fixed_sums(Exec(), "none", 10, 0, Powers()).empty());
}

TEST(FixedMax, FindsTheLargestWhereverItIs) {
  const Index n = 2 * 1024 + 5;
  for (const Index at : {Index{0}, Index{1023}, Index{1024}, n - 1}) {
    std::vector<Real> v(n, -3);
    v[at] = -1;
    EXPECT_EQ(fixed_max(Exec(), "max", n, Entry{to_device("v", v)}), -1) << at;
  }
  EXPECT_EQ(fixed_max(Exec(), "max", 0, One()), -infinity);
}

TEST(FixedMax, PropagatesNaNFromAnyPlace) {
  const Index n = 2 * 1024 + 5;
  for (const Index at : {Index{0}, Index{1023}, Index{1024}, n - 1}) {
    std::vector<Real> v(n, 1);
    v[at] = nan;
    EXPECT_TRUE(std::isnan(fixed_max(Exec(), "max", n, Entry{to_device("v", v)}))) << at;
  }
}

TEST(LogSumExp, IsShiftInvariantWhereExpWouldOverflowOrVanish) {
  const auto v = normals(5000);
  const Real at_zero = log_sum_exp(Exec(), to_device("v", v));
  for (const Real shift : {-1e6, -2000.0, 2000.0, 1e6}) {
    auto shifted = v;
    for (Real& x : shifted) x += shift;
    EXPECT_NEAR(log_sum_exp(Exec(), to_device("v", shifted)) - shift, at_zero, 1e-9) << shift;
  }
}

TEST(LogSumExp, OfEqualEntriesIsTheirCount) {
  EXPECT_NEAR(log_sum_exp(Exec(), to_device("v", std::vector<Real>(4096, 2))), 2 + std::log(4096.0),
              4e-15);
  const HostVector host = HostVector::Constant(4096, 2);
  EXPECT_NEAR(log_sum_exp(host), 2 + std::log(4096.0), 4e-15);
}

TEST(LogSumExp, HasTheLimitsOfItsDefinition) {
  const Real inf = infinity;
  const auto both = [](std::vector<Real> v) {
    const Real device = log_sum_exp(Exec(), to_device("v", v));
    const Real host = log_sum_exp(HostVector(Eigen::Map<HostVector>(v.data(), v.size())));
    EXPECT_TRUE(device == host || (std::isnan(device) && std::isnan(host)));
    return device;
  };
  EXPECT_EQ(both({}), -inf);
  EXPECT_EQ(both({-inf, -inf}), -inf);
  EXPECT_EQ(both({-inf, 3, -inf}), 3);
  EXPECT_EQ(both({1, inf}), inf);
  EXPECT_TRUE(std::isnan(both({1, nan, 2})));
  EXPECT_TRUE(std::isnan(both({nan, inf})));
}

}  // namespace
}  // namespace plumbline::reduce_test
