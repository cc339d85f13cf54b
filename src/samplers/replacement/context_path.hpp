// The context path y_0 … y_T that replacement methods and smcdiff condition on
// (samplers/replacement/README §1).
#pragma once

#include "core/arrays.hpp"
#include "core/rng.hpp"
#include "core/settings.hpp"
#include "diffusion/processes/noise_process.hpp"

namespace plumbline {

/// fixed: y_t = y_0, unscaled (Papp, slides). forward: one draw of the forward chain given y_0,
/// kept for the run. fresh: y_t ~ p(y_t | y_0) drawn anew at each level (Song et al. 2021's and
/// RePaint's code).
enum class Context { fixed, forward, fresh };
constexpr auto names(Context) {
  return std::array{"fixed", "forward", "fresh"};
}

/// R paths of y as a filter walks them: from t = T down to 0.
class ContextSource {
 public:
  virtual ~ContextSource() = default;

  /// y_T.
  virtual void start(const Exec& exec) = 0;
  /// y_s, given that the paths stand at t > s; `step` ≥ 1 numbers the moves.
  virtual void move_to(const Exec& exec, Real t, Real s, std::uint32_t step) = 0;

  virtual const Matrix& y() const = 0;  ///< where the paths stand [R, m]
  /// log q of the moves so far, Σ log N(y_t; a_{t|s} y_s, s²_{t|s} I) [R]: once at 0 it is
  /// log q(y_{1:T} | y_0). NaN where the path is no draw of the forward chain.
  virtual const Vector& log_q() const = 0;
};

/// Paths drawn on the way, independent of each other.
///
/// The forward chain is drawn backwards, so that a path costs m numbers and not m T: given y_0 it
/// is Markov in both directions, and
///
///     y_T | y_0 ~ N(a_T y_0, s_T² I),
///     y_s | y_t, y_0 ~ N(a_s y_0 + g (y_t − a_t y_0), (s_s² s²_{t|s}/s_t²) I),
///                                                               g = a_{t|s} s_s²/s_t²
///
/// is the same joint law as y_t | y_s ~ N(a_{t|s} y_s, s²_{t|s} I) upwards from y_0 (tested:
/// unit/samplers/replacement/context_path_test.cpp). Path r draws from chain first_chain + r.
class ContextPath final : public ContextSource {
 public:
  ContextPath(Context kind, const NoiseProcess& process, const HostVector& y_0, Index paths,
              Rng rng, std::uint64_t first_chain = 0);

  void start(const Exec& exec) override;
  /// s = 0 gives y_0.
  void move_to(const Exec& exec, Real t, Real s, std::uint32_t step) override;

  const Matrix& y() const override { return y_; }
  /// NaN for `fixed` and `fresh`.
  const Vector& log_q() const override { return log_q_; }

 private:
  Context kind_;
  NoiseProcess process_;
  Rng rng_;
  std::uint64_t first_chain_;
  Vector y_0_;
  Matrix y_;
  Vector log_q_;
};

}  // namespace plumbline
