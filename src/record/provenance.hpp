// Where the numbers of a result file come from.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace plumbline {

/// Where the numbers come from: root attributes.
struct Provenance {
  std::string command;
  std::string plumbline_version, git_commit;
  bool git_dirty = false;
  std::string compiler, build_flags, kokkos_version, backend, device, host;
  int threads = 0;
  std::string started, finished;                                    ///< ISO 8601, UTC
  std::vector<std::pair<std::string, std::string>> libraries = {};  ///< name → version
};

}  // namespace plumbline
