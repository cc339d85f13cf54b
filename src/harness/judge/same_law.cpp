// Energy distance and Kolmogorov–Smirnov on many lines, under one set of permutations.
#include "harness/judge/same_law.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "core/errors.hpp"
#include "core/rng.hpp"
#include "core/steps/stop.hpp"
#include "harness/judge/thinning.hpp"
#include "harness/statistics/distributions.hpp"
#include "harness/statistics/shuffle.hpp"

namespace plumbline {
namespace {

constexpr Index deals = 999;
constexpr Index most_energy_draws = 2000;
constexpr Index most_coordinates = 64;
constexpr Index directions = 16;
constexpr Real most_steps = 4e9;  // through sorted lines, all dealings together: some seconds

/// Equal weights: systematic resampling at the middle of each stratum to 1/Σ w² draws, then in
/// random order, because copies stand side by side.
HostMatrix equal_draws(const GivenDraws& set, const char* name, const Rng& rng,
                       std::vector<std::string>& notes) {
  if (set.log_w.size() == 0) return set.x;
  const HostVector w = set.log_w.array().exp();
  const auto size = static_cast<Index>(std::floor(1 / w.squaredNorm() * (1 + 1e-9)));
  if (size >= set.x.rows()) return set.x;
  notes.push_back(
      fmt::format("{}: {} weighted draws are taken for {} equal ones, their effective "
                  "sample size",
                  name, set.x.rows(), size));
  HostMatrix out(size, set.x.cols());
  std::vector<Index> order = numbered(size);
  shuffle(order, rng.stream(name), 0);
  Real reached = w(0);
  for (Index i = 0, n = 0; i < size; ++i) {
    const Real at = (static_cast<Real>(i) + 0.5) / static_cast<Real>(size);
    while (reached < at && n + 1 < set.x.rows()) reached += w(++n);
    out.row(order[static_cast<std::size_t>(i)]) = set.x.row(n);
  }
  return out;
}

/// Both sets, A first, in pooled standard deviations about the pooled mean; constant coordinates
/// are left as they are.
HostMatrix pooled(const HostMatrix& a, const HostMatrix& b) {
  HostMatrix x(a.rows() + b.rows(), a.cols());
  x << a, b;
  for (Index i = 0; i < x.cols(); ++i) {
    const Real size = x.col(i).cwiseAbs().maxCoeff();
    if (size > 1e100) x.col(i) /= size;  // squares must not overflow
    x.col(i).array() -= x.col(i).mean();
    const Real sd = x.col(i).norm() / std::sqrt(static_cast<Real>(x.rows()));
    // What differs by rounding alone is constant: sums along directions would make it differ more.
    const Real least = 1e-12 * (size > 1e100 ? 1 : size);
    if (sd > least)
      x.col(i) /= sd;
    else
      x.col(i).setZero();
  }
  return x;
}

struct Line {
  std::string name;
  HostVector values;         // [draw], A first
  std::vector<Index> order;  // draws by value
};

std::vector<Line> lines_of(const HostMatrix& x, const Rng& rng) {
  std::vector<Line> lines;
  const auto add = [&](std::string name, HostVector values) {
    Line line{std::move(name), std::move(values), numbered(x.rows())};
    std::sort(line.order.begin(), line.order.end(),
              [&](Index p, Index q) { return line.values(p) < line.values(q); });
    lines.push_back(std::move(line));
  };
  const Index coordinates = std::min(x.cols(), most_coordinates);
  for (Index i = 0; i < coordinates; ++i) {
    const Index column = i * x.cols() / coordinates;
    add(fmt::format("x[{}]", column), x.col(column));
  }
  if (x.cols() == 1) return lines;
  for (Index j = 0; j < directions; ++j) {
    HostVector theta(x.cols());
    for (Index i = 0; i < x.cols(); ++i)
      theta(i) = rng.normal(static_cast<std::uint64_t>(j), 0, static_cast<std::uint32_t>(i));
    add(fmt::format("direction {}", j), x * theta.normalized());
  }
  add("radius", x.rowwise().norm());
  return lines;
}

/// sup |F_A − F_B| when `in_a` says which draws are A's.
Real ks_distance(const Line& line, const std::vector<char>& in_a, Real a, Real b) {
  Index of_a = 0, of_b = 0;
  Real largest = 0;
  for (std::size_t i = 0; i < line.order.size(); ++i) {
    const Index n = line.order[i];
    ++(in_a[static_cast<std::size_t>(n)] ? of_a : of_b);
    const bool tied = i + 1 < line.order.size() && line.values(line.order[i + 1]) == line.values(n);
    if (tied) continue;
    const Real difference = static_cast<Real>(of_a) / a - static_cast<Real>(of_b) / b;
    largest = std::max(largest, std::abs(difference));
  }
  return largest;
}

/// P(distance > x) of one law on one line: e exp(−x² n) for equal sizes (Wei & Dudley 2012, theorem
/// 1); else both sets are off by their own bound (Massart 1990), the way that makes it smallest.
Real ks_bound(Real x, Real a, Real b) {
  if (a == b) return std::numbers::e * std::exp(-x * x * a);
  const Real roots = std::sqrt(a) + std::sqrt(b);
  return 4 * std::exp(-2 * x * x * a * b / (roots * roots));
}

/// Which draws are A's under each of `deals` dealings.
std::vector<char> dealt(Index a, std::vector<Index>& order, const Rng& rng, Index deal) {
  shuffle(order, rng, static_cast<std::uint64_t>(deal));
  std::vector<char> in_a(order.size(), 0);
  for (Index i = 0; i < a; ++i)
    in_a[static_cast<std::size_t>(order[static_cast<std::size_t>(i)])] = 1;
  return in_a;
}

void compare_lines(const HostMatrix& x, Index a, const Rng& rng, Real level, LawComparison& out) {
  const std::vector<Line> lines = lines_of(x, rng.stream("directions"));
  const auto of_a = static_cast<Real>(a), of_b = static_cast<Real>(x.rows() - a);
  std::vector<char> in_a(static_cast<std::size_t>(x.rows()), 0);
  std::fill(in_a.begin(), in_a.begin() + a, 1);
  for (const Line& line : lines)
    if (const Real distance = ks_distance(line, in_a, of_a, of_b);
        distance > out.widest.distance || out.widest.name.empty()) {
      const HostVector va = line.values.head(a), vb = line.values.tail(x.rows() - a);
      const Real ma = va.mean(), mb = vb.mean();
      const Real sa = (va.array() - ma).square().sum() / (of_a - 1) / of_a;
      const Real sb = (vb.array() - mb).square().sum() / (of_b - 1) / of_b;
      out.widest = {line.name, distance, mb - ma, std::sqrt(sa + sb)};
    }
  const auto count = static_cast<Real>(lines.size());
  out.p_bound = std::min<Real>(1, count * ks_bound(out.widest.distance, of_a, of_b));
  // A distance above it would have been seen: either set is off by its own bound (Massart 1990).
  const auto massart = [&](Real n) { return std::sqrt(std::log(4 * count / level) / (2 * n)); };
  out.distance_bound = std::min<Real>(1, out.widest.distance + massart(of_a) + massart(of_b));
  if (count * static_cast<Real>(x.rows()) * static_cast<Real>(deals) > most_steps) return;
  std::vector<Index> order = numbered(x.rows());
  Index as_far = 0;
  for (Index deal = 0; deal < deals; ++deal) {
    stop_if_asked();
    const std::vector<char> chosen = dealt(a, order, rng.stream("lines"), deal);
    as_far += std::any_of(lines.begin(), lines.end(), [&](const Line& line) {
      return ks_distance(line, chosen, of_a, of_b) >= out.widest.distance * (1 - 1e-9);
    });
  }
  out.p_lines = static_cast<Real>(1 + as_far) / static_cast<Real>(1 + deals);
}

/// The largest shift of a coordinate's mean that Student's intervals, at once over coordinates,
/// leave.
Real largest_shift(const HostMatrix& x, Index a, Real level) {
  const auto of_a = static_cast<Real>(a), of_b = static_cast<Real>(x.rows() - a);
  Real largest = 0;
  for (Index i = 0; i < x.cols(); ++i) {
    const HostVector va = x.col(i).head(a), vb = x.col(i).tail(x.rows() - a);
    const Real ma = va.mean(), mb = vb.mean();
    const Real error = std::sqrt((va.array() - ma).square().sum() / (of_a - 1) / of_a +
                                 (vb.array() - mb).square().sum() / (of_b - 1) / of_b);
    const Real z =
        student_quantile(1 - level / (2 * static_cast<Real>(x.cols())), std::min(of_a, of_b) - 1);
    largest = std::max(largest, std::abs(mb - ma) + z * error);
  }
  return largest;
}

/// Distances of all pairs.
HostMatrix pair_distances(const HostMatrix& x) {
  HostMatrix distances(x.rows(), x.rows());
  for (Index n = 0; n < x.rows(); ++n) {
    stop_if_asked();
    distances.row(n) = (x.rowwise() - x.row(n)).rowwise().norm();
  }
  return distances;
}

/// 2 E|X − Y| − E|X − X'| − E|Y − Y'| of dealings [N, columns] of ones for A, zeros for B: all from
/// the one product D·S. Pairs of a draw with itself are left out.
HostVector energies(const HostMatrix& distances, const HostMatrix& in_a, Real a, Real b) {
  const HostMatrix to_a = distances * in_a;
  const HostVector row_sums = distances.rowwise().sum();
  const Real total = row_sums.sum();
  HostVector out(in_a.cols());
  for (Index j = 0; j < in_a.cols(); ++j) {
    const Real within_a = in_a.col(j).dot(to_a.col(j));
    const Real a_to_all = in_a.col(j).dot(row_sums);
    const Real between = a_to_all - within_a, within_b = total - 2 * a_to_all + within_a;
    out(j) = 2 * between / (a * b) - within_a / (a * (a - 1)) - within_b / (b * (b - 1));
  }
  return out;
}

void compare_energy(const HostMatrix& x, Index a, const Rng& rng, LawComparison& out) {
  const auto chosen = [&](Index first, Index count, const char* name) {
    std::vector<Index> rows = numbered(count);
    if (count > most_energy_draws) {
      shuffle(rows, rng.stream(name), 0);
      rows.resize(static_cast<std::size_t>(most_energy_draws));
    }
    for (Index& row : rows) row += first;
    return rows;
  };
  std::vector<Index> rows = chosen(0, a, "energy draws of a");
  const auto of_a = static_cast<Index>(rows.size());
  for (const Index row : chosen(a, x.rows() - a, "energy draws of b")) rows.push_back(row);
  HostMatrix part(static_cast<Index>(rows.size()), x.cols());
  for (std::size_t i = 0; i < rows.size(); ++i) part.row(static_cast<Index>(i)) = x.row(rows[i]);
  const HostMatrix distances = pair_distances(part);
  const auto n = static_cast<Real>(of_a), m = static_cast<Real>(part.rows() - of_a);
  HostMatrix in_a = HostMatrix::Zero(part.rows(), 1);
  in_a.topRows(of_a).setOnes();
  out.energy = energies(distances, in_a, n, m)(0);
  out.energy_draws = std::min(of_a, part.rows() - of_a);
  std::vector<Index> order = numbered(part.rows());
  Index as_far = 0;
  constexpr Index batch = 111;
  for (Index deal = 0; deal < deals; deal += batch) {
    stop_if_asked();
    HostMatrix dealings(part.rows(), batch);
    for (Index j = 0; j < batch; ++j) {
      const std::vector<char> labels = dealt(of_a, order, rng.stream("energy"), deal + j);
      for (Index i = 0; i < part.rows(); ++i) dealings(i, j) = labels[static_cast<std::size_t>(i)];
    }
    as_far +=
        (energies(distances, dealings, n, m).array() >= out.energy - 1e-9 * std::abs(out.energy))
            .count();
  }
  out.p_energy = static_cast<Real>(1 + as_far) / static_cast<Real>(1 + deals);
}

}  // namespace

LawComparison compare_laws(const GivenDraws& a, const GivenDraws& b, Real level) {
  PLUMBLINE_REQUIRE(a.x.cols() == b.x.cols(), "draws in {} and {} dimensions", a.x.cols(),
                    b.x.cols());
  const Rng rng = Rng::from_seed(0).stream("one law");
  LawComparison out;
  const HostMatrix xa = equal_draws(thinned(a, "A", out.notes), "A", rng, out.notes);
  const HostMatrix xb = equal_draws(thinned(b, "B", out.notes), "B", rng, out.notes);
  PLUMBLINE_REQUIRE(xa.rows() >= fewest_to_compare && xb.rows() >= fewest_to_compare,
                    "{} and {} draws", xa.rows(), xb.rows());
  out.a = xa.rows();
  out.b = xb.rows();
  out.d = xa.cols();
  const HostMatrix x = pooled(xa, xb);
  compare_lines(x, out.a, rng, level, out);
  out.shift_bound = largest_shift(x, out.a, level);
  compare_energy(x, out.a, rng, out);
  // Without dealings p_lines stays 1: a test that was not made.
  out.p_value = std::min<Real>(1, 3 * std::min({out.p_energy, out.p_lines, out.p_bound}));
  return out;
}

}  // namespace plumbline
