// The merge sort of one row, against std::stable_sort.
#include "metrics/detail/sort_rows.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/rng.hpp"
#include "reference/metrics.hpp"

namespace plumbline {
namespace {

/// n numbers with many ties.
std::vector<Real> numbers(Index n, int distinct) {
  const Rng rng = Rng::from_seed(3);
  std::vector<Real> list;
  for (Index i = 0; i < n; ++i) list.push_back(std::floor(distinct * rng.uniform(i, 0, 0)));
  return list;
}

TEST(MergeSort, OrdersEveryLengthAndKeepsTiesInOrder) {
  for (const Index n : {1, 2, 7, 8, 9, 16, 17, 63, 64, 65, 597, 1000}) {
    std::vector<Real> key = numbers(n, 20), payload(n), key_scratch(n), payload_scratch(n);
    const std::vector<Real> original = key;
    std::iota(payload.begin(), payload.end(), 0.0);

    merge_sort(key.data(), payload.data(), key_scratch.data(), payload_scratch.data(), n);

    const std::vector<std::size_t> order = reference::ascending(original);
    for (Index i = 0; i < n; ++i) {
      EXPECT_EQ(key[i], original[order[i]]) << n;
      EXPECT_EQ(payload[i], static_cast<Real>(order[i])) << n;
    }
  }
}

TEST(MergeSort, NeedsNoPayload) {
  std::vector<Real> key = numbers(597, 1 << 20), scratch(597), sorted = key;
  std::sort(sorted.begin(), sorted.end());

  merge_sort(key.data(), nullptr, scratch.data(), nullptr, 597);

  EXPECT_EQ(key, sorted);
}

}  // namespace
}  // namespace plumbline
