// The context path y_0 … y_T that replacement methods and smcdiff condition on (MATH §7, S4).
#pragma once

#include "core/linalg.hpp"
#include "core/rng.hpp"
#include "core/settings.hpp"
#include "diffusion/noise_process.hpp"

namespace plumbline {

/// fixed: y_t = y_0, unscaled (S4). forward: one draw of the forward chain given y_0, kept for the
/// run. fresh: y_t ~ p(y_t | y_0) drawn anew at each level (Song et al. 2021's and RePaint's code).
enum class Context { fixed, forward, fresh };
constexpr auto names(Context) {
  return std::array{"fixed", "forward", "fresh"};
}

/// R independent paths walked from t = T down to 0.
///
/// The forward chain is drawn backwards, so that a path costs m numbers and not m T: given y_0 it
/// is Markov in both directions, and
///
///     y_T | y_0 ~ N(a_T y_0, s_T² I),
///     y_s | y_t, y_0 ~ N(a_s y_0 + g (y_t − a_t y_0), (s_s² s²_{t|s}/s_t²) I),
///                                                               g = a_{t|s} s_s²/s_t²
///
/// is the same joint law as y_t | y_s ~ N(a_{t|s} y_s, s²_{t|s} I) upwards from y_0 (tested:
/// unit/samplers/context_path_test.cpp). Path r draws from chain first_chain + r.
class ContextPath {
 public:
  ContextPath(Context kind, const NoiseProcess& process, const HostVector& y_0, Index paths,
              Rng rng, std::uint64_t first_chain = 0);

  /// y_T.
  void start(const Exec& exec);
  /// y_s, given that the path stands at t > s; `step` ≥ 1 numbers the moves. s = 0 gives y_0.
  void move_to(const Exec& exec, Real t, Real s, std::uint32_t step);

  const Matrix& y() const { return y_; }  ///< where the path stands [R, m]

  /// Σ log N(y_t; a_{t|s} y_s, s²_{t|s} I) over the moves so far [R]: once at 0 it is
  /// log q(y_{1:T} | y_0). NaN for `fixed` and `fresh`, which are no draw of the forward chain.
  const Vector& log_q() const { return log_q_; }

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
