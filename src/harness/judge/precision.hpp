// In which precision numbers were written: exact draws are rounded alike before they are compared.
// harness/verdict/README §5.
#pragma once

#include <string>
#include <vector>

#include "core/linalg.hpp"

namespace plumbline {

/// A rounding that leaves every given number as it is: the coarsest of those tried. Numbers that
/// went through float32 or "%.4f" repeat by themselves, and exact draws must be allowed to as well.
struct Precision {
  enum class Kind { float64, float32, float16, decimals, digits };
  Kind kind = Kind::float64;
  int places = 0;  ///< of `decimals` (after the point) and `digits` (significant)

  double round(double value) const;
  void round(HostMatrix& values) const;
  bool is_full() const { return kind == Kind::float64; }
  /// "float32", "4 decimals", "6 significant digits"; "float64".
  std::string text() const;
};

/// Tried are up to 8 decimals, up to 9 significant digits, float16 and float32, from coarse to fine
/// at the median size of the numbers; the first that changes none of them is taken. Fewer than
/// `fewest_for_precision` numbers other than 0 say nothing: float64.
Precision precision_of(const std::vector<HostMatrix>& sets);
inline constexpr Index fewest_for_precision = 32;

}  // namespace plumbline
