// How long a sweep will take: its samplers, metrics and exact draws timed here, at its own sizes.
// For `plan`; nothing of a result depends on it.
#pragma once

#include <map>
#include <string>

#include "harness/sweep/plan.hpp"
#include "harness/sweep/stopwatch.hpp"

namespace plumbline {

/// Seconds that timing may take, of an idle machine.
struct ProbeTime {
  Real each = 0.015;  ///< of one method on one problem
  Real all = 12;
};

/// Seconds of the parts of a plan.
///
/// A method is a sampler at its settings that are no numbers. On problems of one size it is timed
/// once, at its smallest budget or below: two numbers of draws, the least of several runs each,
/// give a line whose value at the sweep's draws, divided by the evaluations declared there, is its
/// cost per evaluation, launches included. A cell costs its declared evaluations times that, and
/// the metrics, which are timed on exact draws. What the time did not suffice for is taken from the
/// likes of it.
class Costs {
 public:
  Costs(const Exec& exec, const Plan& plan, ProbeTime time = {});

  Real cell(std::size_t index) const { return cells_[index]; }  ///< all replicates
  /// The metrics' share of every cell of a problem point.
  Real metrics(Index problem) const { return metrics_[static_cast<std::size_t>(problem)]; }
  /// Sets of exact draws of a problem point.
  Real exact_draws(Index problem) const { return exact_[static_cast<std::size_t>(problem)]; }
  /// Building a point's problems, every y of them, as `run` does once.
  Real problems(Index problem) const { return built_[static_cast<std::size_t>(problem)]; }

  Index timed() const { return timed_; }      ///< methods on problems of one size
  Index guessed() const { return guessed_; }  ///< those taken from others
  /// "good to a factor of 1.5": as timings repeated and the line fitted.
  Real factor() const { return factor_; }

 private:
  /// What one problem size costs.
  struct Size {
    Real work = 1;  ///< of the point that was timed
    Real build = 0, draw = 0;
    Real metrics = 0;                                             ///< all of them, of one replicate
    Real floored = 0;                                             ///< those that exact draws have
    std::map<std::string, Real> per_evaluation = {}, whole = {};  ///< of a method
  };
  Size measure_size(const Problem& problem, Real build);
  static Size scaled(Size size, Real by);
  void probe(Size& size, const std::string& method, const Cell& cell, const Problem& problem);
  void fill(const ProblemPoint& point, const Size& size);
  bool time_left() const;

  Exec exec_;
  const Plan& plan_;
  ProbeTime time_;
  Real speed_ = 0;  ///< s per multiply-add, roughly
  std::vector<Real> cells_, metrics_, exact_, built_;
  std::map<std::string, Size> sizes_;
  std::size_t filled_ = 0;  ///< cells that have a cost
  Index timed_ = 0, guessed_ = 0;
  Real factor_ = 1;
  WorkWatch work_;
  Stopwatch wall_;
};

}  // namespace plumbline
