// TOML text → values that know where they were written. Nothing else in the project sees toml++.
#pragma once

#include <optional>

#include "core/value.hpp"

namespace plumbline {

/// A TOML document as a table, keys in the order written, file:line:column on every value.
/// SpecError at the offending place for invalid TOML, and for dates and times, which no setting is.
Table parse_toml(const std::string& text, const std::string& file);

/// One TOML value ("[1.5, 2]", "1e-3", "{ geom = [1, 8, 4] }") placed at `where`; nothing when the
/// text is not one.
std::optional<Value> parse_toml_value(const std::string& text, const Location& where);

std::string toml_library_version();

}  // namespace plumbline
