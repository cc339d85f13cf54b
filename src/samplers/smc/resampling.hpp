// Resampling: ancestors of N particles chosen by weight so that E[copies of n] = N W_n. Douc, Cappé
// & Moulines 2005 compare the four schemes.
#pragma once

#include "core/settings.hpp"
#include "samplers/smc/resampling_in_order.hpp"

namespace plumbline {

/// systematic: (j + U)/N, one U. stratified: (j + U_j)/N. multinomial: N independent uniforms.
/// residual: ⌊N W_n⌋ copies each, the rest multinomial on what is left over.
enum class Resampling { systematic, stratified, multinomial, residual };
constexpr auto names(Resampling) {
  return std::array{"systematic", "stratified", "multinomial", "residual"};
}

/// Ancestors for R runs of N particles each, run r in rows rN … rN + N − 1.
///
/// The prefix sums of a run are taken in float64, in the order of its rows and by one index, so
/// their bits do not depend on threads. A particle of weight 0 is never chosen.
class Resampler {
 public:
  Resampler(Resampling scheme, Index runs, Index particles);

  /// ancestors(row) = a row of the same run, chosen by weight where wanted(r) ≠ 0, the row itself
  /// elsewhere. Run r uses the random numbers of run first + r: the answer does not depend on how
  /// runs are split into calls.
  ///   shapes    weights [R N] ≥ 0, any scale, finite with a positive sum where wanted; wanted [R]
  ///   cost      two passes over N per run, no division per row; multinomial and residual search
  ///   log₂ N
  ///             steps per row
  ///   tested    unit/samplers/smc/resampling_test.cpp
  const IndexVector& choose(const Exec& exec, const Vector& weights, const IndexVector& wanted,
                            Rng rng, std::uint32_t step, std::uint64_t first = 0);

 private:
  Resampling scheme_;
  Index particles_;
  Vector cumulative_;   // multinomial: Σ_{k≤n} W_k; residual: of what ⌊N W_k⌋ leaves  [R N]
  IndexVector copies_;  // residual only: Σ_{k≤n} ⌊N W_k⌋  [R N]
  IndexVector ancestors_;  // [R N]
};

/// The first of `count` prefix sums above `target`, which is below the last one. An entry that adds
/// nothing is never the first.
template <class PrefixSums>
KOKKOS_INLINE_FUNCTION int first_above(const PrefixSums& sums, Index begin, int count,
                                       Real target) {
  int low = 0, high = count - 1;
  while (low < high) {
    const int middle = (low + high) / 2;
    if (sums(begin + middle) > target)
      high = middle;
    else
      low = middle + 1;
  }
  return low;
}

}  // namespace plumbline
