// How long the next replicate takes, from the plan's prediction and from what has run. For
// messages, progress and limits: no result depends on it.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "harness/sweep/plan.hpp"

namespace plumbline {

class Pace {
 public:
  Pace(const Plan& plan, Real speed) : plan_(plan), speed_(speed) {}

  /// Seconds of one replicate: the mean of those of this cell; the prediction, times what the
  /// sampler's last cell took over its own prediction. Nothing where a cell has no declared cost.
  std::optional<Real> replicate(const Cell& cell) const;
  /// Seconds of one exact-draw set, once one has run.
  std::optional<Real> exact_set() const;

  void took(const Cell& cell, Real seconds);
  void took_set(Index problem, Real seconds);  ///< exact draws of a problem point

 private:
  struct Mean {
    Real sum = 0, count = 0;
    Real value() const { return sum / count; }
    void add(Real x) {
      sum += x;
      ++count;
    }
  };
  Real predicted(const Cell& cell) const;

  const Plan& plan_;
  Real speed_;
  std::string cell_;  ///< hash of the cell in hand
  Mean of_cell_;
  std::map<std::size_t, Real> ratio_;  ///< sampler → seconds over prediction
  Index problem_ = -1;
  Mean of_point_;
};

}  // namespace plumbline
