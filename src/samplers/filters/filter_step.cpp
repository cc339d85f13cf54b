#include "samplers/filters/filter_step.hpp"

#include <cmath>
#include <numbers>

#include "core/arrays/gather.hpp"
#include "core/arrays/normal_block.hpp"

namespace plumbline {
namespace {

/// z_s = mean(z_t) + noise ξ, independent over coordinates.
struct SeparableKernel {
  AffineStep step;
  Index particles;  ///< rows per run
  IndexVector free, observed;
};

/// mean ← state z + model prediction (held in mean), and log N(y_s; mean^y, noise² I).
///   shapes  z, mean [n, D], y [R, m] → log_g [n]
void mean_and_weight(const Exec& exec, const SeparableKernel& kernel, const Matrix& z,
                     const Matrix& y, const Matrix& mean, const Vector& log_g) {
  const int dimension = z.extent_int(1), m = y.extent_int(1);
  const Real precision = 1 / (kernel.step.noise * kernel.step.noise);
  const Real log_norm = m * std::log(precision / (2 * std::numbers::pi)) / 2;
  parallel_over(
      exec, "plumbline::samplers::separable_weight", row_blocks(z.extent(0)),
      KOKKOS_LAMBDA(Index block) {
        const RowBlock own = row_block(block, z.extent(0));
        RunCursor run(own.begin, kernel.particles);
        for (Index n = own.begin; n < own.begin + own.width; ++n) {
          for (int i = 0; i < dimension; ++i)
            mean(n, i) = Kokkos::fma(kernel.step.state, z(n, i), kernel.step.model * mean(n, i));
          const Index r = run.of(n);
          Real square = 0;
          for (int j = 0; j < m; ++j) {
            const Real residual = y(r, j) - mean(n, kernel.observed(j));
            square = Kokkos::fma(residual, residual, square);
          }
          log_g(n) = log_norm - precision * square / 2;
        }
      });
}

/// x_s = mean^x(ancestor) + noise ξ.
struct Propagate {
  SeparableKernel kernel;
  IndexVector ancestors;
  Matrix mean, z;
  Rng rng;
  std::uint32_t number;
  std::uint64_t first_chain;

  KOKKOS_FUNCTION void operator()(Index block) const {
    const RowBlock own = row_block(block, z.extent(0));
    NormalBlock xi(rng, first_chain + own.begin, number);
    for (int j = 0; j < kernel.free.extent_int(0); ++j) {
      const int i = kernel.free(j);
      const Real* const noise = xi.slot(i);
      for (int w = 0; w < own.width; ++w)
        z(own.begin + w, i) =
            Kokkos::fma(kernel.step.noise, noise[w], mean(ancestors(own.begin + w), i));
    }
  }
};

class SeparableStep final : public FilterStep {
 public:
  SeparableStep(const Exec& exec, const Problem& problem, const KernelChoice& choice, Index n)
      : choice_(choice),
        process_(problem.process()),
        score_(exact_score(exec, problem.prior_factored(), problem.process())),
        mean_(make_matrix("mean", n, problem.full_dimension())),
        kernel_{{}, 1, to_device_list(problem.free()), to_device_list(problem.observed())} {}

  void weigh(const Exec& exec, Real t, Real s, const Matrix& z_t, const ContextRows& y_s,
             const Vector& log_g) override {
    kernel_.step = affine_step(choice_, process_, t, s);
    kernel_.particles = y_s.particles;
    score_->evaluate(exec, t, z_t, kernel_.step.prediction, mean_);
    mean_and_weight(exec, kernel_, z_t, y_s.y, mean_, log_g);
  }

  void propagate(const Exec& exec, const IndexVector& ancestors, const ContextRows& y_s, Rng rng,
                 std::uint32_t step, const Matrix& z, std::uint64_t first_chain) override {
    const Propagate kernel{kernel_, ancestors, mean_, z, rng, step, first_chain};
    parallel_over(exec, "plumbline::samplers::separable_propagate", row_blocks(z.extent(0)),
                  kernel);
    scatter_columns(exec, y_s.y, y_s.particles, kernel_.observed, z);
  }

  int cost() const override { return filter_step_cost(choice_); }

 private:
  KernelChoice choice_;
  NoiseProcess process_;
  std::unique_ptr<ScoreField> score_;
  Matrix mean_;  // [n, D]: prediction, then mean of z_s
  SeparableKernel kernel_;
};

class ExactStep final : public FilterStep {
 public:
  ExactStep(const Exec& exec, const Problem& problem, const TimeGrid& grid, Index n)
      : conditional_(exec, problem.prior(), problem.process(), problem.observed()),
        ancestor_(make_matrix("ancestor", n, problem.full_dimension())),
        shares_(make_shares(n, problem.prior().components())) {
    conditional_.plan(grid.times);
  }

  void weigh(const Exec& exec, Real t, Real s, const Matrix& z_t, const ContextRows& y_s,
             const Vector& log_g) override {
    conditional_.move_to(exec, t, s);
    conditional_.log_weight(exec, z_t, y_s, log_g, shares_);
  }

  void propagate(const Exec& exec, const IndexVector& ancestors, const ContextRows& y_s, Rng rng,
                 std::uint32_t step, const Matrix& z, std::uint64_t first_chain) override {
    gather_rows(exec, z, ancestors, ancestor_);
    conditional_.draw_from(exec, {ancestors, shares_}, ancestor_, y_s, rng, step, z, first_chain);
  }

  int cost() const override { return filter_step_cost({.kind = KernelKind::exact}); }

 private:
  ConditionalReverse conditional_;
  Matrix ancestor_;         // [n, D]
  ComponentShares shares_;  // of the particles that were weighed
};

}  // namespace

std::unique_ptr<FilterStep> filter_step(const Exec& exec, const Problem& problem,
                                        const KernelChoice& choice, const TimeGrid& grid, Index n) {
  if (properties(choice).exact) return std::make_unique<ExactStep>(exec, problem, grid, n);
  return std::make_unique<SeparableStep>(exec, problem, choice, n);
}

// The exact kernel's responsibilities are needed once to weigh and once, for the ancestor, to draw;
// they are counted twice also where the draw reads what the weight kept.
int filter_step_cost(const KernelChoice& choice) {
  return properties(choice).exact ? 2 : 1;
}

}  // namespace plumbline
