// The crescent's reference: the midpoint rule in the plane, refined until it holds still.
#include <algorithm>
#include <cmath>

#include "core/errors.hpp"
#include "core/reduce.hpp"
#include "core/steps/stop.hpp"
#include "mixture/pair.hpp"
#include "problem/observations/crescent_likelihood.hpp"
#include "problem/observations/prior_proposal.hpp"

namespace plumbline {
namespace {

constexpr Real box_deviations = 12;
constexpr int first_grid = 256, last_grid = 4096;
constexpr Real settled = 1e-10;    ///< change that ends the refinement, relative to the scale
constexpr Real at_border = 1e-12;  ///< share of the mass that may lie in the outermost 1/64

/// [low_1, low_1 + side_1] × …
struct Box {
  Real low[2], side[2];
};

Box box_of(const FactoredMixture& prior, Real deviations) {
  const auto means = host_copy(prior.means), values = host_copy(prior.eigenvalues);
  Box box;
  for (int i = 0; i < 2; ++i) {
    Real low = infinity, high = -infinity;
    for (int k = 0; k < prior.components; ++k) {
      Real widest = 0;
      for (int j = 0; j < values.extent_int(1); ++j) widest = std::max(widest, values(k, j));
      low = std::min(low, means(k, i) - deviations * std::sqrt(widest));
      high = std::max(high, means(k, i) + deviations * std::sqrt(widest));
    }
    box.low[i] = low;
    box.side[i] = high - low;
  }
  return box;
}

/// The integrand on a grid of side² midpoints.
struct Grid {
  MixtureTables prior;
  Crescent o;
  Box box;
  int side;

  struct Point {
    Real z[2];
    KOKKOS_INLINE_FUNCTION Real operator()(int i) const { return z[i]; }
  };

  KOKKOS_INLINE_FUNCTION Point point(Index n) const {
    return {{box.low[0] + box.side[0] * (Real(n / side) + Real(0.5)) / side,
             box.low[1] + box.side[1] * (Real(n % side) + Real(0.5)) / side}};
  }
  /// log p(z) − (y − f(z))²/2ξ
  KOKKOS_INLINE_FUNCTION Real log_integrand(const Point& z) const {
    OnlineLogSum p;
    for (int k = 0; k < prior.mixture.components; ++k) p.add(log_joint(prior, k, z));
    const Real r = crescent_residual(o.c, o.y, z(0), z(1));
    return p.value() - r * r / (2 * o.xi);
  }
  KOKKOS_INLINE_FUNCTION bool near_border(Index n) const {
    const Index i = n / side, j = n % side, margin = side / 64;
    return i < margin || j < margin || i >= side - margin || j >= side - margin;
  }
};

struct LogIntegrand {
  Grid grid;
  KOKKOS_FUNCTION Real operator()(Index n) const { return grid.log_integrand(grid.point(n)); }
};

/// 1, mass near the border, z and z zᵀ, then the components' shares.
constexpr int moments = 7;
struct Moments {
  Grid grid;
  Real max;

