// What the kernels of ConditionalReverse share: the task, and log N(y_s; m_k^y, C_k^yy) on a block
// of W points. Private to diffusion/.
#pragma once

#include "diffusion/detail/conditional_tables.hpp"
#include "diffusion/detail/readout_block.hpp"

namespace plumbline::detail {

struct ConditionalTask {
  ConditionalReverse::StepTables tables;
  Matrix z_t;
  ContextRows y_s;
  Vector log_w = {};  // of weights
  Matrix z_s = {};    // of draws
  Rng noise = {}, component = {};
  std::uint32_t step = 0;
  std::uint64_t first_chain = 0;
  ComponentShares shares = {};  // of weights, for draws
  IndexVector ancestors = {};   // rows of the shares, of draws
};

/// Σ_j (y_j − m_j)²/C_j of component k, m_j = a_s μ_j + G_j (z_j − a_t μ_j). Rows 0: z_t, 1: y_s.
///   cost  5 m flops per point
template <int W, class R>
KOKKOS_INLINE_FUNCTION Lanes<W> coordinate_square(const ConditionalReverse::StepTables& tables,
                                                  int k, R& rows) {
  Lanes<W> square = {};
  const CoordinateReadout& readout = tables.coordinates;
  const int m = tables.observed.extent_int(0);
  for (int j = 0; j < m; ++j) {
    const int i = tables.observed(j);
    const Real mean = tables.from.mean(k, i), low = tables.from.mean_low(k, i);
    const Real center = readout.center(k, j), center_low = readout.center_low(k, j);
    const Real gain = readout.gain(k, j), precision = readout.precision(k, j);
    const Real *z = rows(0, i), *y = rows(1, j);
#pragma omp simd
    for (int w = 0; w < W; ++w) {
      const Real r = Kokkos::fma(gain, (mean - z[w]) + low, (y[w] - center) - center_low);
      square[w] = Kokkos::fma(r * precision, r, square[w]);
    }
  }
  return square;
}

/// Rows 0: z_t; 1: y_s; `full` also 2: scratch, 3: U_kᵀ(a_t μ_k − z_t). Draws keep normals, then
/// z_s, in the last array.
template <CovarianceKind kind, int D, int W, int arrays>
KOKKOS_INLINE_FUNCTION Lanes<W> context_square(const ConditionalReverse::StepTables& tables, int k,
                                               int d, Rows<D, W, arrays>& rows) {
  if constexpr (kind == CovarianceKind::full)
    return whitened_square<kind, W>(tables.readout, tables.from, k, d, rows, array_rows(rows, 1),
                                    array_rows(rows, 2));
  else
    return coordinate_square<W>(tables, k, rows);
}

template <CovarianceKind kind>
KOKKOS_INLINE_FUNCTION Real context_log_const(const ConditionalReverse::StepTables& tables, int k) {
  if constexpr (kind == CovarianceKind::full) return tables.readout.log_const(k);
  return tables.coordinates.log_const(k);
}

/// logits ← log π_k N(z_t; …) N(y_s; …) of every k; their maximum per lane. `all` takes log π_k
/// N(z_t; …), where it is asked for.
template <CovarianceKind kind, int W, class R>
KOKKOS_INLINE_FUNCTION Lanes<W> context_logits(const ConditionalReverse::StepTables& tables, int d,
                                               R& rows, const ComponentRows& logits,
                                               LogSumBlock<W>* all) {
  const MixtureTables& from = tables.from;
  Lanes<W> max;
  for (int w = 0; w < W; ++w) max[w] = OnlineLogSum{}.max;
  for (int k = 0; k < from.mixture.components; ++k) {
    const Lanes<W> q = mahalanobis<kind, W>(from, k, d, rows);
    if (all) all->add(from.log_const(k), q);
    const Lanes<W> extra = context_square<kind>(tables, k, d, rows);
    const Real log_const = from.log_const(k) + context_log_const<kind>(tables, k);
    Real* row = logits(k);
#pragma omp simd
    for (int w = 0; w < W; ++w) {
      row[w] = Kokkos::fma(Real(-0.5), q[w] + extra[w], log_const);
      max[w] = row[w] > max[w] ? row[w] : max[w];
    }
  }
  return max;
}

template <int D, int W, int arrays>
KOKKOS_INLINE_FUNCTION void load_state(const ConditionalTask& task, Index first,
                                       Rows<D, W, arrays>& rows) {
  load<W>(task.z_t, first, task.tables.from.mixture.dimension, rows);
  load_context<W>(task.y_s, first, task.z_t.extent(0), array_rows(rows, 1));
}

void conditional_weight(const Exec& exec, const ConditionalTask& task);
void conditional_draw(const Exec& exec, const ConditionalTask& task);

}  // namespace plumbline::detail
