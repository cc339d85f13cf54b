// Where draws disagree with the target most, and by how much. harness/verdict/README §16.
#pragma once

#include <array>
#include <functional>
#include <string>
#include <vector>

#include "core/ensemble.hpp"
#include "core/rng.hpp"
#include "problem/problem.hpp"

namespace plumbline {

enum class DisagreementKind { mass, location, spread, dependence, tails, region };
constexpr auto names(DisagreementKind) {
  return std::array{"mass", "location", "spread", "dependence", "tails", "region"};
}

/// One thing about the draws that is not as it should be. By kind:
///
///   mass        share of the draws in `mode`
///   location    mean of direction · x less the target's, in the target's deviations there
///   spread      standard deviation of direction · x over the target's; of all directions together
///               when there is no direction
///   dependence  correlation of coordinates i and j
///   tails       share of the draws beyond the distance from their mode's middle beyond which
///               `tail_share` of exact draws lie
///   region      share of the draws within `radius` of `centre`
///
/// Location and spread are those of one mode, or of all modes together, each row seen from the
/// middle of its own.
struct Disagreement {
  DisagreementKind kind = DisagreementKind::mass;
  int mode = -1;                ///< −1: all; else number of the mode, heaviest first
  std::vector<int> components;  ///< of that mode, where there is more than one mode
  bool within_modes = false;    ///< there is, and it is about all of them
  HostVector direction;         ///< [d], of length 1; empty where there is none
  int i = -1, j = -1;           ///< coordinates that it is about, where it is about those alone
  bool of_axes = false;         ///< they are principal axes of the target, the widest first
  HostVector centre;            ///< [d]: middle of the region, or of the mode
  Real radius = 0;              ///< of the region, in `region_axes`
  int region_axes = 0;  ///< the region is a ball in so many principal axes, in deviations there
  Real tail_share = 0;
  Real value = 0, right = 0;  ///< of the draws; of the target
  Real error = 0;             ///< standard error of value
  Real low = 0, high = 0;     ///< hold the draws' law, for all lines at once, at 1 − level
  Real z = 0;                 ///< standing from `right`, in standard errors

  /// "component 3, at (1.2, −0.4), has 4.1 % ± 0.6 of the draws, 9.0 % is right".
  std::string text() const;
};

struct WhereWrong {
  std::vector<Disagreement> lines;  ///< furthest beyond its interval first; at most `most_lines`
  std::string silence;              ///< why there are none
};

inline constexpr std::size_t most_lines = 3;
/// Fewer draws (effective ones, where weighted) say nothing of where.
inline constexpr Real fewest_for_where = 60;

/// What stands beyond its interval, in sets of draws of the target (SpecError-free, equal d).
///
/// A third of the rows, dealt at random, chooses what to look at: the mode, the direction, the pair
/// of coordinates, the ball that show most of each kind. The others measure it beside exact draws
/// that chose nothing either. So the numbers are not the largest of many, and only the kinds count
/// as tests: a line is said when its two-sided p-value is below level/kinds (Bonferroni), and its
/// interval has that confidence. On exact draws some line is said with chance at most `level`, up
/// to the normal approximation.
///
/// Said once: tails and spread show each other, the stronger stands.
///
/// More than 64 coordinates are looked at along the 64 leading principal axes of the target.
///   `written`  rounds exact draws as the given ones are
///   cost       20 to 100 thousand exact draws (fewer of many coordinates or components),
///              responsibilities for all, some passes
WhereWrong where_wrong(const Exec& exec, const Problem& problem, const std::vector<Ensemble>& sets,
                       const std::function<void(HostMatrix&)>& written, Real level, Rng rng);

}  // namespace plumbline