  KOKKOS_FUNCTION void operator()(Index n, Real* sums) const {
    const Grid::Point z = grid.point(n);
    const Real l = grid.log_integrand(z);
    const Real weight = exp(l - max);
    if (weight == 0) return;
    sums[0] += weight;
    if (grid.near_border(n)) sums[1] += weight;
    sums[2] += weight * z(0);
    sums[3] += weight * z(1);
    sums[4] += weight * z(0) * z(0);
    sums[5] += weight * z(0) * z(1);
    sums[6] += weight * z(1) * z(1);
    const Real r = crescent_residual(grid.o.c, grid.o.y, z(0), z(1));
    const Real log_p = l + r * r / (2 * grid.o.xi);
    for (int k = 0; k < grid.prior.mixture.components; ++k)
      sums[moments + k] += weight * exp(log_joint(grid.prior, k, z) - log_p);
  }
};

struct Integrals {
  Real log_total;          ///< log ∫ p(z) e^{−(y − f)²/2ξ}
  std::vector<Real> mean;  ///< of the list above
};

/// Chunks first, first + 1, … of a reduction.
template <class Chunks>
struct Band {
  Chunks chunks;
  Index first;
  KOKKOS_FUNCTION void operator()(Index c) const { chunks(first + c); }
};

/// All chunks of a reduction, 2^18 points at a time: of a prior with many components the whole grid
/// takes minutes, and somebody may want it dropped.
template <class Chunks>
void in_bands(const Exec& exec, const char* label, Index count, const Chunks& chunks) {
  constexpr Index together = 256;
  for (Index first = 0; first < count; first += together) {
    stop_if_asked();
    parallel_over(exec, label, std::min(together, count - first), Band<Chunks>{chunks, first});
    exec.fence(label);
  }
}

/// fixed_max and fixed_sums to the bit.
Integrals integrate(const Exec& exec, const Grid& grid) {
  const Index points = Index(grid.side) * grid.side, chunks = reduction::chunks(points);
  const Vector partial_max = make_vector("plumbline::problem::crescent_max", chunks);
  in_bands(exec, "plumbline::problem::crescent_max", chunks,
           reduction::ChunkMax<LogIntegrand>{points, LogIntegrand{grid}, partial_max});
  const Real max = propagating_max(to_host(partial_max));
  const Index width = moments + grid.prior.mixture.components;
  const Matrix partial = make_matrix("plumbline::problem::crescent_moments", chunks, width);
  in_bands(exec, "plumbline::problem::crescent_moments", chunks,
           reduction::ChunkSums<Moments>{points, Moments{grid, max}, partial});
  std::vector<Real> sums = pairwise_sum_rows(to_host(partial), width);
  const Real total = sums[0];
  for (Real& sum : sums) sum /= total;
  return {max + std::log(total * grid.box.side[0] * grid.box.side[1] / Real(points)),
          std::move(sums)};
}

/// Whether no number moved: shares of mass on the scale of 1, moments on that of the box.
bool agree(const Integrals& a, const Integrals& b, const Box& box) {
  if (!(std::abs(a.log_total - b.log_total) < settled)) return false;
  std::vector<Real> scale(a.mean.size(), 1);
  scale[2] = box.side[0];
  scale[3] = box.side[1];
  scale[4] = box.side[0] * box.side[0];
  scale[5] = box.side[0] * box.side[1];
  scale[6] = box.side[1] * box.side[1];
  for (std::size_t i = 0; i < scale.size(); ++i)
    if (!(std::abs(a.mean[i] - b.mean[i]) < settled * scale[i])) return false;
  return true;
}

/// A bound of the acceptance that costs nothing: within 5 deviations of the components f stays
/// between two numbers, beyond lie 1.2e-6 of the prior at most.
Real most_acceptance(const FactoredMixture& prior, const Crescent& o) {
  const Box box = box_of(prior, 5);
  const Real left = box.low[0], right = left + box.side[0];
  const Real least_square = left < 0 && right > 0 ? 0 : std::min(left * left, right * right);
  const Real below = box.low[1] / o.c, above = (box.low[1] + box.side[1]) / o.c;
  const Real least = std::min(below, above) + (least_square + o.c * o.c) / 2;
  const Real most = std::max(below, above) + (std::max(left * left, right * right) + o.c * o.c) / 2;
  const Real gap = std::max({Real(0), o.y - most, least - o.y});
  return 1.2e-6 + std::exp(-gap * gap / (2 * o.xi));
}

void refuse_unlikely(const Crescent& o, Real acceptance) {
  throw SpecError(
      "y", fmt::format("{}", o.y),
      fmt::format("must be likelier, or xi larger: rejection from the prior accepts {:.2g} "
                  "of its proposals, exact draws need {:.2g}",
                  acceptance, least_acceptance));
}

/// Throws unless the posterior lies inside the box and rejection reaches it.
void require_reached(const Integrals& found, const Crescent& o) {
  if (!(found.mean[1] < at_border))
    throw SpecError(
        "y", fmt::format("{}", o.y),
        fmt::format("must be a y that the prior reaches: the posterior leaves the box of {} "
                    "standard deviations around it",
                    box_deviations));
  if (!(found.log_total >= std::log(least_acceptance)))
    refuse_unlikely(o, std::exp(found.log_total));
}

CrescentReference as_reference(const Integrals& found, const Crescent& o) {
  const std::vector<Real>& m = found.mean;
  CrescentReference out = {found.log_total - (log_2pi + std::log(o.xi)) / 2, {}};
  out.moments.mean = HostVector(2);
  out.moments.mean << m[2], m[3];
  out.moments.covariance = HostMatrix(2, 2);
  out.moments.covariance << m[4], m[5], m[5], m[6];
  out.moments.covariance -= out.moments.mean * out.moments.mean.transpose();
  const auto components = static_cast<Index>(m.size()) - moments;
  out.moments.log_responsibilities =
      HostVector::Map(m.data() + moments, components).array().log().matrix();
  return out;
}

}  // namespace

CrescentReference crescent_reference(const Exec& exec, const FactoredMixture& prior,
                                     const Crescent& o) {
  if (const Real most = most_acceptance(prior, o); most < least_acceptance)
    refuse_unlikely(o, most);
  Grid grid = {tables_at(exec, prior, NoiseLevel{}), o, box_of(prior, box_deviations), first_grid};
  // |∇f| ≥ 1/|c|, so the posterior is nowhere wider than √ξ |c| across: too thin for the last grid?
  const Real spacing = std::max(grid.box.side[0], grid.box.side[1]) / last_grid;
  const bool hopeless = std::sqrt(o.xi) * std::abs(o.c) < spacing / 2;
  Integrals coarse = integrate(exec, grid);
  while (grid.side < last_grid && !hopeless) {
    grid.side *= 2;
    Integrals fine = integrate(exec, grid);
    const bool done = agree(coarse, fine, grid.box);
    coarse = std::move(fine);
    if (!done) continue;
    require_reached(coarse, o);
    return as_reference(coarse, o);
  }
  throw SpecError(
      "xi", fmt::format("{}", o.xi),
      fmt::format("must be larger; else c nearer 1, a y that the prior reaches or a prior of fewer "
                  "scales: {}² points do not resolve the posterior",
                  last_grid));
}

}  // namespace plumbline
