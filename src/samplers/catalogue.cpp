// The catalogue: catalogue.def read twice, once to declare the factories, once to call them. Adding
// a sampler edits catalogue.def, never this file.
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>

#include "problem/observations/entry.hpp"
#include "samplers/sampler.hpp"

namespace plumbline {

#define SAMPLER(name) SamplerEntry name##_sampler();
#include "samplers/catalogue.def"
#undef SAMPLER

const std::vector<SamplerEntry>& sampler_catalogue() {
#define SAMPLER(name) name##_sampler(),
  static const std::vector<SamplerEntry> catalogue = {
#include "samplers/catalogue.def"
  };
#undef SAMPLER
  return catalogue;
}

namespace {

bool contains(const auto& list, const auto& value) {
  return std::ranges::find(list, value) != list.end();
}

std::vector<std::string> sampler_names(std::string_view target = {}) {
  std::vector<std::string> list;
  for (const SamplerEntry& entry : sampler_catalogue())
    if (target.empty() || contains(targets_of(entry.asks), target)) list.push_back(entry.name);
  return list;
}

}  // namespace

const SamplerEntry& find_sampler(std::string_view name) {
  for (const SamplerEntry& entry : sampler_catalogue())
    if (entry.name == name) return entry;
  throw SpecError("kind", std::string(name), not_one_of(name, sampler_names()));
}

std::vector<std::string> targets_of(const std::vector<Capability>& asks) {
  std::vector<std::string> list;
  for (const ObservationEntry& observation : observation_catalogue())
    for (const ObservationTarget& target : observation.targets)
      if (asks.empty() ||
          std::ranges::any_of(asks, [&](Capability c) { return contains(target.capabilities, c); }))
        list.push_back(target.name);
  return list;
}

void Sampler::check(const Problem& problem) const {
  std::vector<Capability> asks = asks_;
  if (!asks.empty()) std::ranges::copy(also_asks(), std::back_inserter(asks));
  const std::string target = problem.observation().target();
  if (!contains(targets_of(asks), target))
    throw SpecError("kind", name_,
                    fmt::format("handles {} targets; samplers for {} targets: {}",
                                fmt::join(targets_of(asks), ", "), target,
                                fmt::join(sampler_names(target), ", ")));
  require(problem);
}

}  // namespace plumbline
