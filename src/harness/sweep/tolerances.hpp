// Errors that count as none: [tolerance] of a sweep file. harness/verdict/README §14.
#pragma once

#include "core/settings.hpp"
#include "problem/perturbation.hpp"

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

}  // namespace plumbline
