#include "samplers/reverse/reverse_run.hpp"

#include <cmath>

#include "core/arrays/elementwise.hpp"
#include "core/arrays/normal_block.hpp"
#include "mixture/draw.hpp"

namespace plumbline {

void draw_gaussian(const Exec& exec, Real deviation, Rng rng, const Matrix& z,
                   std::uint64_t first_chain) {
  fill_normal(exec, rng, 0, z, first_chain);
  scale(exec, deviation, z);
}

void draw_initial(const Exec& exec, InitialLaw law, const FactoredMixture& mixture,
                  const NoiseProcess& process, Rng rng, const Matrix& z,
                  std::uint64_t first_chain) {
  if (law == InitialLaw::exact)
    draw(exec, tables_at(exec, mixture, process.at(process.horizon())), rng, 0, z, first_chain);
  else
    draw_gaussian(exec, process.practical_deviation(), rng, z, first_chain);
}

void add_noise(const Exec& exec, const Transition& transition, Rng rng, std::uint32_t step,
               const Matrix& z, const Matrix& z_t, std::uint64_t first_chain) {
  const int dimension = z.extent_int(1);
  const Index rows = z.extent(0);
  const Real deviation = std::sqrt(transition.variance);
  parallel_over(
      exec, "plumbline::samplers::add_noise", row_blocks(rows), KOKKOS_LAMBDA(Index block) {
        const RowBlock own = row_block(block, rows);
        NormalBlock xi(rng, first_chain + own.begin, step);
        for (int i = 0; i < dimension; ++i) {
          const Real* const noise = xi.slot(i);
          for (int w = 0; w < own.width; ++w) {
            const Index n = own.begin + w;
            z_t(n, i) = Kokkos::fma(deviation, noise[w], transition.alpha * z(n, i));
          }
        }
      });
}

void draw_noised_target(const Exec& exec, const Problem& problem, Rng rng, const Matrix& z) {
  const NoiseLevel last = problem.process().at(problem.process().horizon());
  add_noise(exec, {last.alpha, last.variance}, rng.stream("noise"), 0,
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
