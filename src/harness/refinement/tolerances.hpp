// How far off a known expectation may be in the limit and still count as right.
#pragma once

#include <string_view>

#include "core/types.hpp"

namespace plumbline {

/// In the units of the functionals (metrics/README §10).
struct FunctionalTolerances {
  Real location = 0.25;   ///< posterior standard deviations
  Real spread = 0.25;     ///< of the second moment, over the posterior's
  Real dependence = 0.4;  ///< correlation that the target has not
  Real tails = 0.05;      ///< half of the mass beyond the 5 % and 95 % quantiles
  Real masses = 0.1;      ///< probability

  /// Of a functional by its name: "location_1", "mass_5". ∞ of an unknown one.
  Real of(std::string_view functional) const {
    const auto is = [&](std::string_view kind) { return functional.starts_with(kind); };
    return is("location_")     ? location
           : is("spread_")     ? spread
           : is("dependence_") ? dependence
           : is("tails_")      ? tails
           : is("mass_")       ? masses
                               : infinity;
  }
};

}  // namespace plumbline
