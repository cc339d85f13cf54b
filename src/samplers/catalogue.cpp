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

bool has_one_of(const std::vector<Capability>& has, const std::vector<Capability>& asks) {
  return asks.empty() || std::ranges::any_of(asks, [&](Capability c) { return contains(has, c); });
}

}  // namespace

const SamplerEntry& find_sampler(std::string_view name) {
  std::vector<std::string> known;
  for (const SamplerEntry& entry : sampler_catalogue()) {
    if (entry.name == name) return entry;
    known.push_back(entry.name);
  }
  throw SpecError("kind", std::string(name), not_one_of(name, known));
}

std::vector<std::string> targets_of(const std::vector<Capability>& asks) {
  std::vector<std::string> list;
  for (const ObservationEntry& observation : observation_catalogue())
    for (const ObservationTarget& target : observation.targets)
      if (has_one_of(target.capabilities, asks)) list.push_back(target.name);
  return list;
}

void Sampler::check(const Problem& problem) const {
  std::vector<Capability> asks = asks_;
  if (!asks.empty()) std::ranges::copy(also_asks(), std::back_inserter(asks));
  const std::vector<Capability> has = capabilities(problem);
  if (has_one_of(has, asks)) return require(problem);
  std::vector<std::string> able;
  for (const SamplerEntry& entry : sampler_catalogue())
    if (has_one_of(has, entry.asks)) able.push_back(entry.name);
  throw SpecError("kind", name_,
                  fmt::format("takes the targets {}; the target '{}' is taken by {}",
                              fmt::join(targets_of(asks), ", "), problem.observation().target(),
                              fmt::join(able, ", ")));
}

}  // namespace plumbline
