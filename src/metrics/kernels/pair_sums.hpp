// Sums of a symmetric function of two rows over all pairs, for every row: a pair is looked at once,
// in tiles of rows × columns that stay in registers, and adds to both of its rows.
//
// A kernel says what a tile is: `tile<columns>(first, m, value)` gives value[c][l] = k(row first +
// l, column m + c). On a host core an index takes a strip of rows, so that what columns get is
// summed over a strip in registers and over strips in order: no bit depends on threads. On a GPU an
// index takes a row and looks at every pair twice, which needs no sums across threads.
#pragma once

#include <algorithm>

#include "core/kokkos.hpp"
#include "core/steps/stop.hpp"

namespace plumbline {

/// f(|x_n − y_m|²).   cost  3 d flops and f
template <class F>
struct OfDistance {
  static constexpr int columns = on_host ? 2 : 1;
  F f;
  Matrix xt, y;  ///< [d, n padded], [m, d]

  Index work() const { return 3 * xt.extent(0) + 8; }

  template <int width>
  KOKKOS_INLINE_FUNCTION void tile(Index first, Index m, Real (&value)[width][block_width]) const {
    // The first coordinate by itself: zeros to begin with would keep gcc from vectorising what
    // follows.
    for (int c = 0; c < width; ++c) add_coordinate<true>(first, m + c, 0, value[c]);
    for (Index i = 1; i < static_cast<Index>(xt.extent(0)); ++i)
      for (int c = 0; c < width; ++c) add_coordinate<false>(first, m + c, i, value[c]);
  }

  KOKKOS_INLINE_FUNCTION Real of(Real square) const { return f(square); }

  template <bool alone>
  KOKKOS_INLINE_FUNCTION void add_coordinate(Index first, Index m, Index i,
                                             Real (&square)[block_width]) const {
    const Real* const row = &xt(i, first);
    const Real y_mi = y(m, i);
#pragma omp simd
    for (int l = 0; l < block_width; ++l) {
      const Real r = row[l] - y_mi;
      square[l] = Kokkos::fma(r, r, alone ? Real(0) : square[l]);
    }
  }
};

namespace pairs {

/// Rows that an index takes at once, and into how many strips they go at most.
inline constexpr Index least_strip = 64, most_strips = 128;

/// Blocks of rows in a strip, by the number of rows alone.
constexpr Index strip_blocks(Index rows) {
  const Index least = std::max(least_strip, (rows + most_strips - 1) / most_strips);
  return (least + block_width - 1) / block_width;
}

/// Strips s and the last but s, which together have as many pairs as any other two.
///   shapes  row_weight, row_sum [n padded], column_weight [columns], part [strips, columns]
template <class Kernel>
struct StripSums {
  Kernel kernel;
  Vector row_weight, column_weight, row_sum;
  Matrix part;  ///< (s, m): Σ of strip s for column m
  Index blocks, columns;
  bool within;  ///< columns are the rows: pairs within their own block are looked at twice

  /// A tile, its values added to the rows and, on `both` sides, to `sum` of the columns.
  template <bool both, int width>
  KOKKOS_INLINE_FUNCTION void add_tile(Index first, Index m,
                                       Real (&sum)[width][block_width]) const {
    Real value[width][block_width];
    kernel.template tile<width>(first, m, value);
    Real* const rows = &row_sum(first);
    const Real* const weight = &row_weight(first);
    for (int c = 0; c < width; ++c) {
      const Real w = column_weight(m + c);
#pragma omp simd
      for (int l = 0; l < block_width; ++l) {
        const Real k = kernel.of(value[c][l]);
        rows[l] = Kokkos::fma(w, k, rows[l]);
        if (both) sum[c][l] = Kokkos::fma(weight[l], k, sum[c][l]);
      }
    }
  }

  /// Columns m … m + width − 1 of strip s, which ends before block `end`.
  template <int width>
  KOKKOS_INLINE_FUNCTION void add(Index s, Index end, Index m) const {
    const Index own = within ? m / block_width : end, above = own < end ? own : end;
    Real sum[width][block_width];
    for (int c = 0; c < width; ++c)
      for (int l = 0; l < block_width; ++l) sum[c][l] = 0;
    for (Index b = s * blocks; b < above; ++b) add_tile<true>(b * block_width, m, sum);
    if (own < end) add_tile<false>(own * block_width, m, sum);
    for (int stride = block_width / 2; stride > 0; stride /= 2)
      for (int c = 0; c < width; ++c)
        for (int l = 0; l < stride; ++l) sum[c][l] += sum[c][l + stride];
    for (int c = 0; c < width; ++c) part(s, m + c) = sum[c][0];
  }

