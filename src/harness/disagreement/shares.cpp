// Counting draws in parts of space.
#include "harness/disagreement/shares.hpp"

#include <algorithm>
#include <cmath>

namespace plumbline {
namespace {

constexpr Real fewest_in_mode = 10;  // expected among the rows that choose
constexpr std::array<Real, 4> tail_shares = {0.9, 0.5, 0.1, 0.01};
constexpr Index most_ball_axes = 4;
constexpr Index ball_centres = 128;  // of either kind
constexpr Index most_ball_rows = 2000;
constexpr std::array<Real, 5> ball_shares = {0.005, 0.01, 0.02, 0.05, 0.1};

void measure_share(Disagreement& what, const HostVector& given_in, const HostVector& exact_in,
                   const BothRows& rows) {
  const Standing standing = standing_of_share(given_in, exact_in, rows);
  what.value = given_in.dot(rows.given.w);
  what.right = exact_in.dot(rows.exact.w);
  what.error = standing.error;
  what.z = standing.z;
}

HostVector in_mode(const WeightedRows& rows, int mode) {
  HostVector in(rows.size());
  for (Index n = 0; n < rows.size(); ++n)
    in(n) = rows.mode[static_cast<std::size_t>(n)] == mode ? 1 : 0;
  return in;
}

/// Distances to the rows from one centre, ascending, with the weight up to each.
struct Distances {
  std::vector<Real> at, up_to;

