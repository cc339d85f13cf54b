// Forward noising processes p(z_t | z_0) = N(alpha_t z_0, sigma_t² I). diffusion/processes/README
// §1; names and what t is: §3. t = 0 is data, t = horizon is noise.
#pragma once

#include <functional>
#include <memory>

#include "core/settings.hpp"
#include "mixture/noise_level.hpp"

namespace plumbline {

/// The transition p(z_t | z_s) = N(alpha z_s, variance I) from s to t > s.
struct Transition {
  Real alpha = 1;     ///< a_{t|s} = a_t / a_s
  Real variance = 0;  ///< s²_{t|s} = s_t² − a_{t|s}² s_s², computed without that subtraction
};

/// dz = drift z dt + √diffusion2 dw: the SDE whose marginals are the process.
struct SdeCoefficients {
  Real drift = 0;       ///< f(t) = d log a/dt
  Real diffusion2 = 0;  ///< g²(t) = d s²/dt − 2 f s²
};

/// Probability-flow ODE in the denoised form, dz/dt = state z + model ẑ_0(z): finite wherever a
/// limit exists, also at a_t = 0 (diffusion/processes/README §2).
struct OdeCoefficients {
  Real state = 0;  ///< d log s/dt = f + g²/(2 s²)
  Real model = 0;  ///< da/dt − a d log s/dt = −a g²/(2 s²)
};

/// Which derivative at the kinks of the discrete schedules: a step from t to s < t starts with the
/// left one at t and ends with the right one at s.
enum class Side { left, right };

/// Immutable, cheap to copy. Every quantity keeps full relative accuracy down to t = 1e-8.
class NoiseProcess {
 public:
  /// From a sweep file's process table ({kind = "ou", horizon = 4.0}); SpecError names the key.
  static NoiseProcess from_settings(const Table& table);
  /// Any smooth a(t) > 0 on (0, horizon) with a(0) = 1, and s²(t) with s²(0) = 0; derivatives by
  /// fourth-order differences. As accurate as a and s² are: a − 1 and s²_{t|s} are differences
  /// here.
  static NoiseProcess general(std::function<Real(Real)> alpha, std::function<Real(Real)> variance,
                              Real horizon);

  /// A schedule under the settings that made it, its kind first: what the catalogue's entries call.
  struct Schedule;
  NoiseProcess(std::shared_ptr<const Schedule> schedule, Table resolved);

  std::string name() const;  ///< its kind, for messages and files: nothing may depend on it
  Table resolved() const { return *resolved_; }  ///< kind and every setting, defaults filled in
  Real horizon() const;

  NoiseLevel at(Real t) const;                                ///< 0 ≤ t ≤ horizon
  Transition between(Real s, Real t) const;                   ///< 0 ≤ s ≤ t
  SdeCoefficients sde(Real t, Side side = Side::left) const;  ///< 0 ≤ t, a_t > 0
  OdeCoefficients ode(Real t, Side side = Side::left) const;  ///< 0 < t
  Real log_snr(Real t) const;  ///< λ_t = log(a_t²/s_t²); +∞ at 0, −∞ where a = 0
  Real time_at_log_snr(Real lambda) const;  ///< inverse of log_snr, clamped to [0, horizon]
  /// True when alpha_T = 0 (flow at horizon 1): SDE coefficients are infinite there.
  bool degenerate_at_horizon() const { return at(horizon()).alpha == 0; }
  /// Standard deviation of the Gaussian about 0 that practice starts from in place of p_T: 1 where
  /// a_T² + s_T² = 1, so that data of unit variance still have it there, else s_T.
  Real practical_deviation() const;

 private:
  std::shared_ptr<const Schedule> schedule_;
  std::shared_ptr<const Table> resolved_;
};

}  // namespace plumbline
