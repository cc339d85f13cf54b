// Memory that is left, and how sizes are written.
#include "harness/sweep/limits.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <sstream>
#include <utility>

#include "core/errors.hpp"

namespace plumbline {
namespace {

namespace fs = std::filesystem;

constexpr const char* units = "KMGT";

/// The number in a file of one number; ∞ for "max", for none, and for no file.
Real number_in(const fs::path& path) {
  std::ifstream file(path);
  Real number = 0;
  return file >> number ? number : infinity;
}

/// The number behind `name` in lines "name number"; `otherwise` where there is none.
Real number_behind(const fs::path& path, const std::string& name, Real otherwise) {
  std::ifstream file(path);
  std::string word;
  Real number = 0;
  while (file >> word)
    if (word == name && file >> number) return number;
  return otherwise;
}

/// What a control group and those around it leave: limit − use, where use is without file pages
/// that the kernel would give back.
Real group_memory(fs::path group, const fs::path& top, const char* limit, const char* use) {
  Real left = infinity;
  for (;; group = group.parent_path()) {
    const Real most = number_in(group / limit), used = number_in(group / use);
    if (std::isfinite(most) && std::isfinite(used))
      left = std::min(left, most - used + number_behind(group / "memory.stat", "inactive_file", 0));
    if (group == top || group.empty() || group == group.root_path()) return left;
  }
}

/// Lines "0::/path" (version 2) and "n:…,memory,…:/path" (version 1) of /proc/self/cgroup. In a
/// container the path may be that of the machine outside: then the group is the top.
Real cgroup_memory(const fs::path& root) {
  Real left = infinity;
  std::ifstream file(root / "proc/self/cgroup");
  for (std::string line; std::getline(file, line);) {
    const std::size_t first = line.find(':'), second = line.find(':', first + 1);
    if (second == line.npos) continue;
    const std::string controllers = "," + line.substr(first + 1, second - first - 1) + ",";
    const bool unified = controllers == ",,";
    if (!unified && controllers.find(",memory,") == controllers.npos) continue;
    const fs::path top = root / (unified ? "sys/fs/cgroup" : "sys/fs/cgroup/memory");
    const fs::path own =
        (top / fs::path(line.substr(second + 1)).relative_path()).lexically_normal();
    const fs::path group = fs::exists(own) ? own : top;
    left = std::min(
        left, unified ? group_memory(group, top, "memory.max", "memory.current")
                      : group_memory(group, top, "memory.limit_in_bytes", "memory.usage_in_bytes"));
  }
  return left;
}

/// What a limit on the address space leaves.
Real address_space(const fs::path& root) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return infinity;
  const Real pages = number_in(root / "proc/self/statm");
  const Real used = std::isfinite(pages) ? pages * static_cast<Real>(::sysconf(_SC_PAGESIZE)) : 0;
  return static_cast<Real>(limit.rlim_cur) - used;
}

}  // namespace

Real available_memory(const fs::path& root) {
  const Real machine = 1024 * number_behind(root / "proc/meminfo", "MemAvailable:", infinity);
  return std::max(Real(0), std::min({machine, cgroup_memory(root), address_space(root)}));
}

Real parse_bytes(const std::string& text) {
  Real number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  std::string unit(end, text.data() + text.size());
  for (char& letter : unit)
    if (letter >= 'a' && letter <= 'z') letter = static_cast<char>(letter - 'a' + 'A');
  if (unit.ends_with('B')) unit.pop_back();
  if (unit.ends_with('I')) unit.pop_back();
  const std::size_t power = unit.empty()       ? 0
                            : unit.size() == 1 ? std::string(units).find(unit) + 1
                                               : 0;
  const bool known = unit.empty() || (unit.size() == 1 && power > 0);
  if (error != std::errc() || !known || !(number > 0) || !std::isfinite(number))
    throw SpecError("--memory", text, "must be a positive size such as 8G, 500M or 1.5T");
  return number * std::pow(Real(1024), static_cast<Real>(power));
}

std::string bytes_text(Real bytes) {
  if (!std::isfinite(bytes)) return "more than any machine has";
  if (bytes < 1024) return fmt::format("{:.0f} bytes", bytes);
  std::size_t power = 0;
  while (bytes >= 1023.5 && power < 4) {
    bytes /= 1024;
    ++power;
  }
  return fmt::format("{:.3g} {}B", bytes, units[power - 1]);
}

}  // namespace plumbline
