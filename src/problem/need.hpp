// Memory that a computation will hold, said before any of it is allocated. Who holds arrays that
// grow with a setting declares them; the harness adds up and refuses what does not fit.
#pragma once

#include <string>
#include <vector>

#include "core/types.hpp"

namespace plumbline {

/// An array, or the arrays that grow together. Real, because a product of settings may be beyond
/// any integer.
struct Need {
  std::string key;   ///< the setting that makes it large; "draws" is the sweep's own
  std::string what;  ///< "time grid"
  Real bytes = 0;
};
using Needs = std::vector<Need>;

/// Bytes of `count` numbers.
constexpr Real bytes_of(Real count) {
  return count * static_cast<Real>(sizeof(Real));
}

}  // namespace plumbline
