// Prints the bits of every metric, for same_bits.cmake to compare between thread counts.
#include "contract/metric_cases.hpp"
#include "core/math.hpp"

int main(int argc, char** argv) {
  const Kokkos::ScopeGuard kokkos(argc, argv);
  using namespace plumbline;
  fmt::print("threads {}\n", Exec{}.concurrency());
  for (const MetricEntry& entry : metric_catalogue())
    for (const test::MetricCase& c : test::metric_cases()) {
      const Estimate e = test::measure(entry, c.problem, c.draws);
      fmt::print("{} on {}: {:016x} {:016x}\n", entry.name, c.name, math::bits_of(e.value),
                 math::bits_of(e.standard_error));
    }
}
