// main of every GoogleTest program: Kokkos lives from before the first test until after the last.
#include <gtest/gtest.h>

#include "core/kokkos.hpp"

namespace {

/// Tells tools of Kokkos which test begins (tests/host_access).
class Announcement final : public testing::EmptyTestEventListener {
  void OnTestStart(const testing::TestInfo& test) override {
    Kokkos::Profiling::markEvent(std::string(test.test_suite_name()) + "." + test.name());
  }
};

}  // namespace

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  const Kokkos::ScopeGuard kokkos(argc, argv);
  testing::UnitTest::GetInstance()->listeners().Append(new Announcement);
  return RUN_ALL_TESTS();
}
