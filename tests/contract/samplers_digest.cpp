// Prints the bits of every sampler's draws, for same_bits.cmake to compare between thread counts.
#include <fmt/format.h>

#include "contract/sampler_cases.hpp"
#include "core/math.hpp"

namespace plumbline::test {
namespace {

std::uint64_t folded(const std::vector<Real>& values) {
  std::uint64_t h = 0;
  for (const Real v : values) h = (h ^ math::bits_of(v)) * 0x100000001b3 + 1;
  return h;
}

void print_digests() {
  for (const SamplerEntry& entry : sampler_catalogue())
    for (const Case& c : cases()) {
      if (!can(entry, c.problem)) continue;
      const Drawn drawn = draw(*entry.make(small_settings(entry)), c.problem, 597);
      fmt::print("{} {} {:016x} {:016x} {:016x}\n", entry.name, c.name,
                 folded(to_host(drawn.ensemble.x)), folded(to_host(drawn.ensemble.log_w)),
                 folded({drawn.trace.log_evidence, drawn.trace.ess_min, drawn.trace.acceptance}));
    }
}

}  // namespace
}  // namespace plumbline::test

int main(int argc, char** argv) {
  const Kokkos::ScopeGuard kokkos(argc, argv);
  fmt::print("threads {}\n", plumbline::Exec{}.concurrency());
  plumbline::test::print_digests();
}
