// Guided proposals of a particle filter on a class label: what guidance adds to a reverse step, and
// the ratio of densities by which a filter takes it back. Wu et al. 2023, algorithm 1, with the
// exact p(c | z_t).
#pragma once

#include "samplers/guidance/guidance.hpp"
#include "samplers/smc/smc.hpp"

namespace plumbline {

/// q(z_s | z_t), and what it is divided by.
class GuidedProposal {
 public:
  virtual ~GuidedProposal() = default;
  /// z_s(n) ~ q(· | z_t(n)).   shapes  z_t, z_s [n, D], not the same array
  virtual void draw(const Exec& exec, const SmcStep& step, Rng rng, std::uint64_t first_chain,
                    const Matrix& z_t, const Matrix& z_s) = 0;
  /// log_g += log p(z_s | z_t) − log q(z_s | z_t), but for powers of p(c | z_s)/p(c | z_t).
  virtual void add_ratio(const Exec& exec, const Matrix& z_s, const Vector& log_g) const = 0;
  /// The power w in p(z_s | z_t)/q = … (p(c | z_s)/p(c | z_t))^{−w}.
  virtual Real power() const = 0;
};

/// With the exact kernel p(z_s | z_t, c) at strength 1, p(z_s | z_t) at 0 and no other; with a
/// Gaussian kernel its step along prior + strength (conditional − prior).
///   rows  of all particles of a chunk;  requires a kernel with noise in every step
std::unique_ptr<GuidedProposal> guided_proposal(const Exec& exec, const Problem& problem,
                                                const KernelChoice& choice, Real strength,
                                                Index rows);

/// Point evaluations of one draw, per row.
int guided_proposal_cost(const KernelChoice& choice, Real strength);

}  // namespace plumbline
