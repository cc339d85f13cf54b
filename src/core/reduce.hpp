// Reductions whose bits do not depend on threads: fixed chunks of 1024 indices summed in order,
// chunk sums combined pairwise in a fixed tree. Every sum that reaches a result file goes through
// here.
#pragma once

#include "core/ensemble.hpp"
#include "core/kokkos.hpp"
#include "core/linalg.hpp"

namespace plumbline {

inline constexpr Index reduction_chunk = 1024;

/// Σ_{n<count} term(n).   cost  one pass; a chunk per index
template <class Term>
Real fixed_sum(const Exec& exec, const char* label, Index count, const Term& term);

/// max_{n<count} term(n); NaN terms propagate.
template <class Term>
Real fixed_max(const Exec& exec, const char* label, Index count, const Term& term);

/// Pairwise sum of host numbers in the same fixed tree.
Real pairwise_sum(const std::vector<Real>& values);

/// log Σ exp v, deterministic.   shapes  v [n]
Real log_sum_exp(const Exec& exec, const Vector& v);

}  // namespace plumbline
