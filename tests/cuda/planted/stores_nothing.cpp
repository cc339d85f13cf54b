// A kernel whose result nobody gets: it writes into its own copy.
#include "core/kokkos.hpp"

namespace plumbline {

void twice(const Exec& exec, const Vector& x, Real factor) {
  parallel_over(
      exec, "plumbline::planted::twice", x.extent(0), KOKKOS_LAMBDA(Index n) {
        Real y = x(n);
        y *= factor;
      });
}

}  // namespace plumbline
