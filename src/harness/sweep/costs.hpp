// How long a sweep will take: its samplers, metrics and exact draws timed here, at its own sizes.
// The one prediction of `plan`, `run` and `status`; nothing of a result depends on it.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "harness/sweep/plan.hpp"
#include "harness/sweep/probe.hpp"

namespace plumbline {

/// Seconds that timing may take, of an idle machine.
struct ProbeTime {
  Real each = 0.015;      ///< about, of one run of a method
  Real all = 12;          ///< together, after which a method is guessed from the others
  Real share = infinity;  ///< of what the sweep takes by a first guess
};
/// Of those who want to begin with something else.
inline constexpr ProbeTime brief = {.each = 0.003, .all = 1, .share = 0.05};

/// Seconds of the parts of a plan.
///
/// A method is a sampler at its settings that are no numbers. On problems of one size it is timed
/// at its cheapest and its dearest cell, or at smaller budgets where those take long; between and
/// beyond, its cells cost by the evaluations that they declare (`MethodCost`). The metrics, which
/// are timed on exact draws, come on top. What the time did not suffice for is guessed from the
/// likes of it.
class Costs {
 public:
  /// Which cells are of interest; the others cost what their method does if that is timed.
  using Wanted = std::function<bool(std::size_t cell)>;

  Costs(const Exec& exec, const Plan& plan, ProbeTime time = {}, const Wanted& wanted = {});

  /// One replicate of a cell with its metrics.
  Real replicate(std::size_t cell) const { return replicates_[cell]; }
  Real cell(std::size_t index) const;  ///< all replicates
  /// The metrics' share of a cell: of one replicate, and of all.
  Real metrics_of_one(const Cell& cell) const {
    return metrics_[static_cast<std::size_t>(cell.problem)];
  }
  Real metrics(const Cell& cell) const {
    return metrics_of_one(cell) * static_cast<Real>(cell.replicates);
  }
  /// One set of exact draws of a problem point, and all.
  Real exact_set(Index problem) const { return exact_[static_cast<std::size_t>(problem)]; }
  Real exact_draws(Index problem) const;
  /// Building a point's problems, every y of them, as `run` does once.
  Real problems(Index problem) const { return built_[static_cast<std::size_t>(problem)]; }

  Index timed() const { return timed_; }      ///< methods on problems of one size
  Index guessed() const { return guessed_; }  ///< those taken from others
  /// "good to a factor of 1.5", by how timings repeated.
  Real factor() const;

 private:
  /// What one problem size costs.
  struct Size {
    Real work = 1;   ///< of the point that was timed
    Real speed = 0;  ///< s per multiply-add there: a small problem's are the dearest
    Real build = 0, draw = 0;
    Real metrics = 0;  ///< all of them, of one replicate
    Real floored = 0;  ///< those that exact draws have
    std::map<std::string, MethodCost> methods = {};
  };
  struct Cells {
    std::size_t first, last;  ///< of a problem point
  };
  Real first_guess(const Wanted& wanted) const;
  Real guess(const ProblemPoint& point) const;
  Size measure_size(const ProblemPoint& point, const Problem& problem);
  static Size scaled(Size size, Real by);
  void probe(Size& size, Cells cells, const Problem& problem, const Wanted& wanted);
  void probe(MethodCost& cost, const Cell& cell, const Problem& problem);
  void fill(const ProblemPoint& point, Cells cells, const Size& size);
  bool time_left() const;

  Exec exec_;
  const Plan& plan_;
  ProbeTime time_;
  Real speed_ = 0;  ///< s per multiply-add, roughly, of the size at hand
  std::vector<Real> replicates_, metrics_, exact_, built_;
  std::map<std::string, Size> sizes_;
  Index timed_ = 0, guessed_ = 0;
  Spread spread_;
  WorkWatch work_;
  Stopwatch wall_;
};

}  // namespace plumbline
