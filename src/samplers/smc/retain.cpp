#include "samplers/smc/retain.hpp"

#include <algorithm>
#include <cmath>

#include "core/arrays/gather.hpp"

namespace plumbline {
namespace {

/// Draws target, target + 1, … are the free coordinates of z(rows(0)), …, of equal weight; NaN for
/// row −1.
void copy_rows(const Exec& exec, const EndedRuns& runs, const IndexVector& rows, Index target,
               const Ensemble& draws) {
  const auto own = std::make_pair(target, target + Index(rows.extent(0)));
  gather_block(exec, runs.z, rows, runs.free, Matrix(Kokkos::subview(draws.x, own, Kokkos::ALL)));
  Kokkos::deep_copy(exec, Kokkos::subview(draws.log_w, own), -std::log(Real(draws.draws())));
}

/// The first `count` particles, in place and with their weights.
void copy_all(const Exec& exec, const EndedRuns& runs, const Vector& log_w, Index count,
              const Ensemble& draws) {
  const int d = runs.free.extent_int(0);
  const Index target = runs.first * runs.particles;
  const Real log_mass = std::log(Real(runs.particles) / Real(draws.draws()));
  parallel_over(
      exec, "plumbline::samplers::retain_all", count, KOKKOS_LAMBDA(Index row) {
        for (int i = 0; i < d; ++i) draws.x(target + row, i) = runs.z(row, runs.free(i));
        draws.log_w(target + row) = log_w(row) + log_mass;
      });
}

}  // namespace

void retain_one(const Exec& exec, const EndedRuns& runs, const RunWeights& run_weights, Rng rng,
                const Ensemble& draws) {
  const IndexVector rows = make_index_vector("retained", run_weights.log_evidence().extent(0));
  run_weights.choose_one(exec, rng, runs.first, rows);
  copy_rows(exec, runs, rows, runs.first, draws);
}

void retain_all(const Exec& exec, const EndedRuns& runs, const RunWeights& run_weights, Rng rng,
                const Ensemble& draws) {
  const Index target = runs.first * runs.particles;
  const Index room = std::min(Index(runs.z.extent(0)), draws.draws() - target);
  const Index rest = room % runs.particles;  // > 0 only for the last run of all
  copy_all(exec, runs, run_weights.log_weights(), room - rest, draws);

  const IndexVector rows = make_index_vector("retained", rest);
  run_weights.choose_from_last(exec, rng, runs.first, rows);
  copy_rows(exec, runs, rows, target + room - rest, draws);
}

}  // namespace plumbline
