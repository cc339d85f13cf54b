// How long the next replicate takes, as predicted and as what has run says. For messages, progress
// and limits: no result depends on it.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "harness/run/ledger.hpp"
#include "harness/sweep/costs.hpp"

namespace plumbline {

/// Seconds of all that the ledger lacks: cells, exact draws, and the problems of points that have
/// some.
Real seconds_left(const Plan& plan, const Costs& costs, const Ledger& ledger);

/// Of one cell, or of the exact draws of a problem point (`cell` < 0): what is not done of it.
Real seconds_left(const Costs& costs, const Ledger& ledger, Index problem, std::ptrdiff_t cell);

class Pace {
 public:
  /// `costs` of this plan; without, nothing is predicted that has not run.
  explicit Pace(const Plan& plan, const Costs* costs = nullptr) : plan_(plan), costs_(costs) {}

  /// Seconds of one replicate: the mean of those of this cell; the prediction, times what the
  /// sampler's last cell took over its own prediction. Nothing where nothing is predicted.
  std::optional<Real> replicate(const Cell& cell) const;
  /// Seconds of one exact-draw set of a problem point, likewise.
  std::optional<Real> exact_set(Index problem) const;

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
  const Costs* costs_;
  std::string cell_;  ///< hash of the cell in hand
  Mean of_cell_;
  std::map<std::size_t, Real> ratio_;  ///< sampler → seconds over prediction
  Index problem_ = -1;
  Mean of_point_;
};

}  // namespace plumbline
