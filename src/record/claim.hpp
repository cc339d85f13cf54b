// The limit in which a sampler says that it is exact.
#pragma once

#include <array>

namespace plumbline {

/// The limit in which a sampler is exact; a test checks the declaration. `corrections` is L → ∞ at
/// a small step: an unadjusted Langevin step leaves a bias of its own order
/// (samplers/reverse/README §3).
enum class Claim { nothing, steps, corrections, particles, steps_and_particles, exact };
constexpr auto names(Claim) {
  return std::array{"nothing", "steps", "corrections", "particles", "steps_and_particles", "exact"};
}

}  // namespace plumbline
