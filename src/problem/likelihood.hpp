// The exact likelihood at noise level t, p(y | z_t) = Σ_k r_k(z_t) N(y; A m_k(z_t), A C_k Aᵀ + Γ),
// its class version Σ_{k∈c} r_k, an event's Σ_k r_k Φ(β_k), and the exact conditional score.
// problem/README §7.
#pragma once

#include "diffusion/diffused_mixture.hpp"
#include "problem/problem.hpp"

namespace plumbline {

/// log p(y | z_t = z).   shapes  z [n, D] → log_p [n].   requires t > 0 for noise-free
/// observations, t = 0 for a crescent
void log_likelihood(const Exec& exec, const Problem& problem, Real t, const Matrix& z,
                    const Vector& log_p);

/// True for a mixture and an event: the score of their posterior has a closed form at every t.
bool has_conditional_score(const Problem& problem);

/// ∇ log p_t(z | y): the score of the full posterior pushed to t. Requires has_conditional_score;
/// t > 0 for an event of width 0.
///   shapes  z [n, D] → score [n, D], not aliased
void conditional_score(const Exec& exec, const Problem& problem, Real t, const Matrix& z,
                       const Matrix& score);

}  // namespace plumbline
