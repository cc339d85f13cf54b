// Runs of a sampler → seconds of a replicate.
#include "harness/sweep/probe.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace plumbline {
namespace {

/// Evaluations that differ by less are of one cost.
constexpr Real apart = 1.5;

/// The settings with the largest number that refines the sampler halved; nothing when none is above
/// 2.
std::optional<Table> halved(const SamplerEntry& entry, const Table& settings) {
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
  if (key.empty()) return std::nullopt;
  Table smaller = settings;
  smaller.set(key, {largest / 2});
  return smaller;
}

}  // namespace

void MethodCost::add(Timed timed) {
  for (Timed& other : timed_) {
    if (other.evaluations == timed.evaluations) {
      other.seconds = std::min(other.seconds, timed.seconds);
      return;
    }
    // two that are near each other give no slope: the larger counts
    if (std::max(other.evaluations, timed.evaluations) <=
        apart * std::min(other.evaluations, timed.evaluations)) {
      if (timed.evaluations > other.evaluations) other = timed;
      return;
    }
  }
  timed_.insert(std::lower_bound(
                    timed_.begin(), timed_.end(), timed,
                    [](const Timed& a, const Timed& b) { return a.evaluations < b.evaluations; }),
                timed);
}

bool MethodCost::covers(Real evaluations) const {
  return known() && evaluations * apart >= timed_.front().evaluations &&
         evaluations <= timed_.back().evaluations * apart;
}

Real MethodCost::rate() const {
  const Timed& first = timed_.front();
  return first.evaluations > 0 ? first.seconds / first.evaluations : nan;
}

/// More evaluations cost no less: what a disturbed time says otherwise is not believed.
std::vector<Timed> MethodCost::ascending() const {
  std::vector<Timed> timed = timed_;
  for (std::size_t i = 1; i < timed.size(); ++i)
    timed[i].seconds = std::max(timed[i].seconds, timed[i - 1].seconds);
  return timed;
}

Real MethodCost::seconds(Real evaluations) const {
  const std::vector<Timed> timed = ascending();
  const Timed &first = timed.front(), &last = timed.back();
  if (!(first.evaluations > 0)) return first.seconds;
  const Real in_proportion = first.seconds * evaluations / first.evaluations;
  if (timed.size() == 1) return in_proportion;
  const auto above = std::lower_bound(timed.begin() + 1, timed.end() - 1, evaluations,
                                      [](const Timed& a, Real e) { return a.evaluations < e; });
  const Timed &a = *(above - 1), &b = *above;
  const Real slope = (b.seconds - a.seconds) / (b.evaluations - a.evaluations);
  if (evaluations < first.evaluations)
    return std::max(in_proportion, first.seconds + slope * (evaluations - first.evaluations));
  if (evaluations <= last.evaluations) return a.seconds + slope * (evaluations - a.evaluations);
  // far beyond, a slope is not believed to be much flatter or steeper than proportion
  const Real rate = last.seconds / last.evaluations;
  return last.seconds + std::clamp(slope, rate / 4, 2 * rate) * (evaluations - last.evaluations);
}

void MethodCost::scale(Real by) {
  for (Timed& timed : timed_) timed.seconds *= by;
}

void Spread::add(Real a, Real b) {
  if (a > 0 && b > 0) ratios_.push_back(std::max(a, b) / std::min(a, b));
}

Real Spread::factor() const {
  if (ratios_.empty()) return 1;
  std::vector<Real> sorted = ratios_;
  std::sort(sorted.begin(), sorted.end());
  return sorted[sorted.size() * 9 / 10];
}

Probe::Probe(const Exec& exec, const Problem& problem, const SamplerEntry& entry,
             const Table& settings)
    : exec_(exec),
      problem_(problem),
      entry_(entry),
      settings_(settings),
      sampler_(entry.make(settings)) {}

Real Probe::evaluations(Index n) const {
  return static_cast<Real>(sampler_->declared_evaluations(problem_, n));
}

bool Probe::shrink() try {
  auto smaller = halved(entry_, settings_);
  if (!smaller) return false;
  auto sampler = entry_.make(*smaller);
  sampler->check(problem_);
  settings_ = std::move(*smaller);
  sampler_ = std::move(sampler);
  return true;
} catch (const SpecError&) {
  return false;
}

Real Probe::run(Index n) const {
  return seconds_of(exec_, [&] {
    Trace trace;
    sampler_->draw(exec_, problem_, n, Rng::from_seed(0), trace);
  });
}

Real Probe::least(Index n, Real first, Real time, Spread& spread) const {
  return least_of(exec_, first, time, spread, [&] { run(n); });
}

Timed Probe::time(Index n, Real each, Real guess, Spread& spread) {
  constexpr Index usual = 64;  // draws: enough to fill blocks and threads
  constexpr Real longest = 4;  // × each: one run
  constexpr Real hopeless = 50;
  const Index few = std::min(n, usual);
  const auto share = [&](Index of) { return static_cast<Real>(n) / static_cast<Real>(of); };
  while (evaluations(few) * guess > each)
    if (!shrink()) break;
  if (evaluations(1) * guess > hopeless * each)
    throw std::runtime_error("one draw takes too long to be timed");
  // A block of draws warms up, and shows what would take long with more.
  const Index block = std::min<Index>(n, block_width);
  Real first = run(block);
  while (first > each && shrink()) first = run(block);
  if (first > longest * each || n == block) return {evaluations(n), first * share(block)};
  Real at_few = run(few);
  while (at_few > 2 * each && shrink()) at_few = run(few);
  at_few = least(few, at_few, each, spread);
  if (few == n) return {evaluations(n), at_few};
  const Real reach = static_cast<Real>(few) * longest * each / std::max(at_few, Real(1e-6));
  if (reach >= static_cast<Real>(n)) return {evaluations(n), least(n, run(n), 2 * each, spread)};
  const auto many = static_cast<Index>(reach);
  if (many < 2 * few) return {evaluations(n), at_few * share(few)};
  const Real at_many = least(many, run(many), 2 * each, spread);
  const Real slope = std::max(Real(0), at_many - at_few) / static_cast<Real>(many - few);
  return {evaluations(n), at_many + slope * static_cast<Real>(n - many)};
}

}  // namespace plumbline
