// Numbers as people write them, and as messages show them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/types.hpp"

namespace plumbline {

/// A decimal number with an optional sign and exponent, digits on one side of the point at least:
/// "2", "+1", ".5", "1.", "-3e-4"; and "nan", "inf", "-inf", "infinity" in any case. ±∞ where it is
/// beyond every double, 0 where it is below. Nothing where the text is anything else.
std::optional<Real> parse_number(std::string_view text);

/// `decimals` digits behind the point; where that makes more than six significant ones, six.
std::string fixed_text(Real value, int decimals);

/// "1 cell", "2 cells".
std::string counted(Index n, std::string_view noun);

}  // namespace plumbline
