// Errors that count as none: [tolerance] of a sweep file. harness/verdict/README §10.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/range.hpp"
#include "problem/aspect.hpp"

namespace plumbline {

/// The largest error of every aspect that counts as none, in the unit of its users.
struct Tolerances {
  Real location = 0.25, spread = 0.25, tails = 0.4, dependence = 0.4, masses = 0.1;
  Real conditioning = 0.25;

  Real of(Aspect aspect) const {
    switch (aspect) {
      case Aspect::location:
        return location;
      case Aspect::spread:
        return spread;
      case Aspect::tails:
        return tails;
      case Aspect::dependence:
        return dependence;
      case Aspect::masses:
        return masses;
      case Aspect::conditioning:
        return conditioning;
    }
    return 0;
  }

  void visit(auto&& field) {
    const Range share{.low = 0, .high = 1, .open_low = true, .open_high = true};
    field("location", location, "a shift, in posterior standard deviations", above(0));
    field("spread", spread, "variance too small by this share, or as many times too large", share);
    field("tails", tails, "1/ν of Student's tails of index ν",
          Range{.low = 0, .high = 0.5, .open_low = true, .open_high = true});
    field("dependence", dependence, "a correlation between coordinates that is not there", share);
    field("masses", masses, "share of the mass in another mode", share);
    field("conditioning", conditioning, "share of the draws that ignore y, where y is drawn",
          Range{.low = 0, .high = 1, .open_low = true});
  }
};

/// "tolerance.location = 0.25", … (sweep.cpp).
std::vector<std::string> texts_of(Tolerances tolerances);

/// Errors in [−below, above] are none.
struct Tolerated {
  Real below = 0, above = 0;

  bool operator==(const Tolerated&) const = default;
  /// Errors up to this are none on either side.
  Real least() const { return below < above ? below : above; }
};

/// The same errors as the average of a known functional has them (metrics/README §10), by its name;
/// nothing for a name that is none.
///
///     location_j      ± location                  posterior standard deviations
///     spread_j        −spread … s/(1 − s)         posterior variances; s = spread
///     dependence_i_j  ± dependence
///     tails_j         ± 0.3125 tails²             probability
///     masses_k        ± masses                    probability
///     log_density     ± location                  its standard deviations
///
/// tails: Student's law of index 1/s and the Gaussian's variance has 0.3 s² less beyond the
/// Gaussian's 5 % and 95 % (0.0042, 0.013, 0.053 at s = 0.1, 0.2, 0.4): half of the mass there at
/// the default.
inline std::optional<Tolerated> tolerated(const Tolerances& tolerances,
                                          std::string_view functional) {
  const auto both = [](Real error) { return Tolerated{error, error}; };
  const auto is = [&](std::string_view kind) { return functional.starts_with(kind); };
  const Real s = tolerances.spread, t = tolerances.tails;
  if (is("location_") || functional == "log_density") return both(tolerances.location);
  if (is("spread_")) return Tolerated{s, s / (1 - s)};
  if (is("dependence_")) return both(tolerances.dependence);
  if (is("tails_")) return both(0.3125 * t * t);
  if (is("masses_")) return both(tolerances.masses);
  return std::nullopt;
}

}  // namespace plumbline
