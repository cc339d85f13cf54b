// The tables of one step of ConditionalReverse: what depends on (t, s, k) only. Private to
// diffusion/.
#pragma once

#include "diffusion/component_choice.hpp"
#include "diffusion/conditional_reverse.hpp"

namespace plumbline {

/// y_j | z_t, k ~ N(c + G (z_j − a_t μ), 1/precision), coordinate by coordinate.
struct CoordinateReadout {
  Matrix center, center_low;  ///< a_s μ_y and its remainder  [K, m]
  Matrix gain;                ///< G  [K, m]
  Matrix precision;           ///< 1/C  [K, m]
  Vector log_const;           ///< −½ Σ log C − (m/2) log 2π  [K]
};

/// Views only: kernels capture it by value.
struct ConditionalReverse::StepTables {
  MixtureTables from;             ///< at t
  detail::ReverseMap map;         ///< to s
  IndexVector observed;           ///< [m]
  IndexVector free;               ///< [f]
  IndexVector role;               ///< [D]: column of y, or −1 for a free coordinate
  CoordinateReadout coordinates;  ///< isotropic, diagonal

  // full: x_s = a_s μ_x + free_gain Uᵀ(z_t − a_t μ) + innovation L⁻¹ (y_s − m^y) + free_factor ξ
  Readout readout;
  Cube free_gain;    ///< U_x G  [K, f, D]
  Cube innovation;   ///< C^xy L⁻ᵀ  [K, f, m]
  Cube free_factor;  ///< C^{x|y} = free_factor free_factorᵀ  [K, f, f]
};

/// Those of full covariances on their way from the host, of one step or of several side by side:
/// rows first … first + K − 1 are one step's.
struct ConditionalReverse::FullTables {
  /// components: K, or K times the steps
  FullTables(int components, int observed, int free);
  void upload();
  /// Shows `tables` those of one step.
  void show(Index first, StepTables& tables) const;

  ReadoutBuilder readout;
  Staged<Cube> free_gain, innovation, free_factor;
  Readout uploaded = {};
};

namespace detail {
/// Fill the tables for `map`; `from` is already at t.
void fill_coordinate_readout(const Exec& exec, ConditionalReverse::StepTables& tables);
/// Fills rows first … of `full` for the step from `t` by `map`; nothing is uploaded.
void fill_full_readout(const GaussianMixture& mixture, const std::vector<int>& observed,
                       const std::vector<int>& free, const NoiseLevel& t, const ReverseMap& map,
                       int first, ConditionalReverse::FullTables& full);
}  // namespace detail

}  // namespace plumbline
