// Means on a square lattice, centred at 0: the 25-component grid of the literature and its kin.
#pragma once

#include "core/linalg.hpp"

namespace plumbline {

/// side² lattice points −spacing (i, j), i and j in {−(side−1)/2, …, (side−1)/2}, i the outer loop.
///
///     component   0   1 …          (i, j) = (−2, −2) (−2, −1) …        for side = 5
///
/// The pair is written to coordinates (0, 1), and with `copies` > 1 again to (2, 3), (4, 5), …;
/// coordinates beyond are 0.   shapes  → [side², dim]
inline HostMatrix lattice_means(int side, int dim, Real spacing, int copies) {
  HostMatrix means = HostMatrix::Zero(Index{side} * side, dim);
  const Real centre = 0.5 * (side - 1);
  for (int i = 0; i < side; ++i)
    for (int j = 0; j < side; ++j)
      for (int c = 0; c < copies; ++c) {
        means(i * side + j, 2 * c) = -spacing * (i - centre);
        means(i * side + j, 2 * c + 1) = -spacing * (j - centre);
      }
  return means;
}

}  // namespace plumbline
