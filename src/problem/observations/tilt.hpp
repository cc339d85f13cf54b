// The tilted target p(z) p(c | z)^γ of a class label, sampled exactly by rejection. problem/README
// §4. Private to the gallery.
#pragma once

#include "core/rng.hpp"
#include "mixture/factored_mixture.hpp"
#include "problem/observations/class_label.hpp"
#include "problem/target_moments.hpp"

namespace plumbline {

/// 1 for the components of the class, 0 for the others.   [components]
IndexVector membership(const ClassLabel& label, int components);

/// n exact draws. γ ≥ 1: propose z ~ p(z | c), accept with p(c | z)^{γ−1}; γ < 1: propose z ~ p(z),
/// accept with p(c | z)^γ. Proposal j of row n is a function of (rng, first_chain + n, j); a row
/// without an acceptance in 2^16 proposals is NaN.   shapes  x [n, D]
void draw_tilt(const Exec& exec, const FactoredMixture& prior, const ClassLabel& label, Rng rng,
               const Matrix& x, std::uint64_t first_chain = 0);

/// SpecError("gamma") when the mean acceptance of 4096 proposals (fixed seed) is below 1e-3: a draw
/// would take thousands of proposals. At 1e-3 a row of NaN has probability e^{−65}.
void require_tilt_acceptance(const Exec& exec, const FactoredMixture& prior,
                             const ClassLabel& label);

/// From 2^18 exact draws with a fixed seed: relative Monte-Carlo error about 2e-3 of a standard
/// deviation.
TargetMoments tilt_moments(const Exec& exec, const FactoredMixture& prior, const ClassLabel& label);

}  // namespace plumbline
