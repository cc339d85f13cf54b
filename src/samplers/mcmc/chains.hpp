// Markov chains that share the draws of a sampler: how many, how long, and which state is a draw.
#pragma once

#include "core/kokkos.hpp"
#include "core/settings.hpp"
#include "samplers/sampler.hpp"

namespace plumbline {

/// n draws are the states of C chains after burn_in, burn_in + thin, … moves: rows chain · length …
/// are one chain's, the last chain may be short of rows.
struct ChainSettings {
  std::optional<Index> chains;
  Index burn_in = 100;
  Index thin = 1;

  void visit(auto&& field) {
    field("chains", chains,
          "chains that share the draws, each a run of rows; one per draw when not set",
          at_least(1));
    field("burn_in", burn_in, "moves of a chain before its first draw", at_least(0), Budget::grows);
    field("thin", thin, "moves between two draws of a chain", at_least(1));
  }

  Index length(Index n) const;  ///< draws of one chain
  Index count(Index n) const;   ///< chains C
  Index moves(Index n) const;   ///< of every chain
};

/// Walks C chains, state [C, d], for n draws: x(chain · length + i, :) is the state after burn_in +
/// thin i moves. `move(k)` changes the state by move k. Sets trace.chain_length and
/// trace.dependent.
///   returns  x [n, d]
Matrix walk_chains(const Exec& exec, const ChainSettings& settings, Index n, const Matrix& state,
                   const std::function<void(std::uint32_t)>& move, Trace& trace);

/// Mean over chains and moves of `accepted`, which counts moves per chain [C]; NaN without moves.
Real acceptance_rate(const Exec& exec, const Vector& accepted, Index moves);

}  // namespace plumbline
