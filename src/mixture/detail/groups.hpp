// Components of one variance, sixty-four neighbours to a group: which groups a point need not look
// at. mixture/README §6. Private to mixture/.
#pragma once

#include "mixture/block.hpp"

namespace plumbline::detail {

inline constexpr int group_size = 64;
/// From here on groups are made, for mixtures of one variance in at most `grouped_dimensions`:
/// boxes of 64 neighbours say nothing in high dimension.
inline constexpr int grouped_from = 512, grouped_dimensions = 4;

/// Fills `groups` of a mixture that has them: halves of the widest side, halved again.
///   cost  K log K on the host
void group_components(const GaussianMixture& mixture, FactoredMixture& factored);

/// Room for the tables of a level in the order of the groups, so that a group is read as it lies in
/// memory; then its numbers.
void reserve_grouped(MixtureTables& tables);
void fill_grouped(const Exec& exec, const MixtureTables& tables);
/// True where points may leave out groups: there are any, and what a point hears is smaller than
/// the mixture. The same tables with components in the order of the groups.
bool leaves_out_groups(const MixtureTables& tables);
MixtureTables in_group_order(MixtureTables tables);

/// A group is left out of a point's sums when all of it weighs less than 2^−100 times the largest
/// weight of one component: of up to 2^20 groups less than 2^−80 of the sum. Said of each point by
/// itself, whatever the others of its block do.
///
/// ½ D²/S − log Σ π_k of the group, D the distance from the point to the group's box, is at most
/// ½ (a μ_k − z)²/S − log π_k of its components together; `limit` is 100 log 2 more than the latter
/// of one component. What rounding does to either is made up for: `slack` in the boxes, 2^−40 of
/// the squares (dimensions ≤ 4).
struct GroupBounds {
  static constexpr Real negligible = 0x1.5a92d6d005c93p+6;  // 100 log 2
  const MixtureTables& tables;                              ///< in group order
  Real slack;

  KOKKOS_INLINE_FUNCTION explicit GroupBounds(const MixtureTables& t)
      : tables(t), slack(0x1p-48 * t.level.alpha * t.mixture.largest_mean) {}

  KOKKOS_INLINE_FUNCTION int groups() const { return tables.mixture.group_boxes.extent_int(0); }
  /// Members of group g, in the order of the groups.
  KOKKOS_INLINE_FUNCTION int first(int g) const { return g * group_size; }
  KOKKOS_INLINE_FUNCTION int last(int g) const {
    const int end = first(g) + group_size, components = tables.mixture.components;
    return end < components ? end : components;
  }

  /// Least ½ (distance)²/S − log weight that the whole group can have.   cost  5 D flops per point
  template <int W, class R>
  KOKKOS_INLINE_FUNCTION Lanes<W> least(int g, int d, R& rows) const {
    const Matrix& boxes = tables.mixture.group_boxes;
    Lanes<W> square = {};
    for (int i = 0; i < d; ++i) {
      const Real low = tables.level.alpha * boxes(g, 2 * i);
      const Real high = tables.level.alpha * boxes(g, 2 * i + 1);
      const Real* z = rows(0, i);
#pragma omp simd
      for (int w = 0; w < W; ++w) {
        const Real below = low - z[w], above = z[w] - high;
        const Real outside = (below > above ? below : above) - slack;
        const Real gap = outside > 0 ? outside : Real(0);
        square[w] = Kokkos::fma(gap, gap, square[w]);
      }
    }
    const Real half = Real(0.5) * tables.precision(0, 0) * (1 - 0x1p-40);
    const Real log_weight = boxes(g, 2 * d);
    Lanes<W> bound;
#pragma omp simd
    for (int w = 0; w < W; ++w) bound[w] = Kokkos::fma(half, square[w], -log_weight);
    return bound;
  }

  /// Above which a group's `least` leaves it out, per lane: from the best component of the group
  /// that could be best, which is `nearest`. ∞ where all densities underflow: then nothing is left
  /// out.
  template <int W, class R>
  KOKKOS_INLINE_FUNCTION Lanes<W> limits(int d, R& rows, int (&nearest)[W]) const {
    Lanes<W> best;
    for (int w = 0; w < W; ++w) {
      best[w] = infinity;
      nearest[w] = 0;
    }
    for (int g = 0; g < groups(); ++g) {
      const Lanes<W> bound = least<W>(g, d, rows);
      for (int w = 0; w < W; ++w) {
        nearest[w] = bound[w] < best[w] ? g : nearest[w];
        best[w] = bound[w] < best[w] ? bound[w] : best[w];
      }
    }
    Lanes<W> limit;
    for (int w = 0; w < W; ++w)
      limit[w] = Kokkos::fma(best_cost(nearest[w], d, rows, w), 1 + 0x1p-40, negligible);
    return limit;
  }

  /// Least ½ (distance)²/S − log weight of a group's components, lane w.
  template <class R>
  KOKKOS_INLINE_FUNCTION Real best_cost(int g, int d, R& rows, int w) const {
    const Real half = Real(0.5) * tables.precision(0, 0);
    Real best = infinity;
    for (int k = first(g); k < last(g); ++k) {
      Real square = 0;
      for (int i = 0; i < d; ++i) {
        const Real y = (tables.mean(k, i) - rows(0, i)[w]) + tables.mean_low(k, i);
        square = Kokkos::fma(y, y, square);
      }
      const Real cost = Kokkos::fma(half, square, -tables.mixture.log_weights(k));
      best = cost < best ? cost : best;
    }
    return best;
  }
};

/// What each point leaves out, and the order in which points that hear the same groups share a
/// block. A row's bits do not depend on it.
struct PointOrder {
  IndexVector rows;  ///< [n]; empty: as they come, where a thread takes one point
  Vector limit;      ///< [n]
  KOKKOS_INLINE_FUNCTION Index row(Index n) const { return rows.extent(0) > 0 ? rows(n) : n; }
};
/// Places the points of each nearest group behind those of the group before.
///   nearest [n];  starts [groups + 1] work;  rows [n]
void order_by_group(const Exec& exec, const IndexVector& nearest, const IndexVector& starts,
                    const IndexVector& rows);

template <int D>
struct FindLimits {
  static constexpr int W = block_width;
  MixtureTables tables;
  Matrix z;
  Vector limit;
  IndexVector nearest;

  KOKKOS_FUNCTION void operator()(Index block) const {
    Rows<D, W, 1> rows;
    load<W>(z, block * W, D, rows);
    int of[W];
    const Lanes<W> limits = GroupBounds(tables).template limits<W>(D, rows, of);
    for (int w = 0; w < lanes_used<W>(z, block * W); ++w) {
      limit(block * W + w) = limits[w];
      nearest(block * W + w) = of[w];
    }
  }
};

/// Tables in group order.   cost  12 D flops per point and group
template <int D>
PointOrder order_points(const Exec& exec, const MixtureTables& tables, const Matrix& z) {
  const Index n = z.extent(0);
  PointOrder out;
  out.limit = make_vector("limit", n);
  const IndexVector nearest = make_index_vector("nearest", n);
  parallel_over(exec, "plumbline::mixture::find_limits", (n + block_width - 1) / block_width,
                FindLimits<D>{tables, z, out.limit, nearest});
  if (block_width > 1) {
    out.rows = make_index_vector("rows", n);
    order_by_group(exec, nearest,
                   make_index_vector("starts", tables.mixture.group_boxes.extent(0) + 1), out.rows);
  }
  return out;
}

}  // namespace plumbline::detail
