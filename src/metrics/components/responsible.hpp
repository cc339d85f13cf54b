// Which component a draw belongs to: responsibilities under the exact target, in passes of bounded
// memory.
#pragma once

#include <algorithm>

#include "core/reduce.hpp"
#include "metrics/metric.hpp"
#include "mixture/evaluate.hpp"

namespace plumbline {

/// The components with a density: points are widened to 1e-6 of the target's overall standard
/// deviation, so that a draw belongs to the nearest one.
MixtureTables component_tables(const Exec& exec, const GaussianMixture& mixture);

/// Calls visit(r [rows, K], first) over the draws, so many at a time that r stays below 32 MiB.
/// The size does not depend on the machine, so neither do the bits.
inline Index responsibility_rows(Index components) {
  return std::max<Index>(reduction_chunk, (Index{1} << 22) / components);
}
template <class Visit>
void over_responsibilities(const Exec& exec, const MixtureTables& tables, const Matrix& x,
                           const Visit& visit) {
  const Index n = x.extent(0), components = tables.mixture.components;
  const Index rows = responsibility_rows(components);
  const Matrix r = make_matrix("responsibilities", std::min(rows, n), components);
  for (Index first = 0; first < n; first += rows) {
    const Index last = std::min(n, first + rows);
    const Matrix r_part = Kokkos::subview(r, std::pair<Index, Index>(0, last - first), Kokkos::ALL);
    responsibilities(exec, tables,
                     Kokkos::subview(x, std::pair<Index, Index>(first, last), Kokkos::ALL), r_part);
    visit(r_part, first);
  }
}

/// mean(k) += Σ_n w_n r_k(x_n).   shapes  mean [K]
void add_mean_responsibilities(const Exec& exec, const MixtureTables& tables,
                               const Ensemble& ensemble, HostVector& mean);

/// What that holds for n draws.
Need responsibilities_need(const Problem& problem, Index n);

/// log r_k(x_n) of `count` components from `first_component` on, a component per row.
///   shapes  → [count, n]
Matrix log_responsibilities_of(const Exec& exec, const MixtureTables& tables, const Matrix& x,
                               Index first_component, Index count);

}  // namespace plumbline
