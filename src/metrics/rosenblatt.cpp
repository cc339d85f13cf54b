// metrics/rosenblatt.cpp – Rosenblatt's transform of every draw under the exact posterior: uniform
// numbers, one per coordinate, independent of each other. How far are they from that?
//
// As normal scores g = Φ⁻¹(U) they are d independent standard normals, and so is every projection
// on a line: coordinates see what a coordinate does given those before it, random directions how
// scores hang together, and all n d numbers in one list what every coordinate does a little.
#include <algorithm>
#include <cmath>

#include "core/normal.hpp"
#include "metrics/estimates/weighted.hpp"
#include "metrics/marginals/rosenblatt_scores.hpp"
#include "metrics/metric.hpp"
#include "metrics/transport/projection.hpp"

namespace plumbline::rosenblatt {

struct Settings {
  int directions = 32;

  void visit(auto&& field) {
    field("directions", directions, "random directions of the normal scores, beside coordinates",
          at_least(0));
  }
};

/// square(j) = ∫_0^1 (F_P(u) − u)²/(u (1 − u)) du, u = Φ(g), of the draws along direction j.
///
/// Between neighbours F_P is constant, so with levels c_0 = 0, c_1 … c_n = 1 this is
///
///     −1 − Σ_i ((c_i² − c_{i−1}²) log Φ(g_i) + ((1 − c_{i−1})² − (1 − c_i)²) log Φ(−g_i)),
///
/// for equal weights A²/n (Anderson & Darling 1952). Summed with the rounding carried (Kahan).
void anderson_darling(const Exec& exec, const ProjectedDraws& draws, const Vector& square) {
  const Index n = draws.draws();
  parallel_over(
      exec, "plumbline::metrics::anderson_darling", draws.directions(), KOKKOS_LAMBDA(Index j) {
        Real sum = 1, carried = 0, below = 0;
        for (Index i = 0; i < n; ++i) {
          const Real level = draws.level(j, i), step = level - below, g = draws.x(j, i);
          const Real term = step * ((level + below) * log_normal_cdf(g) +
                                    (2 - level - below) * log_normal_cdf(-g));
          const Real add = term - carried, next = sum + add;
          carried = (next - sum) - add;
          sum = next;
          below = level;
        }
        square(j) = -sum;
      });
}

/// column(n d + i) = g(n, i), each with the weight of its draw over d.
///   shapes  g [n, d], log_w [n] → column [n d, 1], shared [n d]
void in_one_list(const Exec& exec, const Ensemble& scores, const Ensemble& list) {
  const int d = scores.dimension();
  const Real log_d = std::log(static_cast<Real>(d));
  const Matrix g = scores.x, column = list.x;
  const Vector log_w = scores.log_w, shared = list.log_w;
  parallel_over(
      exec, "plumbline::metrics::in_one_list", column.extent(0), KOKKOS_LAMBDA(Index index) {
        column(index, 0) = g(index / d, index % d);
        shared(index) = log_w(index / d) - log_d;
      });
}

/// The coordinates, and `count` random directions of d ≥ 2 of them.   shapes  → [d (+ count), d]
HostMatrix lines(const Exec& exec, Rng rng, Index count, int d) {
  HostMatrix all = HostMatrix::Identity(d, d);
  if (d < 2 || count == 0) return all;
  all.conservativeResize(d + count, d);
  all.bottomRows(count) = to_host_matrix(random_directions(exec, rng, count, d));
  return all;
}

/// Lines that are looked at together: about 2^21 numbers.
Index lines_together(Index n) {
  return std::max<Index>(1, (Index{1} << 21) / n);
}

/// The largest square along the lines.
Real largest_square(const Exec& exec, const Ensemble& scores, const HostMatrix& directions) {
  const Index batch = std::min<Index>(lines_together(scores.draws()), directions.rows());
  const LineRoom room = line_room(exec, scores, HostVector::Zero(scores.dimension()), batch);
  Real largest = 0;
  for (Index first = 0; first < directions.rows(); first += batch) {
    const Index count = std::min(batch, directions.rows() - first);
    const Vector square = make_vector("square", count);
    const HostMatrix part = directions.middleRows(first, count);
    anderson_darling(exec, project(exec, room, to_device("lines", part)), square);
    exec.fence("plumbline::metrics::rosenblatt");
    for (const Real s : to_host(square)) largest = std::max(largest, s);
  }
  return largest;
}

class Rosenblatt final : public Metric {
 public:
  using Settings = rosenblatt::Settings;
  explicit Rosenblatt(const Settings& settings) : settings_(settings) {}

  Needs needs(const Problem& problem, Index n) const override {
    if (!problem.is_mixture()) return {};
    const Real d = problem.dimension();
    Needs needs = rosenblatt_needs(problem.posterior(), n);
    const Real together =
        std::min(Real(lines_together(std::max<Index>(n, 1))), d + Real(settings_.directions));
    needs.push_back({"draws", "normal scores, and all of them sorted",
                     bytes_of(Real(n) * (8 * d + 2 + 4 * together))});
    return needs;
  }

  Estimate evaluate(const Exec& exec, const MetricInput& input) const override {
    if (!measurable(exec, input.ensemble) || !input.problem.is_mixture()) return {};
    const Index n = input.ensemble.draws();
    const int d = input.ensemble.dimension();
    const Ensemble scores{make_matrix("scores", n, d), input.ensemble.log_w};
    rosenblatt_scores(exec, without_negligible(input.problem.posterior()), input.rng.stream("ties"),
                      input.ensemble.x, scores.x);
    const Rng rng = input.rng.stream("directions");
    Real square = largest_square(exec, scores, lines(exec, rng, settings_.directions, d));
    if (d > 1) {  // d times as many numbers: their square is as large as one coordinate's over d
      const Ensemble list{make_matrix("list", n * d, 1), make_vector("shared", n * d)};
      in_one_list(exec, scores, list);
      square = std::max(square, d * largest_square(exec, list, HostMatrix::Ones(1, 1)));
    }
    return {.value = std::sqrt(square)};
  }

 private:
  Settings settings_;
};

}  // namespace plumbline::rosenblatt

namespace plumbline {

MetricEntry rosenblatt_metric() {
  return metric_entry<rosenblatt::Rosenblatt>(
      {.name = "rosenblatt",
       .long_name = "Rosenblatt transform's distance from uniform",
       .units = "1",
       .better = Better::lower,
       .needs_mixture = true,
       .summary =
           "U_ni = F_Q(x_ni | x_n1 … x_n,i−1), the exact conditional distribution functions: on "
           "exact draws independent and uniform over all n and i. √ of the largest "
           "∫ (F_P(u) − u)²/(u (1 − u)) du (Anderson–Darling over n) among the coordinates, random "
           "directions of the normal scores Φ⁻¹(U_n), and d times that of all n d numbers in one "
           "list. About 1.3/√n on exact draws in the plane. Where the target has atoms (points, "
           "noise-free directions) the place within a jump is drawn. Sees location, spread, tails "
           "and dependence at once. No standard error. NaN where the posterior is no mixture",
       .reference = "Rosenblatt 1952; Anderson & Darling 1952",
       .cost = "O(n K d + n (d + directions) log n), full covariances O(n K d² + K d³)"});
}

}  // namespace plumbline
