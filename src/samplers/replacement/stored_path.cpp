#include "samplers/replacement/stored_path.hpp"

#include <cmath>
#include <numbers>

#include "core/arrays/gather.hpp"
#include "core/arrays/normal_block.hpp"
#include "core/steps/stop.hpp"
#include "samplers/reverse/reverse_run.hpp"

namespace plumbline {
namespace {

/// fresh ← m + β (y − m) + γ (fresh − m) with m = alpha y_0, y of row first + r.   shapes  fresh
/// [R, m]
void mix_level(const Exec& exec, Real alpha, Real beta, const Vector& y_0, const Matrix& y,
               Index first, const Matrix& fresh) {
  const int m = y.extent_int(1);
  const Real gamma = std::sqrt((1 - beta) * (1 + beta));
  parallel_over(
      exec, "plumbline::samplers::mix_paths", fresh.extent(0), KOKKOS_LAMBDA(Index r) {
        for (int j = 0; j < m; ++j) {
          const Real mean = alpha * y_0(j);
          fresh(r, j) = mean + beta * (y(first + r, j) - mean) + gamma * (fresh(r, j) - mean);
        }
      });
}

/// log q += log N(y_t; α y_s, v I).   shapes  y_t, y_s [R, m], log_q [R]
void add_transition(const Exec& exec, const Transition& transition, const Matrix& y_t,
                    const Matrix& y_s, const Vector& log_q) {
  const int m = y_t.extent_int(1);
  const Real log_norm = -std::log(2 * std::numbers::pi * transition.variance) / 2;
  parallel_over(
      exec, "plumbline::samplers::path_density", y_t.extent(0), KOKKOS_LAMBDA(Index r) {
        for (int j = 0; j < m; ++j) {
          const Real residual = y_t(r, j) - transition.alpha * y_s(r, j);
          log_q(r) += log_norm - residual * residual / (2 * transition.variance);
        }
      });
}

}  // namespace

Matrix level_of(const Cube& path, Index level) {
  return Kokkos::subview(path, level, Kokkos::ALL, Kokkos::ALL);
}

void noise_forward(const Exec& exec, const NoiseProcess& process, const TimeGrid& grid, Rng rng,
                   const Cube& path, std::uint64_t first_chain) {
  for (int level = grid.steps() - 1; level >= 0; --level) {
    stop_if_asked();
    add_noise(exec, process.between(grid.times[level + 1], grid.times[level]), rng, level,
              level_of(path, level + 1), level_of(path, level), first_chain);
  }
}

void gather_levels(const Exec& exec, const Cube& z, const IndexVector& list, const Cube& y) {
  for (Index level = 0; level < Index(z.extent(0)); ++level)
    gather_columns(exec, level_of(z, level), list, level_of(y, level));
}

void mix_paths(const Exec& exec, const NoiseProcess& process, const TimeGrid& grid,
               const Vector& y_0, Real beta, const Cube& current, Index first, const Cube& fresh) {
  for (int level = 0; level <= grid.steps(); ++level)
    mix_level(exec, process.at(grid.times[level]).alpha, beta, y_0, level_of(current, level), first,
              level_of(fresh, level));
}

StoredPath::StoredPath(const NoiseProcess& process, const Cube& y)
    : process_(process), y_(y), at_(level_of(y, 0)), log_q_(make_vector("log_q", y.extent(1))) {}

void StoredPath::start(const Exec& exec) {
  at_ = level_of(y_, 0);
  Kokkos::deep_copy(exec, log_q_, 0);
}

void StoredPath::move_to(const Exec& exec, Real t, Real s, std::uint32_t step) {
  const Matrix y_t = at_;
  at_ = level_of(y_, step);
  add_transition(exec, process_.between(s, t), y_t, at_, log_q_);
}

}  // namespace plumbline
