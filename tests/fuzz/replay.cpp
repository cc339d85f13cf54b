// Every file of a corpus through its target, without libFuzzer: replay FOLDER [TARGET [FILE …]].
// The corpus of a target is FOLDER/TARGET. A file that ends the program is named before.
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <fstream>

#include "fuzz/targets.hpp"

namespace {

using namespace plumbline::fuzz;

/// Of this process: a child that HDF5 is tried in has its own limit. A busy machine makes nothing
/// fail; what sleeps is ended by the clock.
constexpr time_t processor_seconds = 20;
constexpr unsigned seconds_asleep = 600;
char current[512];

/// At a signal only write(2) is safe.
extern "C" void say_which(int signal) {
  for (const char* text : {"\nended by signal at ", static_cast<const char*>(current), "\n"})
    if (::write(STDERR_FILENO, text, std::strlen(text)) < 0) break;
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

/// 0: no more.
void limit(time_t processor, unsigned wall) {
  const itimerval timer = {{0, 0}, {processor, 0}};
  ::setitimer(ITIMER_PROF, &timer, nullptr);
  ::alarm(wall);
}

bool replay(const Target& target, const std::filesystem::path& file) {
  std::snprintf(current, sizeof current, "%s", file.c_str());
  std::ifstream in(file, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  limit(processor_seconds, seconds_asleep);
  try {
    target.run({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
    limit(0, 0);
    return true;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s: neither read nor refused: %s\n", file.c_str(), error.what());
    return false;
  }
}

std::vector<std::filesystem::path> files_of(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator(folder, none))
    files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  for (const int signal : {SIGSEGV, SIGABRT, SIGFPE, SIGBUS, SIGPROF, SIGALRM})
    std::signal(signal, say_which);
  bool well = true;
  for (const Target& target : targets()) {
    if (argc > 2 && target.name != argv[2]) continue;
    std::vector<std::filesystem::path> files(argv + std::min(argc, 3), argv + argc);
    if (files.empty()) files = files_of(std::filesystem::path(argv[1]) / target.name);
    for (const auto& file : files) well = replay(target, file) && well;
    std::printf("%-9s %zu files\n", target.name.data(), files.size());
    well = well && !files.empty();
  }
  return well ? 0 : 1;
}
