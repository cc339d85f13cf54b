// Samplers timed for a moment, and what their cells cost by it. For `costs`; no result depends on
// it.
#pragma once

#include <vector>

#include "harness/sweep/stopwatch.hpp"
#include "samplers/sampler.hpp"

namespace plumbline {

/// One replicate: the evaluations that it declares, and its seconds.
struct Timed {
  Real evaluations = 0, seconds = 0;
};

/// What replicates of one method cost, by the evaluations that they declare: what was timed, joined
/// by lines. Overhead per step and cost per evaluation are both in them.
class MethodCost {
 public:
  /// Of two times of the same the smaller counts.
  void add(Timed timed);
  bool known() const { return !timed_.empty(); }
  /// Timing there, too, would say nothing new: it lies between what was timed, or near it.
  bool covers(Real evaluations) const;
  /// Between two times their line, beyond them the last one's, never less than in proportion below
  /// the first. One time alone counts in proportion, or as it is where nothing is evaluated.
  Real seconds(Real evaluations) const;
  /// Seconds per evaluation of the cheapest; NaN where nothing is evaluated.
  Real rate() const;
  void scale(Real by);

 private:
  std::vector<Timed> ascending() const;

  std::vector<Timed> timed_;  // by evaluations, ascending
};

/// How far two timings of the same were apart: e^|log| of what a prediction may be off by.
class Spread {
 public:
  void add(Real a, Real b);
  /// Of nine in ten pairs; 1 of none.
  Real factor() const;

 private:
  std::vector<Real> ratios_;
};

/// One sampler on one problem, at settings that can be made smaller.
class Probe {
 public:
  Probe(const Exec& exec, const Problem& problem, const SamplerEntry& entry, const Table& settings);

  /// Declared for n draws.
  Real evaluations(Index n) const;
  /// Halves the largest number that refines the sampler. False when none is above 2, or the problem
  /// does not take it.
  bool shrink();
  /// Seconds of one replicate of n draws at these settings, or at those that `shrink` makes of them
  /// until a few draws take about `each`: the least of several runs. Few draws first; where n take
  /// longer than some times `each`, from the line through two numbers of draws. Nothing is run that
  /// takes much longer than `each` if an evaluation takes `guess`; std::runtime_error where that
  /// leaves nothing.
  Timed time(Index n, Real each, Real guess, Spread& spread);

 private:
  Real run(Index n) const;
  Real least(Index n, Real first, Real time, Spread& spread) const;

  Exec exec_;
  const Problem& problem_;
  const SamplerEntry& entry_;
  Table settings_;
  std::unique_ptr<Sampler> sampler_;
};

/// Seconds of `body`, of this thread's work.
template <class Body>
Real seconds_of(const Exec& exec, const Body& body) {
  exec.fence();
  const WorkWatch watch;
  body();
  exec.fence();
  return watch.seconds();
}

/// The least of `first` and a few more runs of `body`, in about `time`.
template <class Body>
Real least_of(const Exec& exec, Real first, Real time, Spread& spread, const Body& body) {
  constexpr Real most = 4, shortest = 1e-6;
  const int runs = static_cast<int>(std::min(most, time / std::max(first, shortest)));
  Real least = first;
  for (int r = 0; r < runs; ++r) {
    const Real again = seconds_of(exec, body);
    if (r == runs - 1) spread.add(again, least);
    least = std::min(least, again);
  }
  return least;
}

}  // namespace plumbline
