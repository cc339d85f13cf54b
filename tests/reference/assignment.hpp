// Slow and obvious solutions of the assignment problem, for tests.
#pragma once

#include <algorithm>
#include <numeric>
#include <vector>

namespace reference {

/// Least total cost of pairing rows with columns: all permutations.
inline double assignment(const std::vector<std::vector<double>>& cost) {
  std::vector<std::size_t> partner(cost.size());
  std::iota(partner.begin(), partner.end(), 0);
  double least = 1e300;
  do {
    double sum = 0;
    for (std::size_t i = 0; i < cost.size(); ++i) sum += cost[i][partner[i]];
    least = std::min(least, sum);
  } while (std::next_permutation(partner.begin(), partner.end()));
  return least;
}

/// The same for some hundred rows: one row after the other joins by the shortest alternating path,
/// found by looking at every column of every row on the way, in long double.
inline double assignment_by_paths(const std::vector<std::vector<double>>& cost) {
  const std::size_t m = cost.size();
  std::vector<long double> of_row(m, 0), of_column(m, 0);
  std::vector<std::size_t> partner(m, m);  // of columns
  for (std::size_t start = 0; start < m; ++start) {
    std::vector<long double> far(m, 1e300L);
    std::vector<std::size_t> from(m, m);  // the column before, m at the start
    std::vector<bool> final(m, false);
    std::size_t row = start, last = m;
    while (true) {
      std::size_t next = m;
      for (std::size_t j = 0; j < m; ++j) {
        if (final[j]) continue;
        const long double way =
            (last == m ? 0 : far[last]) + cost[row][j] - of_row[row] - of_column[j];
        if (way < far[j]) far[j] = way, from[j] = last;
        if (next == m || far[j] < far[next]) next = j;
      }
      last = next;
      if (partner[last] == m) break;
      final[last] = true;
      row = partner[last];
    }
    of_row[start] += far[last];
    for (std::size_t j = 0; j < m; ++j)
      if (final[j]) {
        of_row[partner[j]] += far[last] - far[j];
        of_column[j] -= far[last] - far[j];
      }
    for (std::size_t j = last; j != m; j = from[j])
      partner[j] = from[j] == m ? start : partner[from[j]];
  }
  long double sum = 0;
  for (std::size_t j = 0; j < m; ++j) sum += cost[partner[j]][j];
  return static_cast<double>(sum);
}

}  // namespace reference
