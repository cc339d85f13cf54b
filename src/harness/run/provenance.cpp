// Provenance of a result file. The build system defines BUILD_…; build_stamp.hpp is written anew by
// every build.
#include "harness/run/provenance.hpp"

#include <unistd.h>

#include <algorithm>
#include <boost/version.hpp>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "build_stamp.hpp"
#include "core/linalg.hpp"
#include "harness/sweep/toml.hpp"

namespace plumbline {
namespace {

/// What follows the first ':' of the first line that contains `mark`, trimmed.
std::string after_colon(std::istream& text, const std::string& mark) {
  for (std::string line; std::getline(text, line);) {
    const std::size_t colon = line.find(':');
    if (line.find(mark) == line.npos || colon == line.npos) continue;
    const std::size_t first = line.find_first_not_of(" \t", colon + 1);
    return first == line.npos ? "" : line.substr(first);
  }
  return "";
}

std::string processor() {
  std::ifstream cpuinfo("/proc/cpuinfo");
  const std::string name = after_colon(cpuinfo, "model name");
  return name.empty() ? "unknown" : name;
}

/// The GPU that Kokkos selected ("Kokkos::Cuda[ 0 ] NVIDIA … : Selected"), else the processor.
std::string device(const Exec& exec) {
  if (on_host) return processor();
  std::stringstream configuration;
  exec.print_configuration(configuration);
  for (std::string line; std::getline(configuration, line);)
    if (line.find("Selected") != line.npos) return line;
  return "unknown";
}

std::string host_name() {
  char name[256] = {};
  return gethostname(name, sizeof name - 1) == 0 ? name : "unknown";
}

std::string triple(int number, int major, int minor) {
  return fmt::format("{}.{}.{}", number / major, number % major / minor, number % minor);
}

std::string host_compiler() {
#if defined(__clang__)
  return "clang " __clang_version__;
#elif defined(__GNUC__)
  return "gcc " __VERSION__;
#else
  return "unknown";
#endif
}

/// "nvcc 13.0.88 with gcc 12.2.0": kernels are the one's, everything else is the other's.
std::string compiler() {
#if defined(__NVCC__)
  return fmt::format("nvcc {}.{}.{} with {}", __CUDACC_VER_MAJOR__, __CUDACC_VER_MINOR__,
                     __CUDACC_VER_BUILD__, host_compiler());
#else
  return host_compiler();
#endif
}

/// Does an absolute path (/…, ~/…) begin at word[i]?
bool begins_path(const std::string& word, std::size_t i) {
  if (word[i] != '/' && word.compare(i, 2, "~/") != 0) return false;
  const bool after_option = i == 2 && (word.starts_with("-I") || word.starts_with("-L"));
  return i == 0 || after_option || std::string_view("=:,;'\"([ ").find(word[i - 1]) != word.npos;
}

std::string build_flags() {
  if (!anonymous()) return BUILD_FLAGS;
  std::istringstream flags(BUILD_FLAGS);
  std::string text;
  for (std::string word; flags >> word;) {
    if (!text.empty()) text += ' ';
    text += without_folders(word);
  }
  return text;
}

}  // namespace

bool anonymous() {
  const char* wish = std::getenv("PLUMBLINE_ANONYMOUS");
  return wish && *wish;
}

std::string without_folders(const std::string& word) {
  std::string text;
  for (std::size_t i = 0; i < word.size(); ++i) {
    if (begins_path(word, i))
      i = word.rfind('/', std::min(word.find_first_of("'\",;:)]", i), word.size()) - 1);
    else
      text += word[i];
  }
  return text;
}

Provenance provenance(const Exec& exec, const std::string& command) {
  Provenance p;
  p.command = command;
  p.plumbline_version = program_version();
  p.git_commit = PLUMBLINE_BUILD_COMMIT;
  p.git_dirty = PLUMBLINE_BUILD_DIRTY;
  p.compiler = compiler();
  p.build_flags = build_flags();
  p.kokkos_version = triple(KOKKOS_VERSION, 10000, 100);
  p.backend = Exec::name();
  p.device = anonymous() ? "withheld" : device(exec);
  p.host = anonymous() ? "withheld" : host_name();
  p.threads = exec.concurrency();
  p.libraries = {{"hdf5", BUILD_HDF5},
                 {"fmt", triple(FMT_VERSION, 10000, 100)},
                 {"eigen", fmt::format("{}.{}.{}", EIGEN_WORLD_VERSION, EIGEN_MAJOR_VERSION,
                                       EIGEN_MINOR_VERSION)},
                 {"boost", triple(BOOST_VERSION, 100000, 100)},
                 {"toml++", toml_library_version()}};
  return p;
}

std::string program_version() {
  return BUILD_VERSION;
}

std::string now_utc() {
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm utc = {};
  gmtime_r(&now, &utc);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
  return text;
}

}  // namespace plumbline
