// The power law with a plateau, e ≈ p + c (largest/budget)^{2 rate}, fitted to squared errors by
// weighted least squares. For rate.cpp alone.
#pragma once

#include <vector>

#include "core/types.hpp"

namespace plumbline {

/// error² at every budget, and the weights of their squares.
struct Squares {
  std::vector<Real> error, weight;
};

struct PowerLaw {
  Real rate = 0, plateau_squared = 0, coefficient_squared = 0;  ///< c of x at the largest budget
  Real cost = 0;                                                ///< weighted sum of squares
};

enum class Plateau { free, none };

inline constexpr Real slowest_rate = 0.1, fastest_rate = 4;

/// The budgets, and the column (largest/budget)^{2 rate} of every rate on a grid: computed once for
/// all resamples.
struct RateGrid {
  explicit RateGrid(const std::vector<Real>& budgets);

  std::vector<Real> budgets, rates;
  std::vector<std::vector<Real>> columns;
};

/// Least squares from budget `first` on: p, c ≥ 0 in closed form for every rate, the best rate on
/// the grid, then golden section between its neighbours.
PowerLaw fit_power_law(const RateGrid& grid, const Squares& squares, std::size_t first,
                       Plateau plateau = Plateau::free);

/// Largest plateau² that raises the least cost to no more than `allowed`. Where the fit is pinned
/// to no plateau in every resample, percentiles know no upper end; this does.
Real highest_plateau_squared(const RateGrid& grid, const Squares& squares, std::size_t first,
                             Real allowed);

}  // namespace plumbline
