// In what a law may be wrong: what verdicts look for, and what is tolerated of each.
// harness/verdict/README §10.
#pragma once

#include <array>

namespace plumbline {

enum class Aspect { location, spread, tails, dependence, masses, conditioning };
constexpr auto names(Aspect) {
  return std::array{"location", "spread", "tails", "dependence", "masses", "conditioning"};
}

}  // namespace plumbline
