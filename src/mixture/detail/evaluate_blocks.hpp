// The one hot kernel behind log_density, score and denoised: a block of points streams over the
// components with an online log-sum-exp. mixture/README §6. Private to mixture/.
#pragma once

#include "mixture/detail/block_loop.hpp"
#include "mixture/detail/groups.hpp"
#include "mixture/detail/tiles.hpp"

namespace plumbline::detail {

/// How the components come: one by one; four by four, of a chunk whose log-weights are known; one
/// by one from the groups that some point of the block cannot leave out.
enum class Stream { each, tiles, groups };

struct AsTheyCome {
  KOKKOS_INLINE_FUNCTION Index row(Index n) const { return n; }
};

/// log_p [n] and out [n, D] may be empty views: then they are not written.
template <CovarianceKind kind, int dimension, Target target, Stream how>
struct EvaluateBlocks {
  static constexpr int W = block_width, D = dimension;
  static constexpr int arrays =
      kind == CovarianceKind::full ? 4 : (target == Target::log_density ? 1 : 2);
  static constexpr bool has_own_rows = false;
  using BlockRows = Rows<D, W, arrays>;

  MixtureTables tables;
  Matrix z;
  Vector log_p;
  Matrix out;
  Remainder remainder;  // of Stream::tiles
  std::conditional_t<how == Stream::groups, PointOrder, AsTheyCome> points;

  struct Sums {
    Lanes<W> pull, limit;  // limit: of Stream::groups
  };

  KOKKOS_FUNCTION int own_rows() const { return 0; }
  KOKKOS_FUNCTION int width() const { return D > 0 ? D : tables.mixture.dimension; }
  KOKKOS_FUNCTION Index row(Index n) const { return points.row(n); }
  KOKKOS_FUNCTION void load(Index first, BlockRows& rows, Sums& sums) const {
    if constexpr (how == Stream::groups) {
      const Index last = z.extent(0) - 1;
      for (int w = 0; w < W; ++w) {
        const Index n = row(first + w < last ? first + w : last);
        for (int i = 0; i < width(); ++i) rows(0, i)[w] = z(n, i);
        sums.limit[w] = points.limit(n);
      }
    } else {
      detail::load<W>(z, first, width(), rows);
    }
  }

  KOKKOS_FUNCTION void stream(BlockRows& rows, LogSumBlock<W>& s, Sums& sums,
                              const Owner<W>* owner) const {
    sums.pull = {};
    if constexpr (target != Target::log_density)
      for (int i = 0; i < width(); ++i)
        for (int w = 0; w < W; ++w) rows(1, i)[w] = 0;
    if constexpr (how == Stream::tiles) {
      by_tiles(rows, s, sums, owner);
    } else if constexpr (how == Stream::groups) {
      stream_groups(rows, s, sums, owner);
    } else {
      for (int k = 0; k < tables.mixture.components; ++k)
        hear(k, mahalanobis<kind, W>(tables, k, width(), rows), rows, s, sums, owner);
    }
  }

  /// Component k at the distances q.
  KOKKOS_FUNCTION void hear(int k, const Lanes<W>& q, BlockRows& rows, LogSumBlock<W>& s,
                            Sums& sums, const Owner<W>* owner) const {
    s.add(tables.log_const(k), q);
    if (owner) obey(*owner, k, s);
    if constexpr (target != Target::log_density) {
      if (D == 0 || D > 4 || kind == CovarianceKind::full)
        if (!any_heard(s)) return;
    }
    if constexpr (target == Target::score) add_score<kind, W>(tables, k, width(), s, rows);
    if constexpr (target == Target::denoised)
      add_denoised<kind, W>(tables, k, width(), s, rows, sums.pull);
  }

  /// A lane that leaves out a group is infinitely far from its components.
  KOKKOS_FUNCTION void stream_groups(BlockRows& rows, LogSumBlock<W>& s, Sums& sums,
                                     const Owner<W>* owner) const {
    const GroupBounds bounds(tables);
    const Lanes<W>& limit = sums.limit;
    for (int g = 0; g < bounds.groups(); ++g) {
      const Lanes<W> least = bounds.template least<W>(g, width(), rows);
      int open = 0;
      for (int w = 0; w < W; ++w) open |= !(least[w] > limit[w]);
      if (open == 0) continue;
      for (int k = bounds.first(g); k < bounds.last(g); ++k) {
        Lanes<W> q = mahalanobis<kind, W>(tables, k, width(), rows);
        for (int w = 0; w < W; ++w) q[w] = least[w] > limit[w] ? infinity : q[w];
        hear(k, q, rows, s, sums, owner);
      }
    }
  }

