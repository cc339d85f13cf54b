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
inline HostVector component_weights(WeightRule rule, int components, Rng rng) {
  HostVector weights = HostVector::Ones(components);
  if (rule == WeightRule::equal) return weights;
  const Rng stream = rng.stream("weights");
  for (int k = 0; k < components; ++k) {
    const Real z = stream.normal(static_cast<std::uint64_t>(k), 0, 0);
    weights[k] = z * z;
  }
  return weights;
}

}  // namespace plumbline
