// Where numbers come from: the program, the machine, the moment.
#pragma once

#include "core/kokkos.hpp"
#include "record/provenance.hpp"

namespace plumbline {

/// Everything but `started` and `finished`.   `command` is the command line, as typed.
Provenance provenance(const Exec& exec, const std::string& command);

/// "2025-03-01T12:00:00Z"
std::string now_utc();

}  // namespace plumbline
