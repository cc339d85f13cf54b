// Does the order of draws say anything? Independent draws come in any order.
// harness/statistics/README §10.
#pragma once

#include <vector>

#include "core/types.hpp"

namespace plumbline {

struct OrderTest {
  Real p_value =
      nan;  ///< of "every order of the rows was as likely"; NaN without a column that varies
  std::size_t column = 0;  ///< that shows it most
  Index lag = 0;           ///< at which rows are most alike or unlike; 0: a drift along the list
  Real correlation = 0;    ///< at that lag (or with the place), of the column's normal scores
};

/// Rows dealt anew, all columns together: the largest standardised correlation over columns and
/// lags 1, 2, 4 … n/4, and with the place in the list, judged by its own law (Westfall & Young).
/// Columns are taken as normal scores, so that no outlier decides. Sees sorted draws, modes in
/// turn, every draw twice in a row, a chain: anything that shows in one column.
///
///   deals          random orders (fixed seed), exact, while rows · columns · lags · deals ≤ 4e8 or
///                  rows < 5000; beyond, the
///                  normal law of each correlation and Bonferroni
///   shapes         columns [column][row], all of the same length; NaN rows are no rows: the caller
///                  leaves them out
OrderTest order_test(const std::vector<std::vector<double>>& columns, Index deals);

}  // namespace plumbline
