// From z_T to z_0 without a context: the loop of every sampler that integrates one score field,
// exact or guided.
#pragma once

#include "samplers/reverse/reverse_settings.hpp"

namespace plumbline {

/// z ~ N(0, deviation² I).   shapes  z [n, D], overwritten. Row n draws from chain first_chain + n
void draw_gaussian(const Exec& exec, Real deviation, Rng rng, const Matrix& z,
                   std::uint64_t first_chain = 0);

/// z_T ~ p_T of `mixture`, or the practical Gaussian.
///   shapes  z [n, D], overwritten. Row n draws from chain first_chain + n
void draw_initial(const Exec& exec, InitialLaw law, const FactoredMixture& mixture,
                  const NoiseProcess& process, Rng rng, const Matrix& z,
                  std::uint64_t first_chain = 0);

/// z_t ← a z + √v ξ: a move of the forward process. Row n draws from chain first_chain + n.
///   shapes  z, z_t [n, D], two arrays
void add_noise(const Exec& exec, const Transition& transition, Rng rng, std::uint32_t step,
               const Matrix& z, const Matrix& z_t, std::uint64_t first_chain = 0);
/// z_T ~ p_T(z | y) of any target: exact draws, noised.   shapes  z [n, d], overwritten
void draw_noised_target(const Exec& exec, const Problem& problem, Rng rng, const Matrix& z);

/// For each step t → s: z_s ~ kernel(· | z_t). Returns the score evaluations counted.
///   shapes  z [n, D] z_T → z_0 in place
Index reverse_to_data(const Exec& exec, const ReverseSettings& settings,
                      const NoiseProcess& process, const FactoredMixture& mixture,
                      ScoreField& field, Rng rng, const Matrix& z);

}  // namespace plumbline
