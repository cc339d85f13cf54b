// A right kernel, against which the wrong ones beside it are held.
#include "core/kokkos.hpp"

namespace plumbline {

struct Factor {
  Real value;
  KOKKOS_INLINE_FUNCTION Real get() const { return value; }
};

void twice(const Exec& exec, const Vector& x, const Factor& factor) {
  parallel_over(
      exec, "plumbline::planted::twice", x.extent(0),
      KOKKOS_LAMBDA(Index n) { x(n) *= factor.get(); });
}

}  // namespace plumbline
