// Everything a sweep file may name: the three galleries. Tests bring their own.
#pragma once

#include "metrics/metric.hpp"
#include "priors/prior.hpp"
#include "samplers/sampler.hpp"

namespace plumbline {

struct Galleries {
  std::vector<SamplerEntry> samplers;
  std::vector<PriorEntry> priors;
  std::vector<MetricEntry> metrics;
};

/// The catalogues of this program.
const Galleries& galleries();

/// The entry called `name` (text). SpecError(key) at its place with the nearest name.
template <class Entry>
const Entry& find_entry(const std::vector<Entry>& entries, const std::string& key,
                        const Value& name) {
  std::vector<std::string> known;
  known.reserve(entries.size());
  for (const Entry& entry : entries) known.push_back(entry.name);
  return entries[settings::read_choice(key, name, known)];
}

}  // namespace plumbline
