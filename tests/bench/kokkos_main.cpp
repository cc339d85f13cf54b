// main of every Google Benchmark program.
#include <benchmark/benchmark.h>

#include "core/kokkos.hpp"

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  const Kokkos::ScopeGuard kokkos(argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
