// The catalogue: catalogue.def read twice, once to declare the factories, once to call them. And
// the way from a sweep file's table to an observation, and what one has, the same for every kind.
#include <fmt/ranges.h>

#include <algorithm>

#include "problem/likelihood.hpp"
#include "problem/observations/entry.hpp"
#include "problem/point_likelihood.hpp"

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
    const Value* kind = table.find("kind");
    throw settings::located(error, table).at(kind ? kind->at : Location{});
  }
}

bool draws_observation(const Table& table) {
  return std::ranges::any_of(table.members,
                             [](const Member& member) { return is_word(member.value, "draw"); });
}

Table resolved_observation(const Table& table) {
  return entry_of(table).resolved(table);
}

std::vector<Capability> shown_capabilities(const Problem& problem) {
  const Observation& o = problem.observation();
  const bool seen = !problem.observed().empty(), linear = problem.linear_form().has_value();
  const std::pair<Capability, bool> all[] = {
      {Capability::fixed_coordinates, seen},
      {Capability::linear_form, linear},
      {Capability::linear_noise, linear && !seen},
      {Capability::forward_map, o.forward_map() != nullptr},
      {Capability::density, PointLikelihood::exists(problem)},
      {Capability::conditional_score, has_conditional_score(problem)},
      {Capability::mixture, problem.is_mixture()},
      {Capability::conditional_mixture, problem.is_mixture() || o.tempering()},
      {Capability::tempering, o.tempering() != nullptr}};
  std::vector<Capability> shown;
  for (const auto& [capability, has] : all)
    if (has) shown.push_back(capability);
  return shown;
}

std::vector<Capability> capabilities(const Problem& problem) {
  for (const ObservationEntry& entry : observation_catalogue())
    for (const ObservationTarget& target : entry.targets)
      if (target.name == problem.observation().target()) return target.capabilities;
  return shown_capabilities(problem);
}

}  // namespace plumbline
