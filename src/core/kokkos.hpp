// The Kokkos vocabulary: execution space, array types, launches and copies.
// The only file that includes <Kokkos_*.hpp>; every other room speaks the names below.
#pragma once

#include <Kokkos_Core.hpp>
#include <string>
#include <vector>

#include "core/types.hpp"

namespace plumbline {

using Exec = Kokkos::DefaultExecutionSpace;
using Memory = Exec::memory_space;

/// Device arrays. Rows are points, columns coordinates; row-major on every backend, so that a
/// result file, a NumPy array and a kernel agree on what is contiguous.
using Vector = Kokkos::View<Real*, Memory>;
using Matrix = Kokkos::View<Real**, Kokkos::LayoutRight, Memory>;
using Cube = Kokkos::View<Real***, Kokkos::LayoutRight, Memory>;
using IndexVector = Kokkos::View<int*, Memory>;

/// True where a kernel runs on a host core: blocks of points are vectorised there (a block of 16
/// points per index, mixture/README §6); on a GPU each thread takes one point.
inline constexpr bool on_host = Kokkos::SpaceAccessibility<Kokkos::HostSpace, Memory>::accessible;
inline constexpr int block_width = on_host ? 16 : 1;

/// A device function that a host core calls: each inlined copy would cost compile time there. On a
/// GPU a call takes registers (96 instead of 64), so that there it is inlined like any other.
#if defined(__CUDA_ARCH__) || defined(__HIP_DEVICE_COMPILE__)
#define PLUMBLINE_OUTLINED_ON_HOST
#else
#define PLUMBLINE_OUTLINED_ON_HOST [[gnu::noinline]]
#endif

/// Uninitialised arrays: the caller overwrites every entry.
inline Vector make_vector(const std::string& label, Index n) {
  return Vector(Kokkos::view_alloc(Kokkos::WithoutInitializing, label), n);
}
inline Matrix make_matrix(const std::string& label, Index rows, Index columns) {
  return Matrix(Kokkos::view_alloc(Kokkos::WithoutInitializing, label), rows, columns);
}
inline Cube make_cube(const std::string& label, Index a, Index b, Index c) {
  return Cube(Kokkos::view_alloc(Kokkos::WithoutInitializing, label), a, b, c);
}
inline IndexVector make_index_vector(const std::string& label, Index n) {
  return IndexVector(Kokkos::view_alloc(Kokkos::WithoutInitializing, label), n);
}

/// One functor call per index 0…n−1, in any order. n = 0 launches nothing.
template <class Functor>
void parallel_over(const Exec& exec, const char* label, Index n, const Functor& functor) {
  if (n == 0) return;
  Kokkos::parallel_for(label, Kokkos::RangePolicy<Exec, Kokkos::IndexType<Index>>(exec, 0, n),
                       functor);
}

/// A host copy of a device array: the only spelling of a device-to-host transfer. Fences.
template <class V>
auto host_copy(const V& view) {
  auto mirror = Kokkos::create_mirror(Kokkos::WithoutInitializing, Kokkos::HostSpace(), view);
  Kokkos::deep_copy(mirror, view);
  return mirror;
}

/// Memory of the host in the shape of a device array, all 0: the caller fills it and sends it by
/// Kokkos::deep_copy(view, mirror). Unlike create_mirror_view, which on a CPU is the array itself,
/// never that: a forgotten copy shows on every machine. Its label ends in "_mirror", by which
/// tests/host_access tells it from arrays that only kernels and copies may touch.
template <class V>
auto host_mirror(const V& view) {
  return Kokkos::create_mirror(Kokkos::HostSpace(), view);
}

/// Device array from host numbers; `values` is row-major and has rows × columns entries.
Vector to_device(const std::string& label, const std::vector<Real>& values);
Matrix to_device(const std::string& label, const std::vector<Real>& values, Index rows,
                 Index columns);

/// The numbers of a device array, row-major.
std::vector<Real> to_host(const Vector& view);
std::vector<Real> to_host(const Matrix& view);

}  // namespace plumbline
