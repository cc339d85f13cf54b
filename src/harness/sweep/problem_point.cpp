// Problem tables → resolved text, hash, Problem.
#include "harness/sweep/problem_point.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>

#include "harness/sweep/digest.hpp"
#include "harness/sweep/memory_bill.hpp"
#include "harness/sweep/streams.hpp"
#include "io/parts/durable.hpp"
#include "problem/observations/entry.hpp"
#include "record/functionals.hpp"

namespace plumbline {
namespace {

/// Exact draws for the functionals of one replicate's y: their error is part of the replicate's.
constexpr Index exact_draws_of_one = Index{1} << 12;

const Table& table_of(const ProblemPoint& point, const std::string& part) {
  return std::get<Table>(point.tables.find(part)->data);
}

/// Runs `body`; its SpecErrors are placed at the setting, else at the table they complain about.
template <class Body>
auto in_part(const ProblemPoint& point, const std::string& part, const Body& body) {
  try {
    return body();
  } catch (const SpecError& error) {
    throw settings::located(error, table_of(point, part))
        .at(point.tables.find(part)->at, "problem." + part);
  }
}

const PriorEntry& prior_entry_of(const Sweep& sweep, const ProblemPoint& point) {
  return find_entry(sweep.known->priors, "kind", *table_of(point, "prior").find("kind"));
}

std::string resolved_prior(const Sweep& sweep, const ProblemPoint& point) {
  const PriorEntry& entry = prior_entry_of(sweep, point);
  Table table;
  table.set("kind", {entry.name});
  for (Member& member : entry.resolved(table_of(point, "prior")).members)
    table.set(member.key, std::move(member.value));
  return to_text({std::move(table)});
}

/// A prior read from a file is as much part of the problem as its name: the digest of its bytes.
std::string file_digest(const Sweep& sweep, const ProblemPoint& point) {
  const Value* path = table_of(point, "prior").find("path");
  const auto* text = path ? path->get_if<std::string>() : nullptr;
  if (!text) return "";
  try {
    const auto bytes = read_bytes(std::filesystem::path(sweep.folder) / *text);
    return sha256_hex({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  } catch (const IoError& error) {
    throw SpecError("path", to_text(*path), error.what(), path->at);
  }
}

/// The observation as written; the classes that it does not say are the prior's, where that has
/// any.
Table complete_observation(const Sweep& sweep, const ProblemPoint& point) {
  Table table = table_of(point, "observation");
  const Value* kind = table.find("kind");
  for (const ObservationEntry& entry : observation_catalogue())
    for (const FieldDoc& field : entry.fields) {
      if (!kind || !same(*kind, {entry.name}) || field.name != "classes" || table.find("classes"))
        continue;
      const PriorEntry& prior = prior_entry_of(sweep, point);
      const ComponentClasses classes = in_part(point, "prior", [&] {
        return prior.classes ? prior.classes(table_of(point, "prior"), sweep.folder)
                             : ComponentClasses{};
      });
      if (!classes.empty()) table.set("classes", settings::write(classes));
    }
  return table;
}

/// SpecError when a mixture of this size cannot be held with all that follows from it.
void require_room(const Sweep& sweep, const ProblemPoint& point, const PriorSize& size) {
  constexpr Real most = std::numeric_limits<int>::max();
  const Table& written = table_of(point, "prior");
  MemoryBill bill(sweep);
  Needs needs = problem_needs(size);
  if (std::max(size.components, size.dimension) > most)
    needs.push_back({size.components > most ? size.components_key : size.dimension_key,
                     "more than can be counted", infinity});
  bill.add(needs, "problem.prior", prior_entry_of(sweep, point).resolved(written), written,
           point.tables.find("prior")->at);
  bill.check();
}

GaussianMixture build_prior(const Sweep& sweep, const ProblemPoint& point) {
  const PriorSize size = in_part(
      point, "prior", [&] { return prior_entry_of(sweep, point).size(table_of(point, "prior")); });
  require_room(sweep, point, size);
  return in_part(point, "prior", [&] {
    return prior_entry_of(sweep, point)
        .make(table_of(point, "prior"),
              prior_stream(static_cast<std::uint64_t>(sweep.settings.seed)), sweep.folder);
  });
}

}  // namespace

ProblemPoint resolve_problem(const Sweep& sweep, Index index) {
  ProblemPoint point;
  point.index = index;
  point.at = grid_indices(sweep.problem.axes, index);
  point.tables = at_point(sweep.problem.tables, sweep.problem.axes, point.at);
  point.process = in_part(point, "process", [&] {
    return to_text({NoiseProcess::from_settings(table_of(point, "process")).resolved()});
  });
  point.prior = in_part(point, "prior", [&] { return resolved_prior(sweep, point); });
  point.tables.set("observation",
                   {complete_observation(sweep, point), point.tables.find("observation")->at});
  in_part(point, "observation", [&] {
    const Table& observation = table_of(point, "observation");
    point.observation = to_text({resolved_observation(observation)});
    point.drawn = draws_observation(observation);
  });
  const std::string file = in_part(point, "prior", [&] { return file_digest(sweep, point); });
  const std::string text =
      point.process + '\n' + point.prior + '\n' + file + '\n' + point.observation;
  point.hash = sha256_hex(text);
  point.stream = sha256_word(text);
  return point;
}

std::string problem_hash(const Sweep& sweep, const ProblemPoint& point, Index replicate) {
  const bool seeded = prior_entry_of(sweep, point).seeded;
  if (!seeded && !point.drawn) return point.hash;
  return sha256_hex(fmt::format("problem {} seed {} replicate {}", point.hash, sweep.settings.seed,
                                point.drawn ? replicate : 0));
}

Real factorisation_seconds(const Sweep& sweep) {
  constexpr Real cube = 5e-9;  // s per D³ and component: an eigendecomposition, and by rotations
  constexpr Index looked_at = 1000;
  const Index points = grid_size(sweep.problem.axes), few = std::min(points, looked_at);
  Real seconds = 0;
  for (Index p = 0; p < few; ++p) {
    const Index index = p * (points / few);
    ProblemPoint point;
    point.tables =
        at_point(sweep.problem.tables, sweep.problem.axes, grid_indices(sweep.problem.axes, index));
    const PriorSize size = in_part(point, "prior", [&] {
      return prior_entry_of(sweep, point).size(table_of(point, "prior"));
    });
    Real bytes = 0;
    for (const Need& need : problem_needs(size)) bytes += need.bytes;
    if (size.full && bytes <= sweep.limits.memory)  // else it is refused at once
      seconds += cube * size.components * std::pow(size.dimension, 3);
  }
  return seconds * static_cast<Real>(points) / static_cast<Real>(few);
}

Problems::Problems(const Exec& exec, const Sweep& sweep, const ProblemPoint& point)
    : exec_(exec),
      point_(point),
      seed_(static_cast<std::uint64_t>(sweep.settings.seed)),
      memory_(sweep.limits.memory),
      prior_(build_prior(sweep, point)),
      process_(NoiseProcess::from_settings(table_of(point, "process"))) {
  require_room(sweep, point,
               {static_cast<Real>(prior_.components()), static_cast<Real>(prior_.dimension()),
                prior_.kind() == CovarianceKind::full, "kind", "kind"});
}

Problem Problems::build(Index replicate) const {
  return in_part(point_, "observation", [&] {
    const Rng rng = observation_stream(seed_, static_cast<std::uint64_t>(replicate));
    const Table& table = table_of(point_, "observation");
    const Observed given = make_observation(table, prior_, rng);
    require_posterior_room(prior_, *given.observation, memory_);
    return Problem(exec_, prior_, process_, given.observation, given.truth);
  });
}

const Problem& Problems::at(Index replicate) {
  const Index key = key_of(replicate);
  if (const auto found = built_.find(key); found != built_.end()) return found->second;
  if (built_.empty()) {
    const Problem& first = built_.emplace(key, build(key)).first->second;
    capacity_ = static_cast<std::size_t>(kept_problems(first, memory_).most);
    return first;
  }
  if (built_.size() < capacity_) return built_.emplace(key, build(key)).first->second;
  if (!overflow_ || overflow_->first != key) overflow_.emplace(key, build(key));
  return overflow_->second;
}

const KnownFunctionals& Problems::functionals(Index replicate) {
  const Index key = key_of(replicate);
  if (!functionals_ || functionals_->first != key) {
    const Rng rng = functional_stream(seed_, point_.stream, static_cast<std::uint64_t>(key));
    const Index count = point_.drawn ? exact_draws_of_one : functional_exact_draws;
    using Masses = KnownFunctionals::Masses;
    KnownFunctionals::Kept& kept = said_[key];  // every cell of the point asks again
    if (!kept) kept = std::make_shared<KnownFunctionals::Kept::element_type>();
    functionals_.emplace(
        key, KnownFunctionals(exec_, at(replicate), {count, rng},
                              point_.drawn ? Masses::by_rank : Masses::by_component, kept));
  }
  return functionals_->second;
}

}  // namespace plumbline
