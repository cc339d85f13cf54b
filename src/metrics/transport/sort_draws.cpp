// Sorts of directions, by an index or a team each.
#include "metrics/transport/sort_draws.hpp"

#include "metrics/transport/sort_rows.hpp"
#include "metrics/transport/team_sort.hpp"

namespace plumbline {
namespace {

/// Rows of draws and what their sorting needs. A direction per index on a host core, per team
/// elsewhere: the same numbers.
struct SortRows {
  Matrix x, level;
  Vector log_w;
  Matrix key_scratch, payload_scratch;  ///< empty where weights are equal

  KOKKOS_INLINE_FUNCTION Real equal_level(Index i) const {
    return static_cast<Real>(i + 1) / static_cast<Real>(x.extent(1));
  }

  /// Weights that travelled with the numbers become their running sum over the total.
  KOKKOS_INLINE_FUNCTION Real accumulate(Index j) const {
    Real total = 0;
    for (Index i = 0; i < static_cast<Index>(x.extent(1)); ++i) level(j, i) = total += level(j, i);
    return total;
  }
};

/// Equal weights: the numbers alone; level(j, i) = (i + 1)/n exactly as rounded once.
struct SortEqual : SortRows {
  KOKKOS_FUNCTION void operator()(Index j) const {
    const Index n = x.extent(1);
    sort_row(&x(j, 0), nullptr, &level(j, 0), nullptr, n);
    for (Index i = 0; i < n; ++i) level(j, i) = equal_level(i);
  }
  KOKKOS_FUNCTION void operator()(const Team& team) const {
    const Index j = team.league_rank(), n = x.extent(1);
    team_sort(team, &x(j, 0), nullptr, &level(j, 0), nullptr, n);
    team::in_steps(team, n, 1, [&](Index i) { level(j, i) = equal_level(i); });
  }
};

struct SortWeighted : SortRows {
  KOKKOS_FUNCTION void operator()(Index j) const {
    const Index n = x.extent(1);
    for (Index i = 0; i < n; ++i) level(j, i) = exp(log_w(i));
    sort_row(&x(j, 0), &level(j, 0), &key_scratch(j, 0), &payload_scratch(j, 0), n);
    const Real total = accumulate(j);
    for (Index i = 0; i < n; ++i) level(j, i) /= total;
  }
  KOKKOS_FUNCTION void operator()(const Team& team) const {
    const Index j = team.league_rank(), n = x.extent(1);
    team::in_steps(team, n, 1, [&](Index i) { level(j, i) = exp(log_w(i)); });
    team_sort(team, &x(j, 0), &level(j, 0), &key_scratch(j, 0), &payload_scratch(j, 0), n);
    Real total = 0;
    Kokkos::single(
        Kokkos::PerTeam(team), [&](Real& sum) { sum = accumulate(j); }, total);
    team::in_steps(team, n, 1, [&](Index i) { level(j, i) /= total; });
  }
};

template <class Sort>
void sort_rows(const Exec& exec, const char* label, const Sort& sort) {
  const int rows = sort.x.extent_int(0);
  if constexpr (on_host)
    parallel_over(exec, label, rows, sort);
  else
    Kokkos::parallel_for(label, Kokkos::TeamPolicy<Exec>(exec, rows, Kokkos::AUTO), sort);
}

}  // namespace

void sort_draws(const Exec& exec, const LineRoom& room, const ProjectedDraws& draws) {
  const SortRows sort{draws.x, draws.level, room.log_w, room.key_scratch, room.payload_scratch};
  if (room.equal)
    sort_rows(exec, "plumbline::metrics::sort_equal", SortEqual{sort});
  else
    sort_rows(exec, "plumbline::metrics::sort_weighted", SortWeighted{sort});
}

}  // namespace plumbline
