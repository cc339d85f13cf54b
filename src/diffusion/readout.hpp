// What a linear-Gaussian readout of the hidden state says about y, component by component:
// log Σ_k r_k(z) N(y; c_k + M_k e_k, L_k L_kᵀ). The likelihood p(y | z_t) of problem/README §7 and
// the weight p(y_s | z_t) of a full-covariance filter are two sets of these tables.
#pragma once

#include "mixture/factored_mixture.hpp"

namespace plumbline {

/// The observed numbers, one row per run (context path): point n belongs to run n / particles.
struct ContextRows {
  Matrix y;             ///< [R, m]
  Index particles = 1;  ///< points per run: n = R · particles
};

/// The run of one row after the other, a division for the first.
class RunCursor {
 public:
  KOKKOS_INLINE_FUNCTION RunCursor(Index row, Index particles)
      : particles_(particles), run_(row / particles), end_((run_ + 1) * particles) {}
  /// Rows are asked for in ascending order.
  KOKKOS_INLINE_FUNCTION Index of(Index row) {
    for (; row >= end_; end_ += particles_) ++run_;
    return run_;
  }

 private:
  Index particles_, run_, end_;
};

/// y | z, k ~ N(c_k + M_k e_k, L_k L_kᵀ) with e_k = U_kᵀ (z − a μ_k), whitened: L⁻¹ (y − c) − L⁻¹ M
/// e is standard normal. On the device.
struct Readout {
  Matrix center;      ///< c, and
  Matrix center_low;  ///< what rounding took from it, so that y − c is exact near c  [K, m]
  Cube whitener;      ///< L⁻¹, lower triangular  [K, m, m]
  Cube gain;          ///< L⁻¹ M  [K, m, D]
  Vector log_const;   ///< −Σ log |L_ii| − (m/2) log 2π  [K]

  int observed() const { return center.extent_int(1); }
};

/// A device array and the host numbers that fill it, level after level: allocated once.
template <class V>
struct Staged {
  V device;
  decltype(host_mirror(std::declval<V>())) host;

  Staged() = default;
  explicit Staged(const V& view) : device(view), host(host_mirror(view)) {}
  void upload() const { Kokkos::deep_copy(device, host); }
};

/// The same tables on the host, filled component by component.
class ReadoutBuilder {
 public:
  ReadoutBuilder(int components, int observed, int dimension);

  /// center [m], root L [m, m] (L Lᵀ = covariance, lower triangular, non-zero diagonal), map M [m,
  /// D]
  void set(int k, const HostVector& center, const HostVector& center_low, const HostMatrix& root,
           const HostMatrix& map);

  /// The tables on the device, as they stand; the next upload overwrites them.
  const Readout& upload() const;

 private:
  Readout readout_;
  Staged<Matrix> center_, center_low_;
  Staged<Cube> whitener_, gain_;
  Staged<Vector> log_const_;
};

/// log Σ_k r_k(z) N(y; c_k + M_k e_k, L_k L_kᵀ).   shapes  z [n, D] → log_p [n]
///   cost  K (D + m D + m²) multiply-adds per point, + K D² for full covariances
void log_readout(const Exec& exec, const MixtureTables& tables, const Readout& readout,
                 const Matrix& z, const ContextRows& y, const Vector& log_p);

}  // namespace plumbline
