// Probes of samplers and metrics → seconds of cells.
#include "harness/sweep/costs.hpp"

#include <algorithm>
#include <cmath>

#include "harness/sweep/cost.hpp"
#include "harness/sweep/streams.hpp"

namespace plumbline {
namespace {

/// Sampler, and its settings that are no numbers: those change what an evaluation costs.
std::string method_of(const Plan& plan, const Cell& cell) {
  const SamplerSpec& spec = plan.sampler(cell);
  Table table;
  for (Member& member : spec.entry->resolved(cell.settings).members)
    if (member.value.get_if<bool>() || member.value.get_if<std::string>())
      table.set(member.key, std::move(member.value));
  return spec.label + to_text({std::move(table)});
}

/// Problems on which everything costs the same.
std::string size_text(const Problem& problem) {
  const GaussianMixture& prior = problem.prior();
  const auto kind = problem.is_mixture() ? problem.posterior().kind() : prior.kind();
  return fmt::format("{} {} {} {} {} {} {}", prior.components(), prior.dimension(),
                     static_cast<int>(prior.kind()), static_cast<int>(kind), problem.dimension(),
                     problem.observation().target(), problem.process().name());
}

/// Halves the largest number that refines the sampler. False when none is above 2.
bool shrink(const SamplerEntry& entry, Table& settings) {
  const Table resolved = entry.resolved(settings);
  std::string key;
  std::int64_t largest = 2;
  for (const FieldDoc& field : entry.fields) {
    const Value* value = field.budget == Budget::grows ? resolved.find(field.name) : nullptr;
    const auto* number = value ? value->get_if<std::int64_t>() : nullptr;
    if (!number || *number <= largest) continue;
    largest = *number;
    key = field.name;
  }
  if (key.empty()) return false;
  settings.set(key, {largest / 2});
  return true;
}

/// Seconds of `body`.
template <class Body>
Real seconds_of(const Exec& exec, const Body& body) {
  exec.fence();
  const WorkWatch stopwatch;
  body();
  exec.fence();
  return stopwatch.seconds();
}

/// The least of a few runs of a body that took `first`, in about `time`; `spread` is how much the
/// first two were apart.
template <class Body>
Real least_of(const Exec& exec, Real first, Real time, Real& spread, const Body& body) {
  Real least = first;
  const int runs = std::clamp(static_cast<int>(time / std::max(first, Real(1e-6))), 0, 4);
  for (int r = 0; r < runs; ++r) {
    const Real again = seconds_of(exec, body);
    spread = std::max(spread, std::min(Real(3), std::max(again, least) / std::min(again, least)));
    least = std::min(least, again);
  }
  return least;
}

Real median(std::vector<Real> values) {
  if (values.empty()) return nan;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace

Costs::Size Costs::scaled(Size size, Real by) {
  for (Real* seconds : {&size.build, &size.draw, &size.metrics, &size.floored}) *seconds *= by;
  for (auto* list : {&size.whole, &size.per_evaluation})
    for (auto& [method, seconds] : *list) seconds *= by;
  return size;
}

bool Costs::time_left() const {
  return work_.seconds() < time_.all && wall_.seconds() < 2 * time_.all;
}

Costs::Costs(const Exec& exec, const Plan& plan, ProbeTime time)
    : exec_(exec), plan_(plan), time_(time), cells_(plan.cells.size(), 0) {
  if (!plan.cells.empty()) speed_ = measure_speed(exec, plan);
  std::size_t next = 0;
  for (const ProblemPoint& point : plan.problems) {
    const std::size_t first = next;
    while (next < plan.cells.size() && plan.cells[next].problem == point.index) ++next;
    if (!time_left() && !sizes_.empty()) {  // as a point that was timed, by the sizes of the two
      fill(point, scaled(sizes_.begin()->second, point.work / sizes_.begin()->second.work));
      guessed_ += static_cast<Index>(sizes_.begin()->second.whole.size());
      continue;
    }
    std::optional<Problems> problems;
    const Real build = seconds_of(exec_, [&] {
      problems.emplace(exec_, plan_.sweep, point);
      problems->at(0);
    });
    const Problem& problem = problems->at(0);
    const auto [found, fresh] = sizes_.try_emplace(size_text(problem));
    Size& size = found->second;
    if (fresh) {
      size = measure_size(problem, build);
      size.work = point.work;
    }
    // each method at its cheapest cell
    std::map<std::string, const Cell*> cheapest;
    for (std::size_t i = first; i < next; ++i) {
      const Cell*& cell = cheapest[method_of(plan_, plan_.cells[i])];
      if (!cell || plan_.cells[i].evaluations < cell->evaluations) cell = &plan_.cells[i];
    }
    for (const auto& [method, cell] : cheapest)
      if (!size.whole.contains(method) && time_left()) probe(size, method, *cell, problem);
    fill(point, size);
  }
}

Costs::Size Costs::measure_size(const Problem& problem, Real build) {
  const SweepSettings& settings = plan_.sweep.settings;
  Size size{.build = build};
  const Rng rng = Rng::from_seed(0);
  const auto sample = [&](Index n) { return equally_weighted(problem.draw_exact(exec_, n, rng)); };
  size.build += seconds_of(exec_, [&] { problem.target_mean(); });
  // as many draws as metrics can be timed on, the sweep's if possible
  Index n = std::min<Index>(settings.draws, 256);
  for (;;) {
    Ensemble ensemble = sample(n);
    Real spread = 1;
    const Real draw = seconds_of(exec_, [&] { ensemble = sample(n); });
    Real all = 0, floored = 0;
    const MetricInput input{problem, ensemble, problem.log_evidence(), metric_stream(rng)};
    for (const MetricSpec& spec : plan_.sweep.metrics) {
      const auto metric = spec.entry->make(spec.settings);
      const auto evaluate = [&] { metric->evaluate(exec_, input); };
      const Real once =
          least_of(exec_, seconds_of(exec_, evaluate), 2 * time_.each, spread, evaluate);
      all += once;
      if (spec.entry->has_floor) floored += once;
    }
    factor_ = std::max(factor_, std::sqrt(spread));
    const Real before = size.metrics;
    size.metrics = all;
    size.floored = floored;
    const Real ratio = static_cast<Real>(settings.draws) / static_cast<Real>(n);
    size.draw = draw * ratio;
    if (n == settings.draws) return size;
    // as it grew: straight to the sweep's draws if that is affordable, else by twos, else by the
    // law
    const Real growth =
        before > 0 ? std::clamp(std::log2(all / before), Real(0), Real(3)) : Real(3);
    const Real affordable = time_.all / 12, whole = std::pow(ratio, growth);
    if (before > 0 && all * std::pow(2, growth) > affordable) {
      size.metrics *= whole;
      size.floored *= whole;
      return size;
    }
    n = before > 0 && all * whole < affordable ? settings.draws
                                               : std::min<Index>(2 * n, settings.draws);
  }
}

void Costs::probe(Size& size, const std::string& method, const Cell& cell,
                  const Problem& problem) try {
  const SamplerEntry& entry = *plan_.sampler(cell).entry;
  const Index all = plan_.sweep.settings.draws, few = std::min<Index>(all, 64);
  const Real work = plan_.problems[static_cast<std::size_t>(cell.problem)].work;
  Table settings = cell.settings;
  auto sampler = entry.make(settings);
  const auto evaluations = [&](Index n) {
    return static_cast<Real>(sampler->declared_evaluations(problem, n));
  };
  const auto made_smaller = [&] {
    Table smaller = settings;
    if (!shrink(entry, smaller)) return false;
    auto other = entry.make(smaller);
    other->check(problem);
    settings = std::move(smaller);
    sampler = std::move(other);
    return true;
  };
  while (evaluations(few) * work * speed_ > time_.each)
    if (!made_smaller()) break;
  const auto run = [&](Index n) {
    return [&, n] {
      Trace trace;
      sampler->draw(exec_, problem, n, Rng::from_seed(0), trace);
    };
  };
  Real spread = 1;
  Real at_few = seconds_of(exec_, run(few));
  while (at_few > 2 * time_.each && made_smaller()) at_few = seconds_of(exec_, run(few));
  at_few = least_of(exec_, at_few, time_.each, spread, run(few));
  const Real reach = static_cast<Real>(few) * time_.each / std::max(at_few, Real(1e-6));
  const Index many =
      reach > static_cast<Real>(all) ? all : std::max(few, static_cast<Index>(reach));
  Real at_all = at_few * static_cast<Real>(all) / static_cast<Real>(few);
  if (many > few) {
    Real at_many = seconds_of(exec_, run(many));
    at_many = least_of(exec_, at_many, 3 * time_.each, spread, run(many));
    const Real slope = std::max(Real(0), at_many - at_few) / static_cast<Real>(many - few);
    at_all = at_many + slope * static_cast<Real>(all - many);
  }
  factor_ = std::max(factor_, std::sqrt(spread));
  const Real declared = evaluations(all);
  size.whole[method] = at_all;
  if (declared > 0) size.per_evaluation[method] = at_all / declared;
  ++timed_;
} catch (const std::exception&) {
  // A method that cannot be timed like this is taken from the others.
}

void Costs::fill(const ProblemPoint& point, const Size& size) {
  const SweepSettings& settings = plan_.sweep.settings;
  std::vector<Real> rates;
  for (const auto& [method, rate] : size.per_evaluation) rates.push_back(rate);
  const Real usual = rates.empty() ? speed_ * point.work : median(rates);
  const int problems = point.drawn ? std::max(settings.replicates, settings.null_replicates) : 1;
  built_.push_back(size.build * problems);
  metrics_.push_back(size.metrics * settings.replicates);
  exact_.push_back((size.draw + size.floored) * settings.null_replicates);
  std::map<std::string, bool> missing;
  for (; filled_ < plan_.cells.size() && plan_.cells[filled_].problem == point.index; ++filled_) {
    const Cell& cell = plan_.cells[filled_];
    const std::string method = method_of(plan_, cell);
    Real once = 0;
    if (const auto rate = size.per_evaluation.find(method); rate != size.per_evaluation.end())
      once = rate->second * static_cast<Real>(cell.evaluations);
    else if (const auto whole = size.whole.find(method); whole != size.whole.end())
      once = whole->second;
    else {
      once = usual * static_cast<Real>(cell.evaluations);
      guessed_ += missing.emplace(method, true).second;
    }
    cells_[filled_] = settings.replicates * (once + size.metrics);
  }
}

}  // namespace plumbline
