// How threads wait, by the load of the machine.
#include "cli/processor.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <optional>

namespace plumbline::cli {
namespace {

/// Threads of other programs that run or want to at this moment; nothing where the system does not
/// say (only Linux does).
std::optional<long> others_running() {
  std::FILE* const file = std::fopen("/proc/loadavg", "r");
  if (!file) return std::nullopt;
  long running = 0;
  const bool known = std::fscanf(file, "%*s %*s %*s %ld", &running) == 1;  // this one is of them
  std::fclose(file);
  if (!known) return std::nullopt;
  return running - 1;
}

constexpr char decided_before[] = "PLUMBLINE_WAITING";  // why, for the program started anew

Waiting decide() {
  for (const char* name : {"OMP_WAIT_POLICY", "GOMP_SPINCOUNT"})
    if (const char* wish = std::getenv(name)) {
      const std::string text = wish;
      const bool sleep = text == "passive" || text == "PASSIVE" || text == "0";
      const char* why = std::getenv(decided_before);
      return {!sleep, sleep && why ? why : fmt::format("{}={}", name, text)};
    }
  const long cores = sysconf(_SC_NPROCESSORS_ONLN);
  const std::optional<long> others = others_running();
  if (!others) return {true, "the default; this system does not say how busy it is"};
  return {*others < cores,
          fmt::format("{} threads of other programs want the {} cores", *others, cores)};
}

}  // namespace

const Waiting& waiting() {
  static const Waiting decided = decide();
  return decided;
}

void start_as_waiting(char** argv) {
  if (waiting().spin || std::getenv("OMP_WAIT_POLICY") || std::getenv("GOMP_SPINCOUNT")) return;
  setenv("OMP_WAIT_POLICY", "passive", 1);
  setenv(decided_before, waiting().why.c_str(), 1);
  execv("/proc/self/exe", argv);
}

}  // namespace plumbline::cli
