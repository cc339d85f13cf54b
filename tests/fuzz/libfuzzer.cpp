// The entry points that libFuzzer calls: fuzz --target=NAME [its own options] CORPUS.
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "fuzz/mutate.hpp"
#include "fuzz/targets.hpp"

using namespace plumbline::fuzz;

namespace {

const Target* chosen = nullptr;

}  // namespace

extern "C" size_t LLVMFuzzerMutate(uint8_t* bytes, size_t size, size_t most);

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
  constexpr std::string_view option = "--target=";
  for (int i = 1; i < *argc; ++i)
    if (const std::string_view word = (*argv)[i]; word.starts_with(option))
      chosen = find_target(word.substr(option.size()));
  if (chosen) return 0;
  std::fprintf(stderr, "--target=NAME is one of");
  for (const Target& target : targets()) std::fprintf(stderr, " %s", target.name.data());
  std::fprintf(stderr, "\n");
  std::exit(2);
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  chosen->run({bytes, size});
  return 0;
}

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* bytes, size_t size, size_t most,
                                          unsigned int seed) {
  std::mt19937 random(seed);
  return mutate(chosen->grammar, bytes, size, most, random, LLVMFuzzerMutate);
}

extern "C" size_t LLVMFuzzerCustomCrossOver(const uint8_t* first, size_t first_size,
                                            const uint8_t* second, size_t second_size, uint8_t* out,
                                            size_t most, unsigned int seed) {
  std::mt19937 random(seed);
  return cross(chosen->grammar, {first, first_size}, {second, second_size}, out, most, random);
}