  template <class Coordinate>
  KOKKOS_FUNCTION void sum_tiles(BlockRows& rows, LogSumBlock<W>& s, Sums& sums,
                                 const Owner<W>* owner) const {
    const WorkRows points = array_rows(rows, 0);
    stream_tiles<kind, W>(
        tables, remainder, width(), points, s, owner,
        TileSums<Coordinate, W>{tables, width(), points, array_rows(rows, 1), sums.pull});
  }

  KOKKOS_FUNCTION void by_tiles(BlockRows& rows, LogSumBlock<W>& s, Sums& sums,
                                const Owner<W>* owner) const {
    if constexpr (target == Target::log_density) {
      stream_tiles<kind, W>(tables, remainder, width(), array_rows(rows, 0), s, owner, NoSums());
    } else if constexpr (target == Target::denoised) {
      sum_tiles<Term<kind, target>>(rows, s, sums, owner);
    } else if (remainder == Remainder::kept) {
      sum_tiles<Term<kind, target>>(rows, s, sums, owner);
    } else {
      sum_tiles<Term<kind, target, Remainder::dropped>>(rows, s, sums, owner);
      add_remainders(rows, s, sums);
    }
  }

  /// In lanes whose score is so small that remainders of a μ_k count (`remainder_of`): the others
  /// hear no component, and keep their bits.
  KOKKOS_FUNCTION void add_remainders(BlockRows& rows, const LogSumBlock<W>& s, Sums& sums) const {
    Lanes<W> largest = {};
    for (int i = 0; i < width(); ++i)
      for (int w = 0; w < W; ++w) {
        const Real entry = Kokkos::fabs(rows(1, i)[w]);
        largest[w] = entry > largest[w] ? entry : largest[w];
      }
    const Real small = 0x1p-6 / Kokkos::sqrt(least_variance(tables));
    Owner<W> nobody;
    bool any = false;
    for (int w = 0; w < W; ++w) {
      const bool cancels = largest[w] < small * s.sum[w];
      nobody.of[w] = cancels ? -1 : tables.mixture.components;
      any = any || cancels;
    }
    if (!any) return;
    LogSumBlock<W> again;
    again.max = s.max;
    sum_tiles<RemainderTerm<kind>>(rows, again, sums, &nobody);
  }

  KOKKOS_FUNCTION void store(Index first, BlockRows& rows, const LogSumBlock<W>& s,
                             const Sums& sums) const {
    const int count = lanes_used<W>(z, first);
    if (log_p.data()) {
      Lanes<W> value;
#pragma omp simd
      for (int w = 0; w < W; ++w) value[w] = s.max[w] + log(s.sum[w]);
      for (int w = 0; w < count; ++w) log_p(row(first + w)) = value[w];
    }
    if constexpr (target != Target::log_density) {
      for (int i = 0; i < width(); ++i)
        for (int w = 0; w < count; ++w)
          out(row(first + w), i) =
              Kokkos::fma(sums.pull[w], rows(0, i)[w], rows(1, i)[w]) / s.sum[w];
    }
  }
};

/// The choice of kernel for one of the public functions of mixture/evaluate.hpp.
template <Target target>
struct Evaluate {
  template <CovarianceKind kind, int D>
  struct Kernel {
    static constexpr bool along_axes = kind != CovarianceKind::full;

    static void launch(const Exec& exec, const char* label, const MixtureTables& tables,
                       const Matrix& z, const Vector& log_p, const Matrix& out) {
      if constexpr (kind == CovarianceKind::isotropic && D > 0 && D <= grouped_dimensions) {
        if (leaves_out_groups(tables)) {
          using Blocks = EvaluateBlocks<kind, D, target, Stream::groups>;
          const MixtureTables grouped = in_group_order(tables);
          return BlockLoop<Blocks>::launch(
              exec, label,
              Blocks{grouped, z, log_p, out, Remainder::kept, order_points<D>(exec, grouped, z)});
        }
      }
      constexpr Stream how = D == 0 && along_axes ? Stream::tiles : Stream::each;
      using Blocks = EvaluateBlocks<kind, D, target, how>;
      BlockLoop<Blocks>::launch(exec, label,
                                Blocks{tables, z, log_p, out, remainder_of(tables), {}});
    }
  };
};

template <Target target>
void evaluate_blocks(const Exec& exec, const char* label, const MixtureTables& tables,
                     const Matrix& z, const Vector& log_p, const Matrix& out) {
  require_points(label, tables, z);
  launch_for<Evaluate<target>::template Kernel, Dimensions<1, 2, 3, 4>,
             Dimensions<1, 2, 3, 4, 8, 10>>(tables.mixture, exec, label, tables, z, log_p, out);
}

}  // namespace plumbline::detail
