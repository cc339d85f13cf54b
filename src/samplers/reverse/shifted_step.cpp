#include "samplers/reverse/shifted_step.hpp"

#include "core/arrays/normal_block.hpp"

namespace plumbline {

void draw_shifted(const Exec& exec, Real noise, Rng rng, std::uint64_t first_chain,
                  std::uint32_t step, const Matrix& mean, const Matrix& shift, const Matrix& z) {
  const int dimension = z.extent_int(1);
  const Index rows = z.extent(0);
  parallel_over(
      exec, "plumbline::samplers::draw_shifted", row_blocks(rows), KOKKOS_LAMBDA(Index block) {
        const RowBlock own = row_block(block, rows);
        NormalBlock xi(rng, first_chain + own.begin, step);
        for (int i = 0; i < dimension; ++i) {
          const Real* const normal = xi.slot(i);
          for (int w = 0; w < own.width; ++w) {
            const Index n = own.begin + w;
            z(n, i) = Kokkos::fma(noise, normal[w], mean(n, i) + shift(n, i));
          }
        }
      });
}

}  // namespace plumbline
