// The resolved problem at one point of the problem's axes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "record/numbers.hpp"

namespace plumbline {

/// The resolved problem at one point of the problem's axes. Covariances with K·D·D > max_covariance
/// numbers are left out; variances are always there.
struct ProblemRecord {
  static constexpr std::int64_t max_covariance = 1'000'000;

  std::int64_t problem = 0;
  std::string process, prior, observation;      ///< resolved settings as TOML text
  NumberArray weights;                          ///< [K]
  NumberArray means;                            ///< [K, D]
  NumberArray variances;                        ///< [K, D] diagonal of Σ_k, or [K, 1] isotropic
  std::optional<NumberArray> covariances = {};  ///< [K, D, D]
  /// Exact posterior over the d coordinates of a draw; absent where it is no mixture (a tilted
  /// class, an event, a crescent). When y is drawn anew per replicate, that of the first.
  std::optional<NumberArray> posterior_weights = {};      ///< [K']
  std::optional<NumberArray> posterior_means = {};        ///< [K', d]
  std::optional<NumberArray> posterior_variances = {};    ///< [K', d] or [K', 1]
  std::optional<NumberArray> posterior_covariances = {};  ///< [K', d, d]
  NumberArray y;                                          ///< [m], or [replicate, m] when drawn
  std::vector<double> log_evidence;                       ///< [1], or [replicate] when drawn
  std::vector<double> target_mean;                        ///< [d]
  NumberArray target_covariance;                          ///< [d, d]
};

}  // namespace plumbline
