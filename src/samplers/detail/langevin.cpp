#include "samplers/detail/langevin.hpp"

namespace plumbline {

void langevin_sweep(const Exec& exec, Real epsilon, Rng rng, std::uint32_t step,
                    const IndexVector& coordinates, const Matrix& score, const Matrix& z) {
  const int d = coordinates.extent_int(0);
  parallel_over(
      exec, "plumbline::samplers::langevin_sweep", z.extent(0), KOKKOS_LAMBDA(Index n) {
        for (int j = 0; j < d; ++j) {
          const int i = coordinates(j);
          z(n, i) = langevin_move(z(n, i), score(n, i), epsilon, rng.normal(n, step, i));
        }
      });
}

}  // namespace plumbline
