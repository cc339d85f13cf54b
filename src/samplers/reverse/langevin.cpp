#include "samplers/reverse/langevin.hpp"

#include "core/arrays/normal_block.hpp"

namespace plumbline {

void langevin_sweep(const Exec& exec, Real epsilon, Rng rng, std::uint32_t step,
                    const IndexVector& coordinates, const Matrix& score, const Matrix& z) {
  const int d = coordinates.extent_int(0);
  const Index rows = z.extent(0);
  parallel_over(
      exec, "plumbline::samplers::langevin_sweep", row_blocks(rows), KOKKOS_LAMBDA(Index block) {
        const RowBlock own = row_block(block, rows);
        NormalBlock xi(rng, own.begin, step);
        for (int j = 0; j < d; ++j) {
          const int i = coordinates(j);
          const Real* const noise = xi.slot(i);
          for (int w = 0; w < own.width; ++w) {
            const Index n = own.begin + w;
            z(n, i) = langevin_move(z(n, i), score(n, i), epsilon, noise[w]);
          }
        }
      });
}

}  // namespace plumbline
