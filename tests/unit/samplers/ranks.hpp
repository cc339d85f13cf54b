// Exact rank tests: is the law of x the target's? Ranks of a draw among exact ones are uniform when
// it is, whatever the target.
#pragma once

#include "unit/samplers/support.hpp"

namespace plumbline::test {

constexpr int rank_others = 19;
/// Of χ² with 19 degrees of freedom: passed with probability 1e-8.
constexpr Real rank_limit = 75.7;

/// The largest over columns of Pearson's χ² of the ranks of own(n, q) among the 19 values
/// exact(19 n …, q). When own and exact have one law, ranks are uniform on 0…19 exactly. With
/// 20 000 rows a quantity whose mean is off by 0.08 standard deviations adds about 100.
///   shapes  own [n, Q], exact [19 n, Q]
inline Real rank_statistic(const HostMatrix& own, const HostMatrix& exact) {
  Real worst = 0;
  for (Index q = 0; q < own.cols(); ++q) {
    std::vector<int> count(rank_others + 1, 0);
    for (Index n = 0; n < own.rows(); ++n) {
      int rank = 0;
      for (int i = 0; i < rank_others; ++i) rank += exact(n * rank_others + i, q) < own(n, q);
      ++count[rank];
    }
    const Real expected = Real(own.rows()) / (rank_others + 1);
    Real statistic = 0;
    for (const int c : count) statistic += (c - expected) * (c - expected) / expected;
    worst = std::max(worst, statistic);
  }
  return worst;
}

/// Exact draws for n rows.   returns  [19 n, d]
inline Matrix rank_draws(const Problem& problem, Index n) {
  return problem.draw_exact(Exec{}, n * rank_others, Rng::from_seed(77).stream("ranks"));
}

}  // namespace plumbline::test
