// Does this processor have what the program was built for? Compiled for any processor of its family
// (CMakeLists.txt), and free of what another file might have compiled for a newer one.
#include <unistd.h>

#include <cstring>

#include "cli/processor.hpp"

namespace plumbline::cli {
namespace {

bool has_instruction_set() {
#if defined(__x86_64__) && defined(PLUMBLINE_X86_64_LEVEL)
  __builtin_cpu_init();
#if PLUMBLINE_X86_64_LEVEL >= 4
  if (!__builtin_cpu_supports("avx512f") || !__builtin_cpu_supports("avx512bw") ||
      !__builtin_cpu_supports("avx512cd") || !__builtin_cpu_supports("avx512dq") ||
      !__builtin_cpu_supports("avx512vl"))
    return false;
#endif
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
         __builtin_cpu_supports("bmi2");
#else
  return true;
#endif
}

// Before the constructors of other files, which may use those instructions already.
[[gnu::constructor(101)]] void at_start() {
  require_instruction_set();
}

}  // namespace

void require_instruction_set() {
  if (has_instruction_set()) return;
  constexpr char text[] =
      "plumbline: built for a processor with more instructions than this one has;\n"
      "build it here, or with -DPLUMBLINE_ARCH=x86-64-v3 (or none) for all that shall run it\n";
  [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, text, std::strlen(text));
  _exit(1);
}

}  // namespace plumbline::cli
