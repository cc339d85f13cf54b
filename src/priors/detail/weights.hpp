// Component weights that several priors offer by name.
#pragma once

#include "core/linalg.hpp"
#include "core/rng.hpp"
#include "core/settings.hpp"

namespace plumbline {

/// random: χ²₁ numbers, normalised (z²/Σz², Cardoso et al. 2024): a few components dominate.
enum class WeightRule { equal, random };
constexpr auto names(WeightRule) {
  return std::array{"equal", "random"};
}

/// K unnormalised weights; component k uses chain k of the stream "weights".
HostVector component_weights(WeightRule rule, int components, Rng rng);

}  // namespace plumbline
