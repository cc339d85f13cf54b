#include "priors/detail/weights.hpp"

namespace plumbline {

HostVector component_weights(WeightRule rule, int components, Rng rng) {
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
