// A mixture on a line by interpolation: F, f, f′, f″ and M at equidistant nodes, as many as make it
// exact for every purpose here, so that neither the distance function nor the quantiles of draws
// cost an evaluation of the mixture.
//
// Between two nodes h apart F is the polynomial of degree 7 that has the four derivatives at both.
// Its error is F⁽⁸⁾ h⁸ (t (1 − t))⁴/8!, t in [0, 1], whose integral over the piece is at most
//
//     h Σ_k w_k min(1, 31/(8! · 630) (h/s_k)⁸),
//
// since |φ⁽⁷⁾| < 31 (Cramér's bound on Hermite functions: 1.0865 √7!/√2π). Where the weighted bound
// is below 1e-12 of the spread the row is fine; a row that would need too many nodes is not.
#pragma once

#include "metrics/transport/line_mixture.hpp"

namespace plumbline {

/// Nodes of every row.
struct FineTable {
  IndexVector nodes;   ///< of a row, 0 where none are enough [M]
  Vector start, step;  ///< x of node 0, and h [M]
  Cube at;             ///< F, h f, h² f′/2, h³ f″/6, M of a node [M, most nodes, 5]
};

/// At most `most` nodes a row.   cost  an evaluation of the mixture per node
FineTable fine_table(const Exec& exec, const ProjectedMixture& mixture, Index most);

/// How many nodes are worth it for n draws, whatever K: evaluating at draws and for their quantiles
/// costs two to three evaluations of each.
constexpr Index most_nodes(Index n) {
  const Index many = n < 4096 ? 512 : 1024, few = (2 * n + 15) / 16 * 16;
  return few < many ? few : many;
}

/// F between two nodes, t from 0 to 1. Written out and always inlined: gcc vectorises no loop that
/// still contains a loop or a call.
struct Septic {
  Real c0, c1, c2, c3, c4, c5, c6, c7;

  /// From F, hf, h²f′/2, h³f″/6 at either end.
  KOKKOS_FORCEINLINE_FUNCTION static Septic between(Real c0, Real c1, Real c2, Real c3, Real e0,
                                                    Real e1, Real e2, Real e3) {
    // What the first four leave of the values at the end is t⁴ (a0 + a1 (t − 1) + … a3 (t − 1)³).
    const Real a0 = e0 - c0 - (c1 + (c2 + c3));
    const Real a1 = (e1 - c1 - (2 * c2 + 3 * c3)) - 4 * a0;
    const Real a2 = (e2 - c2 - 3 * c3) - (4 * a1 + 6 * a0);
    const Real a3 = (e3 - c3) - (4 * a2 + (6 * a1 + 4 * a0));
    return {c0, c1, c2, c3, (a0 - a1) + (a2 - a3), a1 + (3 * a3 - 2 * a2), a2 - 3 * a3, a3};
  }

  KOKKOS_FORCEINLINE_FUNCTION Real value(Real t) const {
    return math::polynomial(t, c0, c1, c2, c3, c4, c5, c6, c7);
  }
  KOKKOS_FORCEINLINE_FUNCTION Real derivative(Real t) const {
    return math::polynomial(t, c1, 2 * c2, 3 * c3, 4 * c4, 5 * c5, 6 * c6, 7 * c7);
  }
  /// ∫_0^t F
  KOKKOS_FORCEINLINE_FUNCTION Real area(Real t) const {
    constexpr Real third = 1.0 / 3, fifth = 1.0 / 5, sixth = 1.0 / 6, seventh = 1.0 / 7;
    return t * math::polynomial(t, c0, c1 / 2, c2 * third, c3 / 4, c4 * fifth, c5 * sixth,
                                c6 * seventh, c7 / 8);
  }
  /// A Newton step towards F = u from t, if it stays between the nodes.
  KOKKOS_FORCEINLINE_FUNCTION Real towards(Real u, Real t) const {
    const Real next = t - (value(t) - u) / derivative(t);
    const Real above = next > 0 ? next : t;
    return next < 1 ? above : t;
  }
};

/// A piece of a row: what is known at both of its nodes.
struct FinePiece {
  const Real *left, *right;
  Real start;

  KOKKOS_INLINE_FUNCTION FinePiece(const FineTable& table, Index row, Index node)
      : left(&table.at(row, node, 0)),
        right(&table.at(row, node + 1, 0)),
        start(Kokkos::fma(static_cast<Real>(node), table.step(row), table.start(row))) {}

  KOKKOS_FORCEINLINE_FUNCTION Septic septic() const {
    return Septic::between(left[0], left[1], left[2], left[3], right[0], right[1], right[2],
                           right[3]);
  }
};

/// A block of pieces; lane l between nodes node[l] and node[l] + 1.
struct FinePieces {
  Real c[4][block_width], end[4][block_width], partial_mean[block_width], start[block_width];