  Distances(const HostMatrix& x, const HostVector& w, const HostVector& centre) {
    std::vector<std::pair<Real, Real>> sorted;
    for (Index n = 0; n < x.rows(); ++n)
      sorted.emplace_back((x.row(n).transpose() - centre).norm(), w(n));
    std::sort(sorted.begin(), sorted.end());
    Real sum = 0;
    for (const auto& [distance, weight] : sorted) {
      at.push_back(distance);
      up_to.push_back(sum += weight);
    }
  }
  Real share_within(Real radius) const {
    const auto end = std::upper_bound(at.begin(), at.end(), radius);
    return end == at.begin() ? 0 : up_to[static_cast<std::size_t>(end - at.begin() - 1)];
  }
  Real radius_of(Real share) const {
    const auto found = std::lower_bound(up_to.begin(), up_to.end(), share);
    return at[std::min<std::size_t>(at.size() - 1,
                                    static_cast<std::size_t>(found - up_to.begin()))];
  }
};

/// At most so many rows, evenly spread over the list.
WeightedRows thinned(const WeightedRows& rows, Index most) {
  if (rows.size() <= most) return rows;
  std::vector<Index> kept;
  for (Index i = 0; i < most; ++i) kept.push_back(i * rows.size() / most);
  return rows.kept(kept);
}

}  // namespace

Choice choose_mass(int modes, const BothRows& rows) {
  Choice best;
  best.what.kind = DisagreementKind::mass;
  for (int m = 0; modes > 1 && m < modes; ++m) {
    const Real given = rows.given.share(m), exact = rows.exact.share(m);
    if (exact < fewest_in_mode * rows.given.squares()) continue;
    const Real z = std::abs(share_z(given, exact, rows));
    if (!(z > best.promise)) continue;
    best.promise = z;
    best.what.mode = m;
  }
  return best;
}

void measure_mass(Disagreement& what, const BothRows& rows) {
  measure_share(what, in_mode(rows.given, what.mode), in_mode(rows.exact, what.mode), rows);
}

Tails::Tails(const WeightedRows& exact, int modes, const HostMatrix& middles) {
  const Place all = place_of(exact, -1, middles);
  std::vector<std::vector<Real>> distances(static_cast<std::size_t>(modes));
  std::vector<Real> of_few;  // of all modes that are judged by the axes of all rows
  std::vector<bool> few(static_cast<std::size_t>(modes));
  for (int m = 0; m < modes; ++m) {
    const auto count = std::count(exact.mode.begin(), exact.mode.end(), m);
    few[static_cast<std::size_t>(m)] = count < std::max<Index>(1000, 20 * exact.x.cols());
    places_.push_back(few[static_cast<std::size_t>(m)] && modes > 1 ? all
                                                                    : place_of(exact, m, middles));
  }
  for (Index n = 0; n < exact.size(); ++n) {
    const auto m = static_cast<std::size_t>(exact.mode[static_cast<std::size_t>(n)]);
    (few[m] ? of_few : distances[m]).push_back(distance(exact, n));
  }
  for (std::size_t m = 0; m < places_.size(); ++m) {
    std::vector<Real>& list = few[m] ? of_few : distances[m];
    std::sort(list.begin(), list.end());
    beyond_.emplace_back();
    for (const Real share : tail_shares)
      beyond_[m].push_back(
          list.empty() ? infinity
                       : list[static_cast<std::size_t>((1 - share) * Real(list.size() - 1))]);
  }
}

Real Tails::distance(const WeightedRows& rows, Index n) const {
  const int m = rows.mode[static_cast<std::size_t>(n)];
  const Place& place = places_[static_cast<std::size_t>(m)];
  return ((rows.x.row(n) - place.middles.row(m)) * place.whitening).norm();
}

HostVector Tails::beyond(const WeightedRows& rows, std::size_t level) const {
  HostVector in(rows.size());
  for (Index n = 0; n < rows.size(); ++n) {
    const auto m = static_cast<std::size_t>(rows.mode[static_cast<std::size_t>(n)]);
    in(n) = distance(rows, n) > beyond_[m][level] ? 1 : 0;
  }
  return in;
}

Choice Tails::choose(const BothRows& rows) const {
  Choice best;
  best.what.kind = DisagreementKind::tails;
  for (std::size_t l = 0; l < tail_shares.size(); ++l) {
    const Real z = std::abs(share_z(beyond(rows.given, l).dot(rows.given.w),
                                    beyond(rows.exact, l).dot(rows.exact.w), rows));
    if (!(z > best.promise)) continue;
    best.promise = z;
    best.what.tail_share = tail_shares[l];
  }
  return best;
}

void Tails::measure(Disagreement& what, const BothRows& rows) const {
  const auto found = std::find(tail_shares.begin(), tail_shares.end(), what.tail_share);
  const auto level = static_cast<std::size_t>(found - tail_shares.begin());
  measure_share(what, beyond(rows.given, level), beyond(rows.exact, level), rows);
}

Balls::Balls(const Place& place)
    : axes_(place.whitening.leftCols(std::min(most_ball_axes, place.directions()))) {}

Choice Balls::choose(const BothRows& rows) const {
  Choice best;
  best.what.kind = DisagreementKind::region;
  best.what.region_axes = axes();
  const WeightedRows given = thinned(rows.given, most_ball_rows),
                     exact = thinned(rows.exact, most_ball_rows);
  const BothRows both{given, exact};
  const HostMatrix at_given = given.x * axes_, at_exact = exact.x * axes_;
  for (const WeightedRows* part : {&given, &exact}) {
    const HostMatrix& at = part == &given ? at_given : at_exact;
    const Index count = std::min(ball_centres, part->size());
    for (Index c = 0; c < count; ++c) {
      const Index row = c * part->size() / count;
      const HostVector centre = at.row(row).transpose();
      const Distances to_given(at_given, given.w, centre), to_exact(at_exact, exact.w, centre);
      for (const Real share : ball_shares)
        for (const Real radius : {to_given.radius_of(share), to_exact.radius_of(share)}) {
          if (!(radius > 0)) continue;
          const Real z =
              std::abs(share_z(to_given.share_within(radius), to_exact.share_within(radius), both));
          if (!(z > best.promise)) continue;
          best.promise = z;
          best.what.centre = part->x.row(row).transpose();
          best.what.radius = radius;
        }
    }
  }
  return best;
}

void Balls::measure(Disagreement& what, const BothRows& rows) const {
  const HostVector centre = axes_.transpose() * what.centre;
  const auto within = [&](const WeightedRows& part) {
    const HostMatrix away = (part.x * axes_).rowwise() - centre.transpose();
    return HostVector((away.rowwise().norm().array() <= what.radius).cast<Real>());
  };
  measure_share(what, within(rows.given), within(rows.exact), rows);
}

}  // namespace plumbline
