// Forward noising processes p(z_t | z_0) = N(alpha_t z_0, sigma_t² I). MATH §2, DESIGN §5 (names
// and what t is). t = 0 is data, t = horizon is noise.
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

/// Immutable, cheap to copy. Every quantity keeps full relative accuracy down to t = 1e-8.
class NoiseProcess {
 public:
  /// From a sweep file's process table ({kind = "ou", horizon = 4.0}); SpecError names the key.
  static NoiseProcess from_settings(const Table& table);
  /// Any smooth a(t) > 0 (a(0) = 1) and s²(t) (s²(0) = 0); derivatives by central differences.
  static NoiseProcess general(std::function<Real(Real)> alpha, std::function<Real(Real)> variance,
                              Real horizon);

  std::string name() const;  ///< "ou", "vp", "ve", "flow", "general"
  Table resolved() const;    ///< kind and every setting, defaults filled in
  Real horizon() const;

  NoiseLevel at(Real t) const;               ///< 0 ≤ t ≤ horizon
  Transition between(Real s, Real t) const;  ///< 0 ≤ s ≤ t
  SdeCoefficients sde(Real t) const;         ///< left derivative at kinks of the discrete schedules
  Real log_snr(Real t) const;  ///< λ_t = log(a_t²/s_t²); +∞ at 0, −∞ where a = 0
  Real time_at_log_snr(Real lambda) const;  ///< inverse of log_snr, clamped to [0, horizon]
  /// True when alpha_T = 0 (flow at horizon 1): SDE coefficients are infinite there.
  bool degenerate_at_horizon() const { return at(horizon()).alpha == 0; }

  struct Schedule;  ///< one noise schedule (noise_process.cpp and neighbours)

 private:
  explicit NoiseProcess(std::shared_ptr<const Schedule> schedule)
      : schedule_(std::move(schedule)) {}
  std::shared_ptr<const Schedule> schedule_;
};

/// For `list processes` and `describe`: name, one line, settings.
struct ProcessDoc {
  std::string name, summary, reference;
  std::vector<FieldDoc> fields;
};
std::vector<ProcessDoc> process_docs();

}  // namespace plumbline
