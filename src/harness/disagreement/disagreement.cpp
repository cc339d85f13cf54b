// What is chosen by one part of the draws is measured by the other.
#include "harness/disagreement/disagreement.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "harness/disagreement/modes.hpp"
#include "harness/disagreement/shares.hpp"
#include "harness/statistics/distributions.hpp"

namespace plumbline {
namespace {

constexpr Real choosing = 1.0 / 3;  // of the draws
constexpr Index most_axes_looked_at = 64;
constexpr Index fewest_exact_draws = 20'000, most_exact_draws = 100'000;
constexpr Real most_exact_numbers = 4e6, most_responsibilities = 4e7;
constexpr int fewest_sets_between = 8;  // for errors between sets
constexpr int most_places = 8;          // modes looked at by themselves
constexpr Real plainer = 1.15;          // what one mode must promise beyond all together
constexpr Real fewest_in_place = 30;    // draws that choose

/// All sets, in working coordinates: x · basis where there is one.
class Heap {
 public:
  Heap(const Exec& exec, const Modes& modes, const HostMatrix& basis)
      : exec_(exec), modes_(modes), basis_(basis) {}

  WeightedRows of(const std::vector<Ensemble>& sets, bool weighted) const {
    Index rows = 0;
    for (const Ensemble& set : sets) rows += set.draws();
    WeightedRows out;
    out.sets = static_cast<int>(sets.size());
    out.by_sets = weighted && out.sets >= fewest_sets_between;
    const Index q = basis_.size() > 0 ? basis_.cols() : sets.front().dimension();
    out.x.resize(rows, q);
    out.w.resize(rows);
    Index at = 0;
    for (std::size_t s = 0; s < sets.size(); ++s) {
      const HostMatrix x = to_host_matrix(sets[s].x);
      const HostVector w = to_host_vector(sets[s].log_w).array().exp();
      out.x.middleRows(at, x.rows()) = basis_.size() > 0 ? HostMatrix(x * basis_) : x;
      out.w.segment(at, x.rows()) = w / Real(sets.size());
      const std::vector<int> mode = modes_.of(exec_, sets[s].x);
      out.mode.insert(out.mode.end(), mode.begin(), mode.end());
      out.set.insert(out.set.end(), mode.size(), static_cast<int>(s));
      at += x.rows();
    }
    return out;
  }