  KOKKOS_INLINE_FUNCTION void strip(Index s) const {
    const Index all = row_sum.extent(0) / block_width;
    const Index end = (s + 1) * blocks < all ? (s + 1) * blocks : all;
    for (Index n = s * blocks * block_width; n < end * block_width; ++n) row_sum(n) = 0;
    Index m = within ? s * blocks * block_width : 0;
    for (; m + Kernel::columns <= columns; m += Kernel::columns) add<Kernel::columns>(s, end, m);
    for (; m < columns; ++m) add<1>(s, end, m);
  }

  KOKKOS_FUNCTION void operator()(Index index) const {
    const Index last = part.extent(0) - 1;
    strip(index);
    if (last - index != index) strip(last - index);
  }
};

/// sum(n) = Σ_m w_m k(n, m), a block of rows per index, m in order.   shapes  sum [n padded]
template <class Kernel>
struct RowSums {
  Kernel kernel;
  Vector weight, sum;
  Index columns;

  KOKKOS_FUNCTION void operator()(Index block) const {
    const Index first = block * block_width;
    Real total[block_width] = {}, value[1][block_width];
    for (Index m = 0; m < columns; ++m) {
      kernel.template tile<1>(first, m, value);
      const Real w = weight(m);
#pragma omp simd
      for (int l = 0; l < block_width; ++l)
        total[l] = Kokkos::fma(w, kernel.of(value[0][l]), total[l]);
    }
    for (int l = 0; l < block_width; ++l) sum(first + l) = total[l];
  }
};

/// parallel_over for kernels that may run for minutes: in pieces of about 2³⁰ multiply-adds per
/// thread, between which the work can be dropped. `work` is that of one index; no bit depends on
/// it.
template <class Functor>
void in_pieces(const Exec& exec, const char* label, Index n, Index work, const Functor& functor) {
  const Index piece = ((Index{1} << 30) / std::max<Index>(1, work) + 1) * exec.concurrency();
  for (Index first = 0; first < n; first += piece) {
    if (first > 0) exec.fence(label);
    stop_if_asked();
    Kokkos::parallel_for(label,
                         Kokkos::RangePolicy<Exec, Kokkos::IndexType<Index>>(
                             exec, first, std::min(n, first + piece)),
                         functor);
  }
}

/// to(m) = Σ_s part(s, m), s in order; of rows as columns up to the strip they are in, and on top
/// of what `to` holds.
void add_parts(const Exec& exec, const Matrix& part, Index blocks, bool within, const Vector& to);

}  // namespace pairs

/// Weights exp log_w, and 0 up to whole blocks.   shapes  log_w [n] → [n padded]
Vector padded_weights(const Exec& exec, const Vector& log_w);

/// row_sum(n) = Σ_m column_weight(m) k(n, m) on a GPU's way, for rows of either side.
template <class Kernel>
void sum_rows_of_pairs(const Exec& exec, const Kernel& kernel, const Vector& column_weight,
                       Index columns, const Vector& row_sum) {
  pairs::in_pieces(exec, "plumbline::metrics::pair_rows", row_sum.extent(0) / block_width,
                   columns * kernel.work() * block_width,
                   pairs::RowSums<Kernel>{kernel, column_weight, row_sum, columns});
}

/// The same and column_sum(m) = Σ_n row_weight(n) k(n, m) on a host core's way; `within`: the
/// columns are the rows, k is symmetric, and all sums go to row_sum.
///   cost  every pair once, within n²/2; scratch of at most 128 numbers per column
template <class Kernel>
void sum_pairs_once(const Exec& exec, const Kernel& kernel, const Vector& row_weight,
                    const Vector& column_weight, Index columns, bool within, const Vector& row_sum,
                    const Vector& column_sum) {
  const Index rows = row_sum.extent(0), blocks = pairs::strip_blocks(rows);
  const Index strip = blocks * block_width, strips = (rows + strip - 1) / strip;
  const Matrix part = make_matrix("pair_part", strips, columns);
  pairs::in_pieces(exec, "plumbline::metrics::pair_strips", (strips + 1) / 2,
                   2 * strip * columns * kernel.work(),
                   pairs::StripSums<Kernel>{kernel, row_weight, column_weight, row_sum, part,
                                            blocks, columns, within});
  pairs::add_parts(exec, part, blocks, within, within ? row_sum : column_sum);
}

}  // namespace plumbline
