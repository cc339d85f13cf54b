// The particle filter whose kernel is the exact one given y: every weight is constant.
// samplers/filters/README §3.
#pragma once

#include "samplers/smc/smc.hpp"

namespace plumbline {

/// M(z_s | z_t) = p(z_s | z_t, y), the reverse kernel of the posterior mixture, with the exact
/// twist: log G = ψ_s(z_s) − ψ_t(z_t), ψ_t = log p(y | z_t) + log p_t(z_t) − log p_t(z_t | y),
/// which is log p(y) at every point (bayes_identity.hpp). Computed, so that a wrong density or
/// kernel would show.
///   requires  problem.is_mixture()
std::unique_ptr<FeynmanKac> conditioned_filter(const Exec& exec, const Problem& problem,
                                               const ReverseSettings& settings, const SmcRuns& runs,
                                               Rng rng);

/// Point evaluations per particle.
Index conditioned_evaluations(const Problem& problem, const ReverseSettings& settings);

}  // namespace plumbline
