#include "samplers/reverse/reverse_run.hpp"

#include <cmath>

#include "core/normal_block.hpp"
#include "mixture/draw.hpp"

namespace plumbline {

void draw_gaussian(const Exec& exec, Real deviation, Rng rng, const Matrix& z,
                   std::uint64_t first_chain) {
  const int dimension = z.extent_int(1);
  const Index rows = z.extent(0);
  parallel_over(
      exec, "plumbline::samplers::draw_gaussian", row_blocks(rows), KOKKOS_LAMBDA(Index block) {
        const RowBlock own = row_block(block, rows);
        NormalBlock xi(rng, first_chain + own.begin, 0);
        for (int i = 0; i < dimension; ++i) {
          const Real* const noise = xi.slot(i);
          for (int w = 0; w < own.width; ++w) z(own.begin + w, i) = deviation * noise[w];
        }
      });
}

void draw_initial(const Exec& exec, InitialLaw law, const FactoredMixture& mixture,
                  const NoiseProcess& process, Rng rng, const Matrix& z,
                  std::uint64_t first_chain) {
  if (law == InitialLaw::exact)
    draw(exec, tables_at(exec, mixture, process.at(process.horizon())), rng, 0, z, first_chain);
  else
    draw_gaussian(exec, process.practical_deviation(), rng, z, first_chain);
}

void add_noise(const Exec& exec, const NoiseLevel& level, Rng rng, std::uint32_t step,
               const Matrix& z, const Matrix& z_t) {
  const int dimension = z.extent_int(1);
  fill_normal(exec, rng, step, z_t);
  const Real sigma = std::sqrt(level.variance);
  parallel_over(
      exec, "plumbline::samplers::add_noise", z.extent(0), KOKKOS_LAMBDA(Index n) {
        for (int i = 0; i < dimension; ++i)
          z_t(n, i) = Kokkos::fma(sigma, z_t(n, i), level.alpha * z(n, i));
      });
}

void draw_noised_target(const Exec& exec, const Problem& problem, Rng rng, const Matrix& z) {
  const NoiseProcess& process = problem.process();
  add_noise(exec, process.at(process.horizon()), rng.stream("noise"), 0,
            problem.draw_exact(exec, z.extent(0), rng.stream("data")), z);
}

Index reverse_to_data(const Exec& exec, const ReverseSettings& settings,
                      const NoiseProcess& process, const FactoredMixture& mixture,
                      ScoreField& field, Rng rng, const Matrix& z) {
  const TimeGrid grid = settings.times(process);
  ReverseKernel kernel(exec, settings.choice(), process, mixture, field);

  // for t = T … : z_s ~ p(z_s | z_t)
  for (int step = 0; step < grid.steps(); ++step)
    kernel.step(exec, grid.times[step], grid.times[step + 1], rng, step, z);
  return kernel.evaluations();
}

}  // namespace plumbline
