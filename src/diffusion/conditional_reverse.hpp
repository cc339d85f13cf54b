// The exact reverse kernel split into observed and free coordinates: p(y_s | z_t) and
// p(x_s | z_t, y_s). What a particle filter needs when the kernel does not separate
// (diffusion/README §5); not a sampler.
#pragma once

#include <optional>

#include "core/rng.hpp"
#include "diffusion/diffused_mixture.hpp"
#include "diffusion/readout.hpp"

namespace plumbline {

/// ρ_0 + … + ρ_k of every point, up to a factor of its own: what a weight makes of the components,
/// kept for draws from the same points. Blocks of `block_width` points, component by component.
struct ComponentShares {
  Vector sums;         ///< [⌈n/W⌉ K W], or nothing: they are computed again
  int components = 0;  ///< K

  KOKKOS_INLINE_FUNCTION bool kept() const { return sums.data() != nullptr; }
  KOKKOS_INLINE_FUNCTION Index at(Index n, int k) const {
    return (n / block_width * components + k) * block_width + n % block_width;
  }
  /// Numbers of `points` points.
  static Real numbers(Real points, Real components) { return (points + block_width) * components; }
  /// More than this are not kept.
  static constexpr Real most = 1 << 22;
};
ComponentShares make_shares(Index points, int components);

/// p(z_s | z_t) = Σ_k r_k(z_t) N(m_k, C_k) with z = [x, y] (diffusion/README §2), conditioned on
/// y_s:
///
///     p(y_s | z_t)      = Σ_k r_k(z_t) N(y_s; m_k^y, C_k^yy)
///     p(x_s | z_t, y_s) = Σ_k ρ_k N(m_k^x + C_k^xy (C_k^yy)⁻¹ (y_s − m_k^y), C_k^{x|y}),
///                         ρ_k ∝ r_k(z_t) N(y_s; m_k^y, C_k^yy).
///
/// One object serves a whole run: move it to each step, then weigh and draw. y_s holds one row [m]
/// per run, columns in the order of `observed`; particle n belongs to run n / particles. Rows do
/// not depend on the batch they are in; a row with a NaN gives NaN.
///
///   requires  C_k^yy > 0: S_k(s) > 0 on the observed coordinates (a data set: s > 0)
///   cost      log_weight and draw: K (D + m) multiply-adds per row, K (D² + D m) for `full`;
///             move_to of a `full` mixture: K QR factorisations of [D, m] on the host
class ConditionalReverse {
 public:
  /// `observed`: distinct coordinates 0…D−1, at least one, at least one left free.
  ConditionalReverse(const Exec& exec, const GaussianMixture& mixture, const NoiseProcess& process,
                     std::vector<int> observed);

  /// Before a run along `times`, from the first down: what full covariances need of the host for
  /// every step is made and uploaded at once, up to 2²² numbers. Others need nothing of it.
  void plan(const std::vector<Real>& times);
  /// How many a plan of so many steps holds; 0 where it holds none.
  static Real planned_numbers(const FactoredMixture& mixture, Real observed, Real steps);

  /// Prepare the step from t to s < t. t is where z_t lies, s where y_s lies.
  void move_to(const Exec& exec, Real t, Real s);

  /// log p(y_s | z_t).   shapes  z_t [n, D] (observed columns hold y_t) → log_w [n], shares
  void log_weight(const Exec& exec, const Matrix& z_t, const ContextRows& y_s, const Vector& log_w,
                  const ComponentShares& shares = {}) const;

  /// z_s = [x_s, y_s], x_s ~ p(x_s | z_t, y_s).   shapes  z_t [n, D] → z_s [n, D]; may alias
  /// Row n draws from chain first_chain + n, step `step`: normals in slots 0…D−1, the component
  /// from rng.stream("component").
  void draw(const Exec& exec, const Matrix& z_t, const ContextRows& y_s, Rng rng,
            std::uint32_t step, const Matrix& z_s, std::uint64_t first_chain = 0) const;

  /// The same bits where row n of z_t is row ancestors(n) of what log_weight was given, at these
  /// y_s, and left `shares` of.   cost  log₂ K and D per row where they are kept
  struct Ancestry {
    IndexVector ancestors;
    ComponentShares shares;
  };
  void draw_from(const Exec& exec, const Ancestry& ancestry, const Matrix& z_t,
                 const ContextRows& y_s, Rng rng, std::uint32_t step, const Matrix& z_s,
                 std::uint64_t first_chain) const;

  /// log p_t(y_t) of the diffused mixture itself: where a filter starts.
  ///   shapes  y_t [R, m] → log_p [R].   Both `initial_` functions end the step of `move_to`.
  void initial_log_weight(const Exec& exec, Real t, const Matrix& y_t, const Vector& log_p);

  /// z_t = [x_t, y_t], x_t ~ p_t(x_t | y_t).   shapes  z_t [n, D], overwritten
  void initial_draw(const Exec& exec, Real t, const ContextRows& y_t, Rng rng, std::uint32_t step,
                    const Matrix& z_t, std::uint64_t first_chain = 0);

  const std::vector<int>& observed() const { return observed_; }
  const std::vector<int>& free() const { return free_; }

  /// Everything the kernels read: one set per step (conditional_tables.hpp).
  struct StepTables;
  /// Where those of full covariances are made, on the host.
  struct FullTables;

 private:
  void prepare(const Exec& exec, const NoiseLevel& from, const NoiseLevel& to,
               const Transition& transition, std::optional<Index> step = {});

  GaussianMixture mixture_;
  NoiseProcess process_;
  std::vector<int> observed_, free_;
  Real least_observed_ = 0;  // smallest variance an observed coordinate may have at t = 0
  std::shared_ptr<StepTables> tables_;
  std::shared_ptr<FullTables> full_;     // of one step
  std::shared_ptr<FullTables> planned_;  // of the steps of a plan
  std::vector<Real> times_;              // of that plan
};

}  // namespace plumbline
