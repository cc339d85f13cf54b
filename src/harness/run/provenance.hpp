// Where numbers come from: the program, the machine, the moment.
#pragma once

#include "core/kokkos.hpp"
#include "record/provenance.hpp"

namespace plumbline {

/// PLUMBLINE_ANONYMOUS is set to something: results name neither this machine nor its folders, for
/// files that are published or reviewed blind. The sweep file inside them stays verbatim.
bool anonymous();

/// A word of a command line, every absolute path in it cut to its last part: "--out=/a/b/c.h5" →
/// "--out=c.h5", "-I/a/b" → "-Ib". Relative paths stay.
std::string without_folders(const std::string& word);

/// Everything but `started` and `finished`.   `command` is the command line, as typed; host and
/// device are "withheld" where results are anonymous.
Provenance provenance(const Exec& exec, const std::string& command);

/// The version of this program, as results name it.
std::string program_version();

/// "2025-03-01T12:00:00Z"
std::string now_utc();

}  // namespace plumbline
