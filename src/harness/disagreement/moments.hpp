// Mean, spread and correlation of a place: where they are furthest off, and by how much.
#pragma once

#include <optional>

#include "harness/disagreement/disagreement.hpp"
#include "harness/disagreement/place.hpp"

namespace plumbline {

/// What to look at, and how much it promises: standard errors, less what the best of so many
/// directions has by chance. `what` lives in the q coordinates of the rows.
struct Choice {
  Real promise = 0;
  Disagreement what;
};

/// The direction along which the mean is off most: a coordinate or a principal axis where that is
/// as good as any. `rows` are those of the place.
Choice choose_location(const Place& place, const BothRows& rows);
/// The direction whose spread is off most, all directions together, or the pair of coordinates
/// whose correlation is.
Choice choose_shape(const Place& place, const BothRows& rows);

/// value, right, error and z of what was chosen, on other rows of the place.
void measure_location(Disagreement& what, const BothRows& rows);
void measure_shape(Disagreement& what, const Place& place, const BothRows& rows);

}  // namespace plumbline