 private:
  Exec exec_;
  const Modes& modes_;
  const HostMatrix& basis_;
};

/// The leading principal axes of the target [d, 64]; empty where all coordinates are looked at.
HostMatrix working_basis(const Problem& problem) {
  const Index d = problem.dimension();
  if (d <= most_axes_looked_at) return {};
  const HostMatrix axes = symmetric_eigen(problem.target_covariance()).vectors;
  return axes.rightCols(most_axes_looked_at).rowwise().reverse();  // the widest first
}

/// All rows of the two parts.
struct Looked {
  BothRows choose, measure;
  int modes = 1;
};

/// The best choice of a kind over places: all modes together, and the heaviest by themselves.
template <class Choose>
std::pair<Choice, const Place*> over_places(const std::vector<Place>& places, const BothRows& rows,
                                            const Choose& choose) {
  std::pair<Choice, const Place*> best{{}, nullptr};
  for (const Place& place : places) {
    const BothRows here = place.of(rows);
    if (here.given.size() < 2 || 1 / here.given.squares() < fewest_in_place) continue;
    Choice choice = choose(place, here);
    choice.what.mode = place.mode;
    const bool alone = best.second && best.second->mode < 0;  // against all modes together
    if (!best.second || choice.promise > best.first.promise * (alone ? plainer : 1))
      best = {std::move(choice), &place};
  }
  return best;
}

std::vector<Disagreement> measured_kinds(const Looked& looked) {
  std::vector<Disagreement> all;
  if (looked.modes > 1)
    if (Choice mass = choose_mass(looked.modes, looked.choose); mass.promise > 0) {
      measure_mass(mass.what, looked.measure);
      all.push_back(mass.what);
    }
  const HostMatrix middles = middles_of(looked.choose.exact, looked.modes);
  std::vector<Place> places = {place_of(looked.choose.exact, -1, middles)};
  for (int m = 0; looked.modes > 1 && m < std::min(looked.modes, most_places); ++m)
    if (looked.choose.exact.share(m) > 0)
      places.push_back(place_of(looked.choose.exact, m, middles));
  if (auto [location, place] = over_places(places, looked.choose, choose_location); place) {
    measure_location(location.what, place->of(looked.measure));
    all.push_back(location.what);
  }
  if (auto [shape, place] = over_places(places, looked.choose, choose_shape);
      place && shape.promise > 0) {
    measure_shape(shape.what, *place, place->of(looked.measure));
    all.push_back(shape.what);
  }
  const Tails tails(looked.choose.exact, looked.modes, middles);
  if (Choice choice = tails.choose(looked.choose); choice.promise > 0) {
    tails.measure(choice.what, looked.measure);
    all.push_back(choice.what);
  }
  const Balls balls(places.front());
  if (balls.axes() > 0)
    if (Choice choice = balls.choose(looked.choose); choice.promise > 0) {
      balls.measure(choice.what, looked.measure);
      all.push_back(choice.what);
    }
  return all;
}

/// Simultaneous intervals on the scale on which each error was taken.
void add_interval(Disagreement& what, Real z) {
  const Real half = z * what.error;
  what.low = what.value - half;
  what.high = what.value + half;
  if (what.kind == DisagreementKind::spread && what.value > 0) {
    what.low = what.value * std::exp(-half / what.value);
    what.high = what.value * std::exp(half / what.value);
  } else if (what.kind == DisagreementKind::dependence) {
    const Real at = std::atanh(std::clamp<Real>(what.value, -1 + 1e-12, 1 - 1e-12));
    const Real scaled = half / std::max<Real>(1e-12, 1 - what.value * what.value);
    what.low = std::tanh(at - scaled);
    what.high = std::tanh(at + scaled);
  }
}

bool stands_by(const std::vector<Disagreement>& lines, DisagreementKind kind) {
  return std::any_of(lines.begin(), lines.end(),
                     [&](const Disagreement& line) { return line.kind == kind; });
}

/// Places by |z|; a region, which may show anything, behind what has a name.
Real rank_of(const Disagreement& line) {
  return std::abs(line.z) * (line.kind == DisagreementKind::region ? 0.8 : 1);
}

/// The furthest out first; what shows something stronger once more is left out.
std::vector<Disagreement> said(std::vector<Disagreement> standing) {
  std::stable_sort(
      standing.begin(), standing.end(),
      [](const Disagreement& a, const Disagreement& b) { return rank_of(a) > rank_of(b); });
  std::vector<Disagreement> lines;
  for (Disagreement& line : standing) {
    const bool of_spread =
        line.kind == DisagreementKind::spread || line.kind == DisagreementKind::dependence;
    if (line.kind == DisagreementKind::tails && (stands_by(lines, DisagreementKind::spread) ||
                                                 stands_by(lines, DisagreementKind::dependence) ||
                                                 stands_by(lines, DisagreementKind::location)))
      continue;
    if (of_spread && stands_by(lines, DisagreementKind::tails)) continue;
    if (lines.size() < most_lines) lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace

WhereWrong where_wrong(const Exec& exec, const Problem& problem, const std::vector<Ensemble>& sets,
                       const std::function<void(HostMatrix&)>& written, Real level, Rng rng) {
  Real effective = 0;
  bool weighted = false;
  for (const Ensemble& set : sets) {
    if (!has_finite_squares(exec, set))
      return {{}, "some draws are too large to be squared: the sampler diverged"};
    const Real size = effective_sample_size(exec, set);
    effective += size;
    weighted = weighted || size < Real(set.draws()) * (1 - 1e-9);
  }
  if (effective < fewest_for_where)
    return {{}, fmt::format("{:.0f} draws are too few to say where", effective)};
  const HostMatrix basis = working_basis(problem);
  const Index d = problem.dimension();
  const Index wanted =
      std::clamp<Index>(static_cast<Index>(50 * effective), fewest_exact_draws, most_exact_draws);
  const Real affordable =
      std::min(most_exact_numbers / Real(d),
               most_responsibilities / Real(problem.target_components().components()));
  const Index n = std::max<Index>(2000, std::min(wanted, Index(affordable)));
  HostMatrix exact = to_host_matrix(problem.draw_exact(exec, n, rng.stream("exact")));
  written(exact);
  const Ensemble exact_set = equally_weighted(to_device("plumbline::harness::exact", exact));
  const Modes modes(exec, problem, exact_set.x);
  const Heap heap(exec, modes, basis);
  const WeightedRows exact_rows = heap.of({exact_set}, false);
  const DealtRows given = deal_rows(heap.of(sets, weighted), choosing, rng.stream("given")),
                  dealt = deal_rows(exact_rows, 0.5, rng.stream("dealt"));
  const Looked looked{{given.choose, dealt.choose}, {given.measure, dealt.measure}, modes.count()};

  // masses (of several modes), location, spread or dependence, tails, region
  const Real kinds = looked.modes > 1 ? 5 : 4;
  const Real z = normal_quantile(1 - level / (2 * kinds));
  const HostMatrix middles = middles_of(dealt.choose, looked.modes);
  WhereWrong out;
  std::vector<Disagreement> standing;
  for (Disagreement& what : measured_kinds(looked)) {
    if (!(std::abs(what.z) > z)) continue;
    add_interval(what, z);
    what.within_modes = what.mode < 0 && looked.modes > 1;
    if (what.mode >= 0 && looked.modes > 1) {
      what.components = modes.components(what.mode);
      what.centre = middles.row(what.mode).transpose();
    }
    if (basis.size() > 0) {
      if (what.direction.size() > 0) what.direction = basis * what.direction;
      if (what.centre.size() > 0) what.centre = basis * what.centre;
      what.of_axes = true;
    }
    standing.push_back(std::move(what));
  }
  out.lines = said(std::move(standing));
  if (out.lines.empty()) out.silence = "no mode, direction, tail or region stands out by itself";
  return out;
}

}  // namespace plumbline
