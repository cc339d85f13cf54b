// What the guard refuses, and what it lets pass. Run with it loaded (tests/host_access).
#include <dlfcn.h>
#include <gtest/gtest.h>

#include "core/kokkos.hpp"
#include "core/reduce.hpp"

namespace plumbline::host_access {
namespace {

/// The guard's exit code, and how it names the array.
const testing::ExitedWithCode refused(70);
constexpr const char* named = "the host touches the device array 'x' outside kernels and copies";

bool guarded() {
  const void* flag = dlsym(RTLD_DEFAULT, "plumbline_host_access_is_guarded");
  return flag && *static_cast<const bool*>(flag);
}

void add_one(const Exec& exec, const Vector& x) {
  parallel_over(
      exec, "add_one", x.extent(0), KOKKOS_LAMBDA(Index n) { x(n) += 1; });
}

Real total(const Exec& exec, const Vector& x) {
  return fixed_sum(
      exec, "total", x.extent(0), KOKKOS_LAMBDA(Index n) { return x(n); });
}

/// The device's copy of 0, 1, …, n − 1.
Vector numbers(Index n) {
  std::vector<Real> values(n);
  for (Index i = 0; i < n; ++i) values[i] = static_cast<Real>(i);
  return to_device("x", values);
}

Real read(const volatile Real* at) {
  return *at;
}

TEST(HostAccess, IsGuardedHere) {
  ASSERT_TRUE(guarded()) << "LD_PRELOAD and KOKKOS_TOOLS_LIBS have to name the guard";
}

TEST(HostAccess, OfOneNumberIsRefused) {
  const Vector x = numbers(1);
  EXPECT_EXIT(read(&x(0)), refused, named);
}

TEST(HostAccess, OfTheLastOfManyNumbersIsRefused) {
  const Vector x = numbers(100000);
  EXPECT_EXIT(read(&x(99999)), refused, named);
}

TEST(HostAccess, ByWritingIsRefused) {
  const Vector x = make_vector("x", 3);
  EXPECT_EXIT(x(1) = 2, refused, named);
}

TEST(HostAccess, AfterAKernelHadTheArrayIsRefused) {
  const Vector x = numbers(10);
  add_one(Exec(), x);
  EXPECT_EXIT(read(&x(3)), refused, "the last one: add_one; HostAccess.AfterAKernel");
}

TEST(HostAccess, ThroughASubviewIsRefused) {
  const Vector x = numbers(10);
  const auto part = Kokkos::subview(x, std::pair<Index, Index>(2, 4));
  EXPECT_EXIT(read(&part(0)), refused, named);
}

TEST(HostAccess, ByKernelsAndCopiesPasses) {
  const Vector x = numbers(3000), y = make_vector("y", 3000);
  add_one(Exec(), x);
  Kokkos::deep_copy(y, x);
  EXPECT_EQ(total(Exec(), y), 3000 * 3001 / 2);
  EXPECT_EQ(host_copy(y)(2999), 3000);
}

TEST(HostAccess, OfAMirrorPassesAndItsCopyMustNotBeForgotten) {
  const Vector x = numbers(2);
  const auto mirror = host_mirror(x);
  mirror(1) = 7;
  EXPECT_EQ(host_copy(x)(1), 1);
  Kokkos::deep_copy(x, mirror);
  EXPECT_EQ(host_copy(x)(1), 7);
}

}  // namespace
}  // namespace plumbline::host_access
