#include "samplers/mcmc/chains.hpp"

#include <algorithm>

#include "core/arrays/elementwise.hpp"
#include "core/steps/stop.hpp"

namespace plumbline {
namespace {

/// x(chain · length + i, :) ← state(chain, :) where x has such a row.   shapes  x [n, d]
void retain_states(const Exec& exec, const Matrix& state, Index i, Index length, const Matrix& x) {
  const int d = state.extent_int(1);
  parallel_over(
      exec, "plumbline::samplers::retain_states", state.extent(0), KOKKOS_LAMBDA(Index chain) {
        const Index row = chain * length + i;
        if (row >= Index(x.extent(0))) return;
        for (int j = 0; j < d; ++j) x(row, j) = state(chain, j);
      });
}

}  // namespace

Index ChainSettings::length(Index n) const {
  const Index wanted = std::min(n, chains.value_or(n));
  return (n + wanted - 1) / wanted;
}

Index ChainSettings::count(Index n) const {
  return (n + length(n) - 1) / length(n);
}

Index ChainSettings::moves(Index n) const {
  return burn_in + (length(n) - 1) * thin;
}

Matrix walk_chains(const Exec& exec, const ChainSettings& settings, Index n, const Matrix& state,
                   const std::function<void(std::uint32_t)>& move, Trace& trace) {
  Matrix x = make_matrix("x", n, state.extent(1));
  const Index length = settings.length(n), moves = settings.moves(n);
  for (Index k = 0;; ++k) {
    const Index since = k - settings.burn_in;
    if (since >= 0 && since % settings.thin == 0)
      retain_states(exec, state, since / settings.thin, length, x);
    if (k == moves) break;
    stop_if_asked();
    move(static_cast<std::uint32_t>(k));
  }
  if (length > 1) trace.chain_length = length;
  trace.dependent = length > 1;
  return x;
}

Real acceptance_rate(const Exec& exec, const Vector& accepted, Index moves) {
  if (moves == 0) return nan;
  return total(exec, accepted) / (Real(accepted.extent(0)) * Real(moves));
}

}  // namespace plumbline
