// The sorts of one row, by one thread and by a team, against std::stable_sort.
#include "metrics/transport/sort_rows.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/rng.hpp"
#include "metrics/transport/team_sort.hpp"
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

void by_buckets(Real* key, Real* payload, Real* key_scratch, Real* payload_scratch, Index n) {
  const Row row{key, payload}, scratch{key_scratch, payload_scratch};
  bucket_sort(row, scratch, n);
}
void by_two_digits(Real* key, Real* payload, Real* key_scratch, Real* payload_scratch, Index n) {
  two_digit_sort({key, payload}, {key_scratch, payload_scratch}, n);
}

struct TeamSort {
  Matrix rows;  // key, payload and their scratch
  KOKKOS_FUNCTION void operator()(const Team& team) const {
    team_sort(team, &rows(0, 0), &rows(1, 0), &rows(2, 0), &rows(3, 0), rows.extent(1));
  }
};
void by_teams(Real* key, Real* payload, Real*, Real*, Index n) {
  std::vector<Real> all(4 * n);
  std::copy_n(key, n, all.begin());
  std::copy_n(payload, n, all.begin() + n);
  const Matrix rows = to_device("rows", all, 4, n);
  const int threads = std::min(2, Exec().concurrency());
  Kokkos::parallel_for("team_sort", Kokkos::TeamPolicy<Exec>(1, threads), TeamSort{rows});
  all = to_host(rows);
  std::copy_n(all.begin(), n, key);
  std::copy_n(all.begin() + n, n, payload);
}

/// Sorts of rows that are at most so long.
struct Named {
  Sort sort;
  Index most;
};
const std::vector<Named> sorts = {{merge_sort, 20000},     {radix_sort, 20000},
                                  {by_buckets, short_row}, {by_two_digits, 20000},
                                  {by_teams, 20000},       {sort_row, 20000}};

/// Lists that one sort or another finds hard.
std::vector<std::vector<Real>> hard_lists(Index n) {
  std::vector<Real> ties = numbers(n, 20), scales = numbers(n, 1 << 20), close(n), pairs = scales,
                    far = scales, ascending(n), descending(n), clusters = scales;
  for (Index i = 0; i < n; ++i) {
    ties[i] -= 10;  // both signs
    scales[i] = (i % 2 ? 1 : -1) * std::ldexp(1 + scales[i], i % 1800 - 900);
    close[i] = 1 + std::ldexp(static_cast<Real>(n - i), -50);  // share their leading bits
    ascending[i] = static_cast<Real>(i) / 7;
    descending[i] = -static_cast<Real>(i) / 7;
    clusters[i] = 1e12 * (i % 3) + 1e-12 * clusters[i];
  }
  // A few pairs that only the last bits tell apart: insertion finishes them.
  for (Index i = 0; i + 1 < n; i += 100) pairs[i + 1] = std::nextafter(pairs[i], -1.0);
  far[0] = 1e150;  // all others in one bucket
  far[n / 2] = -1e150;
  return {ties,
          scales,
          close,
          pairs,
          far,
          ascending,
          descending,
          clusters,
          std::vector<Real>(n, 3),
          numbers(n, 1 << 20)};
}

TEST(EverySort, OrdersWhatIsHardAndKeepsTiesInOrder) {
  for (const Index n : {1, 2, 7, 8, 9, 16, 17, 24, 25, 100, 597, 2047, 2048, 2049, 5000, 20000})
    for (const std::vector<Real>& list : hard_lists(n))
      for (const Named& named : sorts)
        if (n <= named.most) expect_sorts(list, named.sort);
}

TEST(EverySort, NeedsNoPayload) {
  for (const Index n : {100, 2048, 2049, 20000}) {
    std::vector<Real> key = numbers(n, 1 << 20), scratch(n), sorted = key;
    std::sort(sorted.begin(), sorted.end());

    sort_row(key.data(), nullptr, scratch.data(), nullptr, n);

    EXPECT_EQ(key, sorted) << n;
  }
}

}  // namespace
}  // namespace plumbline::sort_rows_test
