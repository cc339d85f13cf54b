// The catalogue: catalog.def read twice, once to declare the factories, once to call them. Adding a
// sampler edits catalog.def, never this file.
#include <fmt/ranges.h>

#include <algorithm>

#include "samplers/sampler.hpp"

namespace plumbline {

#define SAMPLER(name) SamplerEntry name##_sampler();
#include "samplers/catalog.def"
#undef SAMPLER

const std::vector<SamplerEntry>& sampler_catalog() {
#define SAMPLER(name) name##_sampler(),
  static const std::vector<SamplerEntry> catalog = {
#include "samplers/catalog.def"
  };
#undef SAMPLER
  return catalog;
}

namespace {

std::vector<std::string> sampler_names(std::string_view target = {}) {
  std::vector<std::string> list;
  for (const SamplerEntry& entry : sampler_catalog())
    if (target.empty() || std::ranges::find(entry.targets, target) != entry.targets.end())
      list.push_back(entry.name);
  return list;
}

}  // namespace

const SamplerEntry& find_sampler(std::string_view name) {
  for (const SamplerEntry& entry : sampler_catalog())
    if (entry.name == name) return entry;
  throw SpecError("kind", std::string(name), not_one_of(name, sampler_names()));
}

std::string target_kind(const Problem& problem) {
  const auto* label = std::get_if<ClassLabel>(&problem.observation());
  return label && label->gamma != 1 ? "tilt" : kind_of(problem.observation());
}

void require_target(const Problem& problem, std::string_view sampler) {
  const std::string target = target_kind(problem);
  const std::vector<std::string>& can = find_sampler(sampler).targets;
  if (std::ranges::find(can, target) != can.end()) return;

  throw SpecError(
      "kind", std::string(sampler),
      fmt::format("handles {} targets; samplers for {} targets: {}", fmt::join(can, ", "), target,
                  fmt::join(sampler_names(target), ", ")));
}

}  // namespace plumbline
