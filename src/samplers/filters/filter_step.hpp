// One step of a particle filter on the context path: p(y_s | z_t) as weight, p(x_s | z_t, y_s) as
// proposal, for separable kernels and for the exact one (diffusion/README §5).
#pragma once

#include "diffusion/conditional_reverse.hpp"
#include "problem/problem.hpp"
#include "samplers/reverse/reverse_settings.hpp"

namespace plumbline {

/// `weigh` the particles at t, then `propagate` their ancestors to s. z = [x, y] [n, D], the
/// observed columns hold the context of each row's run.
class FilterStep {
 public:
  virtual ~FilterStep() = default;
  /// log p(y_s | x_t, y_t).   shapes  z_t [n, D], y_s [R, m] → log_g [n]
  virtual void weigh(const Exec& exec, Real t, Real s, const Matrix& z_t, const ContextRows& y_s,
                     const Vector& log_g) = 0;
  /// z_s(n) = [x_s, y_s], x_s ~ p(x_s | z_t(ancestors(n)), y_s), from what `weigh` was given last.
  /// Row n draws from chain first_chain + n.   shapes  z [n, D]: z_t in, z_s out
  virtual void propagate(const Exec& exec, const IndexVector& ancestors, const ContextRows& y_s,
                         Rng rng, std::uint32_t step, const Matrix& z,
                         std::uint64_t first_chain) = 0;
  /// Point evaluations of the two together, per row.
  virtual int cost() const = 0;
};

/// For n particles along `grid` under this kernel: `exact`, or a separable one with noise.
std::unique_ptr<FilterStep> filter_step(const Exec& exec, const Problem& problem,
                                        const KernelChoice& choice, const TimeGrid& grid, Index n);

/// Evaluations per particle and step, without making one.
int filter_step_cost(const KernelChoice& choice);

}  // namespace plumbline
