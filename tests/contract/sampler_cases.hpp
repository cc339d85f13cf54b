// The problems every sampler must cope with, and settings small enough to try them all.
#pragma once

#include "unit/problem/observations.hpp"
#include "unit/samplers/support.hpp"

namespace plumbline::test {

struct Case {
  std::string name;
  Problem problem;
};

inline NoiseProcess process(const char* kind) {
  return NoiseProcess::from_settings(table({{"kind", kind}}));
}

/// K components in D dimensions, isotropic, scattered by the counter-based generator.
inline GaussianMixture scattered(int components, int dimension) {
  const Rng rng = Rng::from_seed(11);
  HostMatrix means(components, dimension);
  HostVector weights(components), variances(components);
  for (int k = 0; k < components; ++k) {
    weights(k) = rng.uniform(k, 1, 0);
    variances(k) = 0.2 + rng.uniform(k, 2, 0);
    for (int i = 0; i < dimension; ++i) means(k, i) = 2 * rng.normal(k, 0, i);
  }
  return GaussianMixture::isotropic(weights, means, variances);
}

/// Ugly sizes on purpose: d = 1, d = 7, K = 1, every kind of observation, every process.
inline std::vector<Case> cases() {
  const Exec exec;
  const GaussianMixture plane = three_in_the_plane();
  const GaussianMixture line =
      GaussianMixture::isotropic(vector({1, 2}), matrix({{-1}, {1}}), vector({0.5, 0.3}));
  const LinearGaussian sum = {.a = matrix({{1, 1}}), .noise = matrix({{0.3}}), .y = vector({0.5})};
  const ClassLabel label = {.label = 1, .classes = {{0, 2}, {1}}};
  ClassLabel tilted = label;
  tilted.gamma = 2;

  std::vector<Case> list;
  list.push_back({"inpainting_d1", last_observed(plane, 0.5, ou())});
  list.push_back(
      {"inpainting_d7_of_9", Problem(exec, scattered(4, 9), ou(),
                                     Inpainting{.observed = {2, 5}, .y = vector({0.3, -1})})});
  list.push_back({"inpainting_one_component", last_observed(scattered(1, 3), 0.2, ou())});
  list.push_back({"inpainting_vp", last_observed(plane, 0.5, process("vp"))});
  list.push_back({"inpainting_ve", last_observed(plane, 0.5, process("ve"))});
  list.push_back({"inpainting_flow", last_observed(plane, 0.5, process("flow"))});
  list.push_back({"linear", Problem(exec, plane, ou(), sum)});
  list.push_back(
      {"linear_d1",
       Problem(exec, line, ou(),
               LinearGaussian{.a = matrix({{2}}), .noise = matrix({{0.5}}), .y = vector({1})})});
  list.push_back({"class", Problem(exec, plane, ou(), label)});
  list.push_back({"tilt", Problem(exec, plane, ou(), tilted)});
  list.push_back({"event", Problem(exec, plane, ou(), Event{vector({1, 0.5}), 1.5, 0.2})});
  list.push_back({"crescent", Problem(exec, plane, ou(), Crescent{.c = 1, .xi = 0.5, .y = 1.5})});
  return list;
}

inline bool can(const SamplerEntry& entry, const Problem& problem) {
  const std::vector<std::string> targets = targets_of(entry.asks);
  return std::find(targets.begin(), targets.end(), problem.observation().target()) != targets.end();
}

/// Few steps, few particles, few corrections, few moves, of the knobs that the entry has; then
/// `more`.
inline Table small_settings(const SamplerEntry& entry, Entries more = {}) {
  Table result;
  const auto set = [&](const char* key, std::int64_t value) {
    for (const FieldDoc& field : entry.fields)
      if (field.name == key) result.set(key, Value{value});
  };
  set("steps", 6);
  set("particles", 5);
  set("langevin_steps", 3);
  set("burn_in", 4);
  for (const Member& member : table(more).members) result.set(member.key, member.value);
  return result;
}

inline bool has_field(const SamplerEntry& entry, std::string_view name) {
  return std::any_of(entry.fields.begin(), entry.fields.end(),
                     [&](const FieldDoc& field) { return field.name == name; });
}

}  // namespace plumbline::test
