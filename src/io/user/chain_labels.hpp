// Which rows of a set of draws are one Markov chain's: labels, or a length.
#pragma once

#include <span>
#include <vector>

#include "core/errors.hpp"
#include "core/types.hpp"

namespace plumbline {

/// Chains of one length, and the rows chain after chain: row order[chain · length + i] is draw i of
/// a chain.
struct ChainOrder {
  Index length = 0;
  std::vector<Index> order;  ///< empty: as they stand
};

/// Rows of one label are a chain, in their order; chains may be interleaved, and come in the order
/// of their first rows.   shapes  labels [n]
///   errors  SpecError at `where` for a label that is no whole number ≥ 0, for chains of different
///           lengths, and of fewer than 2 draws
ChainOrder chains_by_label(std::span<const double> labels, const Location& where);

/// Rows chain · length + i of n are a chain's.
///   errors  SpecError at `where` unless `length` is a whole number ≥ 2 that divides n
ChainOrder chains_by_length(double length, Index n, const Location& where);

}  // namespace plumbline
