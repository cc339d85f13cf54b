#include "samplers/replacement/replacement_run.hpp"

#include "diffusion/conditional_reverse.hpp"
#include "samplers/reverse/reverse_run.hpp"

namespace plumbline {

void draw_initial_given_context(const Exec& exec, InitialLaw law, const Problem& problem,
                                const Matrix& y_T, Index particles, Rng rng, const Matrix& z,
                                std::uint64_t first_chain) {
  if (law == InitialLaw::exact) {
    ConditionalReverse conditional(exec, problem.prior(), problem.process(), problem.observed());
    conditional.initial_draw(exec, problem.process().horizon(), {y_T, particles}, rng, 0, z,
                             first_chain);
    return;
  }
  draw_gaussian(exec, problem.process().practical_deviation(), rng, z, first_chain);
  scatter_columns(exec, y_T, particles, to_device_list(problem.observed()), z);
}

ReplacementRun::ReplacementRun(const Exec& exec, const Problem& problem,
                               const ReplacementSettings& settings, Index n, Rng rng)
    : grid_(settings.times(problem.process())),
      field_(exact_score(exec, problem.prior_factored(), problem.process())),
      kernel_(exec, settings.choice(), problem.process(), problem.prior_factored(), *field_),
      noise_(rng.stream("reverse")),
      path_(settings.context, problem.process(), problem.observed_values(), n,
            rng.stream("context")),
      free_(to_device_list(problem.free())),
      observed_(to_device_list(problem.observed())),
      z_(make_matrix("z", n, problem.full_dimension())) {
  // y_T from the path, x_T ~ p_T(x_T | y_T)
  path_.start(exec);
  draw_initial_given_context(exec, settings.initial, problem, path_.y(), 1, rng.stream("initial"),
                             z_);
}

void ReplacementRun::reverse(const Exec& exec, int step) {
  const Real t = grid_.times[step], s = grid_.times[step + 1];
  kernel_.step(exec, t, s, noise_, step, z_);
  path_.move_to(exec, t, s, step + 1);
  scatter_columns(exec, path_.y(), 1, observed_, z_);
}

Matrix ReplacementRun::x(const Exec& exec) const {
  Matrix x = make_matrix("x", z_.extent(0), free_.extent(0));
  gather_columns(exec, z_, free_, x);
  return x;
}

}  // namespace plumbline
