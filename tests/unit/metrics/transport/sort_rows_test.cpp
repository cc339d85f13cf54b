// The sorts of one row, against std::stable_sort.
#include "metrics/transport/sort_rows.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/rng.hpp"
#include "reference/metrics.hpp"

namespace plumbline::sort_rows_test {
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

using Sort = void (*)(Real*, Real*, Real*, Real*, Index);

/// Keys ascend and equal keys keep their order.
void expect_sorts(const std::vector<Real>& original, Sort sort) {
  const Index n = static_cast<Index>(original.size());
  std::vector<Real> key = original, payload(n), key_scratch(n), payload_scratch(n);
  std::iota(payload.begin(), payload.end(), 0.0);

  sort(key.data(), payload.data(), key_scratch.data(), payload_scratch.data(), n);

  const std::vector<std::size_t> order = reference::ascending(original);
  Index wrong = 0;
  for (Index i = 0; i < n; ++i)
    wrong += key[i] != original[order[i]] || payload[i] != static_cast<Real>(order[i]);
  EXPECT_EQ(wrong, 0) << n;
}

TEST(RadixSort, OrdersSignsScalesAndTies) {
  for (const Index n : {1, 2, 597, 1024, 5000}) {
    std::vector<Real> ties = numbers(n, 20), scales = numbers(n, 1 << 20);
    for (Index i = 0; i < n; ++i) {
      ties[i] -= 10;  // both signs
      scales[i] = (i % 2 ? 1 : -1) * std::ldexp(1 + scales[i], i % 1800 - 900);
    }
    expect_sorts(ties, radix_sort);
    expect_sorts(scales, radix_sort);
    expect_sorts(scales, sort_row);
  }
}

TEST(RadixSort, FinishesNumbersThatShareTheirLeadingBits) {
  // All within 2⁻²¹ of 1, descending: insertion would take n²/2 moves.
  std::vector<Real> close(20000);
  for (std::size_t i = 0; i < close.size(); ++i)
    close[i] = 1 + std::ldexp(static_cast<Real>(close.size() - i), -50);
  expect_sorts(close, radix_sort);

  // A few pairs that only the last bits tell apart: insertion finishes them.
  std::vector<Real> pairs = numbers(5000, 1 << 20);
  for (std::size_t i = 0; i + 1 < pairs.size(); i += 100)
    pairs[i + 1] = std::nextafter(pairs[i], -1.0);
  expect_sorts(pairs, radix_sort);
}

}  // namespace
}  // namespace plumbline::sort_rows_test
