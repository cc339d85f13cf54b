// The catalogue: catalogue.def read twice, once to declare the factories, once to call them. And
// the way from a sweep file's table to an observation, the same for every kind.
#include <algorithm>

#include "problem/observations/entry.hpp"
#include "problem/problem.hpp"

namespace plumbline {

#define OBSERVATION(name) ObservationEntry name##_observation();
#include "problem/observations/catalogue.def"
#undef OBSERVATION

const std::vector<ObservationEntry>& observation_catalogue() {
#define OBSERVATION(name) name##_observation(),
  static const std::vector<ObservationEntry> catalogue = {
#include "problem/observations/catalogue.def"
  };
#undef OBSERVATION
  return catalogue;
}

namespace {

const ObservationEntry& entry_of(const Table& table) {
  std::vector<std::string> kinds;
  for (const ObservationEntry& entry : observation_catalogue()) kinds.push_back(entry.name);
  const Value* kind = table.find("kind");
  if (!kind)
    throw SpecError("kind", "", fmt::format("an observation is one of {}", fmt::join(kinds, ", ")));
  return observation_catalogue()[settings::read_choice("kind", *kind, kinds)];
}

/// The value a key like "A[1][0]" was read from: where an error points.
const Value* find_entry(const Table& table, const std::string& key) {
  const Value* value = table.find(key.substr(0, key.find('[')));
  for (std::size_t at = key.find('['); value && at != std::string::npos;
       at = key.find('[', at + 1)) {
    const Array* array = value->get_if<Array>();
    const std::size_t index = std::stoul(key.substr(at + 1));
    if (!array || index >= array->size()) break;
    value = &(*array)[index];
  }
  return value;
}

/// z* ~ prior and the component it came from, on the host; one draw from a stream of its own.
Truth draw_truth(const GaussianMixture& prior, const Rng& rng) {
  const Real u = rng.stream("component").uniform(0, 0, 0);
  int k = 0, last = 0;
  for (Real sum = 0; k < prior.components(); ++k) {
    sum += prior.weights()[k];
    if (prior.weights()[k] > 0) last = k;
    if (sum >= u && prior.weights()[k] > 0) break;
  }
  k = std::min(k, last);
  HostVector xi(prior.dimension());
  const Rng state = rng.stream("state");
  for (int i = 0; i < prior.dimension(); ++i) xi[i] = state.normal(0, 0, i);
  return {k, prior.means().row(k).transpose() + prior.factor(k) * xi};
}

}  // namespace

Observed make_observation(const Table& table, const GaussianMixture& prior, Rng rng) {
  try {
    ObservationPtr observation = entry_of(table).make(table, prior, rng);
    observation->require_valid(prior);
    if (!draws_observation(table)) return {observation, {}};
    const Truth truth = draw_truth(prior, rng);
    observation = observation->drawn(truth, rng);
    const Tempering* tempering = observation->tempering();
    if (tempering && tempering->power != 1) return {observation, {}};
    return {observation, truth.z};
  } catch (const SpecError& error) {
    const Value* culprit = find_entry(table, error.key());
    if (!culprit) culprit = table.find("kind");
    throw culprit ? error.at(culprit->at) : error;
  }
}

bool draws_observation(const Table& table) {
  return std::ranges::any_of(table.members, [](const Member& member) {
    const std::string* word = member.value.get_if<std::string>();
    return word && *word == "draw";
  });
}

Table resolved_observation(const Table& table) {
  return entry_of(table).resolved(table);
}

}  // namespace plumbline
