// Draws looked at as a list: do rows repeat, lie too near each other, or come in an order?
// harness/verdict/README §5.
#pragma once

#include <string>
#include <vector>

#include "core/ensemble.hpp"
#include "core/types.hpp"

namespace plumbline {

/// Rows of one set of at most `list_rows` draws, in numbers that exact sets have as well.
struct ListNumbers {
  std::vector<double> repeated;  ///< [set] rows that equal an earlier one
  /// [set] mean log distance to the nearest other row, in the set's own standard deviations:
  /// another law's spread is the metrics' to see.
  std::vector<double> nearness;
};

/// What the list says of sets that claim to be independent draws.
struct ListLook {
  ListNumbers given, null;
  Real p_neighbours = nan;  ///< of repeats and nearness, one test against the exact sets
  bool by_repeats = false;  ///< repeats show it most
  Real p_order = nan;       ///< of the order, Bonferroni over the sets
  std::string column;       ///< in which the order shows most: "x[0]", "log density"
  Index lag = 0;            ///< at which; 0: a drift along the list
  Real correlation = 0;     ///< there
  Index rows = 0;           ///< looked at, of every set

  /// "1000 of 2000 draws repeat an earlier one, of exact draws at most 0"; "" where there are none.
  std::string neighbours_text() const;
  /// "draws 1 apart have correlation 0.52 in x[0]".
  std::string order_text() const;
};

/// Rows of a set that are looked at; a longer list is judged by its first.
inline constexpr Index list_rows = 50'000;

/// Adds one set's numbers.
void add_list_numbers(const HostMatrix& rows, ListNumbers& to);

/// Tests of the numbers gathered in `look`.
void judge_neighbours(ListLook& look, Real level);

/// Tests of the order of one set: up to 8 coordinates, evenly spread over them, and the target's
/// log density [n], empty where it has none.
struct SetOrder {
  Real p_value = nan;
  std::string column;
  Index lag = 0;
  Real correlation = 0;
};
SetOrder order_of(const HostMatrix& rows, const std::vector<double>& log_density, Real level);

}  // namespace plumbline
