// main of every GoogleTest program: Kokkos lives from before the first test until after the last.
#include <gtest/gtest.h>

#include "core/kokkos.hpp"

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  const Kokkos::ScopeGuard kokkos(argc, argv);
  return RUN_ALL_TESTS();
}
