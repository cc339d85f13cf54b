// Whole paths of the forward chain, kept level by level: what a chain of particle MCMC conditions
// on, mixes and hands to a filter. ContextPath draws the same law on the way and keeps nothing.
#pragma once

#include "diffusion/processes/time_grid.hpp"
#include "samplers/replacement/context_path.hpp"

namespace plumbline {

/// z at times[level] of R paths.   shapes  path [T + 1, R, D] → a view [R, D]
Matrix level_of(const Cube& path, Index level);

/// The forward chain z_t ~ N(a_{t|s} z_s, s²_{t|s} I), upwards from z_0, the last level.
///   shapes  path [T + 1, R, D]. Path r draws from chain first_chain + r, step: its level
void noise_forward(const Exec& exec, const NoiseProcess& process, const TimeGrid& grid, Rng rng,
                   const Cube& path, std::uint64_t first_chain);

/// y(level, r, j) = z(level, r, list(j)).   shapes  z [T + 1, R, D] → y [T + 1, R, m]
void gather_levels(const Exec& exec, const Cube& z, const IndexVector& list, const Cube& y);

/// A step of AR(1) in path space, reversible for the law q of the forward chain given y_0 (pCN;
/// Cotter, Roberts, Stuart & White 2013): with m_t = a_t y_0 its mean and η ~ q,
///
///     y'_t = m_t + β (y_t − m_t) + √(1 − β²) (η_t − m_t).
///
///   shapes  y_0 [m], current [T + 1, C, m], of which rows first … are y, fresh [T + 1, R, m]: η,
///           then y'
void mix_paths(const Exec& exec, const NoiseProcess& process, const TimeGrid& grid,
               const Vector& y_0, Real beta, const Cube& current, Index first, const Cube& fresh);

/// The paths of a cube, walked down.
class StoredPath final : public ContextSource {
 public:
  /// y [T + 1, R, m], a path per row at the levels of a grid. Kept as a view.
  StoredPath(const NoiseProcess& process, const Cube& y);

  void start(const Exec& exec) override;
  /// s = times[step].
  void move_to(const Exec& exec, Real t, Real s, std::uint32_t step) override;

  const Matrix& y() const override { return at_; }
  const Vector& log_q() const override { return log_q_; }

 private:
  NoiseProcess process_;
  Cube y_;
  Matrix at_;     // level of y_ where the paths stand
  Vector log_q_;  // [R]
};

}  // namespace plumbline
