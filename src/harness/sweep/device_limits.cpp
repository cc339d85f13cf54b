// Memory that is left where kernels have their arrays. Apart from limits.cpp, so that what reads
// sweeps needs no Kokkos.
#include "core/kokkos.hpp"
#include "harness/sweep/limits.hpp"

namespace plumbline {

Real device_memory() {
#if defined(KOKKOS_ENABLE_CUDA)  // Kokkos itself cannot be asked
  std::size_t free = 0, all = 0;
  if (!on_host && cudaMemGetInfo(&free, &all) == cudaSuccess) return static_cast<Real>(free);
#elif defined(KOKKOS_ENABLE_HIP)
  std::size_t free = 0, all = 0;
  if (!on_host && hipMemGetInfo(&free, &all) == hipSuccess) return static_cast<Real>(free);
#endif
  return infinity;
}

std::string memory_name() {
  return Memory::name();
}

}  // namespace plumbline