  KOKKOS_INLINE_FUNCTION FinePieces(const FineTable& table, Index row,
                                    const Index (&node)[block_width]) {
    for (int l = 0; l < block_width; ++l) {
      const FinePiece piece(table, row, node[l]);
      for (int i = 0; i < 4; ++i) {
        c[i][l] = piece.left[i];
        end[i][l] = piece.right[i];
      }
      partial_mean[l] = piece.left[4];
      start[l] = piece.start;
    }
  }

  KOKKOS_FORCEINLINE_FUNCTION Septic lane(int l) const {
    return Septic::between(c[0][l], c[1][l], c[2][l], c[3][l], end[0][l], end[1][l], end[2][l],
                           end[3][l]);
  }
};

/// Node of the piece that x is in, the outermost ones beyond the table.
KOKKOS_INLINE_FUNCTION Index node_of(const FineTable& table, Index row, Real x) {
  const Real place = (x - table.start(row)) / table.step(row);
  const Index last = table.nodes(row) - 2;
  return place > 0 ? (place < static_cast<Real>(last) ? static_cast<Index>(place) : last) : 0;
}

/// What is said of points and levels by the piece that they are in.
struct FineValue {
  Real cdf, partial_mean;
};

/// F and M(x) = M(a) + x F(x) − a F(a) − ∫_a^x F.
KOKKOS_FORCEINLINE_FUNCTION FineValue value_at_point(const Septic& f, Real start, Real step,
                                                     Real at_node, Real x) {
  const Real along = x - start, t = along / step, value = f.value(t);
  const Real rise = Kokkos::fma(x, value - f.c0, along * f.c0);
  return {value, at_node + (rise - step * f.area(t))};
}

/// ∫_0^u F⁻¹: with F(q) = u it is M(a) + q u − a F(a) − ∫_a^q F, stationary in q, so that three
/// Newton steps are plenty.
KOKKOS_FORCEINLINE_FUNCTION Real mean_at_level(const Septic& f, Real start, Real step, Real at_node,
                                               Real end, Real u) {
  const Real v = u - f.c0, rise = end - f.c0;
  const Real straight = v / (rise > 0 ? rise : Real(1));
  const Real below = straight < 1 ? straight : Real(1);
  const Real begin = below > 0 ? below : Real(0);
  const Real t = f.towards(u, f.towards(u, f.towards(u, begin)));
  // of what lies above F(a): the rest of ∫_a^q F is F(a) (q − a)
  const Real above = f.area(t) - f.c0 * t;
  return at_node + Kokkos::fma(start, v, step * Kokkos::fma(t, v, -above));
}

/// F and M at a block of points; 0 and 0 left of the table, 1 and the whole mean, which is 0, right
/// of it.
KOKKOS_INLINE_FUNCTION void values_at_points(const FineTable& table, Index row,
                                             const Real (&x)[block_width], Real (&cdf)[block_width],
                                             Real (&partial_mean)[block_width]) {
  Index node[block_width];
  for (int l = 0; l < block_width; ++l) node[l] = node_of(table, row, x[l]);
  const FinePieces piece(table, row, node);
  const Real low = table.start(row), step = table.step(row),
             high = Kokkos::fma(static_cast<Real>(table.nodes(row) - 1), step, low);
#pragma omp simd
  for (int l = 0; l < block_width; ++l) {
    const FineValue at =
        value_at_point(piece.lane(l), piece.start[l], step, piece.partial_mean[l], x[l]);
    const Real left = x[l] > low ? at.cdf : Real(0);
    const Real left_mean = x[l] > low ? at.partial_mean : Real(0);
    cdf[l] = x[l] < high ? left : Real(1);
    partial_mean[l] = x[l] < high ? left_mean : Real(0);
  }
}

/// ∫_0^u F⁻¹ for a block of levels, lane l between nodes node[l] and node[l] + 1. Of many draws
/// most blocks are within one piece.
KOKKOS_INLINE_FUNCTION void partial_means_by_table(const FineTable& table, Index row,
                                                   const Index (&node)[block_width],
                                                   const Real (&u)[block_width],
                                                   Real (&partial_mean)[block_width]) {
  const Real step = table.step(row);
  bool one = true;
  for (int l = 1; l < block_width; ++l) one = one && node[l] == node[0];
  if (one) {
    const FinePiece piece(table, row, node[0]);
    const Septic f = piece.septic();
    const Real start = piece.start, at_node = piece.left[4], end = piece.right[0];
#pragma omp simd
    for (int l = 0; l < block_width; ++l)
      partial_mean[l] = mean_at_level(f, start, step, at_node, end, u[l]);
    return;
  }
  const FinePieces piece(table, row, node);
#pragma omp simd
  for (int l = 0; l < block_width; ++l)
    partial_mean[l] = mean_at_level(piece.lane(l), piece.start[l], step, piece.partial_mean[l],
                                    piece.end[0][l], u[l]);
}

}  // namespace plumbline
