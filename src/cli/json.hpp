// Values as JSON (RFC 8259): what --json prints. NaN and infinities, which JSON lacks, become null.
#pragma once

#include <string>

#include "core/value.hpp"

namespace plumbline::cli {

std::string to_json(const Value& value);

/// {"key": value, …} in the order given.
Value object(std::vector<Member> members);
Value texts(const std::vector<std::string>& list);

}  // namespace plumbline::cli
