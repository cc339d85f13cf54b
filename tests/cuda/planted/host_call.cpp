// A kernel that calls a function of the host's: nvcc warns, and leaves the store out.
#include "core/kokkos.hpp"

namespace plumbline {

struct Factor {
  Real value;
  Real get() const { return value; }
};

void twice(const Exec& exec, const Vector& x, const Factor& factor) {
  parallel_over(
      exec, "plumbline::planted::twice", x.extent(0),
      KOKKOS_LAMBDA(Index n) { x(n) *= factor.get(); });
}

}  // namespace plumbline
