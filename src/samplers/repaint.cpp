// samplers/repaint.cpp – replacement with resampling: every jump_length levels the chain goes that
// many levels back up and down again, so that x and the noised y get to know each other. Lugmayr et
// al. 2022, algorithm 1 and its schedule with jumps.
//
// Before every reverse step y_t is a fresh draw of p(y_t | y_0). Levels 1, 1 + j, 1 + 2j … are each
// left upwards jump_count − 1 times, by the forward transition q(z_{t+j} | z_t) at once (the same
// law as j steps). jump_count = 1 is `replacement` with a fresh context. No number of jumps makes
// it exact: the inner loop's stationary law is not the posterior's (samplers/replacement/README
// §4), so it claims nothing. T + (number of jumps) jump_length evaluations per draw, twice that
// with ode-heun.
//
// A draw is x alone: the observed block needs no pasting. skip_first is the published code's start:
// its first step sees the noise of the initial draw where y_T should be.
#include "core/arrays/normal_block.hpp"
#include "samplers/replacement/replacement_run.hpp"
#include "samplers/reverse/reverse_run.hpp"

namespace plumbline::repaint {

struct Settings : ReverseSettings {
  int jump_length = 10;
  int jump_count = 10;
  bool skip_first = false;

  Settings() {
    steps = 250;
    kernel = KernelKind::ddpm;
  }
  void visit(auto&& field) {
    ReverseSettings::visit(field);
    field("jump_length", jump_length, "levels of a jump", at_least(1));
    field("jump_count", jump_count, "times a stretch of jump_length levels is walked; 1: no jumps",
          at_least(1));
    field("skip_first", skip_first, "as published: the first step from noise alone, not from y_T");
  }
  /// How often the walk goes up, by jump_length levels each time.
  Index jumps() const {
    if (steps <= jump_length) return 0;
    return (Index{steps} - 1) / jump_length * (jump_count - 1);
  }
};

/// The levels visited, T … 0 with jumps; level i is times[T − i].
///
/// Lugmayr et al.'s get_schedule_jump: their time t is level t + 1, their −1 the data.
std::vector<int> schedule(int steps, int jump_length, int jump_count) {
  std::vector<int> left(steps + 1, 0), levels = {steps};
  for (int level = 1; level <= steps - jump_length; level += jump_length)
    left[level] = jump_count - 1;
  for (int level = steps - 1; level >= 0; --level) {
    levels.push_back(level);
    if (level == 0 || left[level] == 0) continue;
    --left[level];
    level += jump_length;
    levels.push_back(level);
  }
  return levels;
}

/// z ← a_{t|s} z + s_{t|s} ξ.   shapes  z [n, D]
void forward(const Exec& exec, const Transition& transition, Rng rng, std::uint32_t step,
             const Matrix& z) {
  const int dimension = z.extent_int(1);
  const Index rows = z.extent(0);
  const Real deviation = std::sqrt(transition.variance), alpha = transition.alpha;
  parallel_over(
      exec, "plumbline::samplers::repaint_jump", row_blocks(rows), KOKKOS_LAMBDA(Index block) {
        const RowBlock own = row_block(block, rows);
        NormalBlock xi(rng, own.begin, step);
        for (int i = 0; i < dimension; ++i) {
          const Real* const noise = xi.slot(i);
          for (int w = 0; w < own.width; ++w)
            z(own.begin + w, i) = Kokkos::fma(alpha, z(own.begin + w, i), deviation * noise[w]);
        }
      });
}

class RePaint final : public Sampler {
 public:
  using Settings = repaint::Settings;
  explicit RePaint(const Settings& settings) : settings_(settings) {}

  void require(const Problem& problem) const override {
    require_steps(settings_, problem.process());
  }

  Claim claim() const override { return Claim::nothing(); }

  Index declared_evaluations(const Problem& problem, Index n) const override {
    const KernelProperties kernel = settings_.kernel_properties();
    const bool ends_without = kernel.reads_end && problem.prior().singular();
    const Index down = settings_.steps + settings_.jumps() * settings_.jump_length;
    return n * (down * kernel.evaluations - (ends_without ? 1 : 0));
  }

  Needs needs(const Problem& problem, Index n) const override {
    constexpr Real growing = 2, countable = 4e9;  // steps of random numbers
    const Real levels = Real(settings_.steps) + 1 +
                        static_cast<Real>(settings_.jumps()) * (settings_.jump_length + Real(1));
    const Real bytes = levels > countable ? infinity : growing * levels * sizeof(int);
    Needs needs = Sampler::needs(problem, n);
    needs.push_back({settings_.jumps() > settings_.steps ? "jump_count" : "steps",
                     "levels of the walk", bytes});
    return needs;
  }

  Ensemble draw(const Exec& exec, const Problem& problem, Index n, Rng rng,
                Trace& trace) const override {
    const NoiseProcess& process = problem.process();
    const TimeGrid grid = settings_.times(process);
    const auto time = [&](int level) { return grid.times[settings_.steps - level]; };
    const auto score = exact_score(exec, problem.prior_factored(), process);
    ReverseKernel kernel(exec, settings_.choice(), process, problem.prior_factored(), *score);
    ContextPath path(Context::fresh, process, problem.observed_values(), n, rng.stream("context"));
    const Rng reverse = rng.stream("reverse"), jump = rng.stream("jump");
    const IndexVector observed = to_device_list(problem.observed());
    const Matrix z = make_matrix("z", n, problem.full_dimension());

    // z_T: x_T ~ p_T(x | y_T)
    path.start(exec);
    if (settings_.skip_first)
      draw_initial(exec, settings_.initial, problem.prior_factored(), process,
                   rng.stream("initial"), z);
    else
      draw_initial_given_context(exec, settings_.initial, problem, path.y(), 1,
                                 rng.stream("initial"), z);

    const std::vector<int> walk = levels();
    for (std::size_t i = 1; i < walk.size(); ++i) {
      const Real from = time(walk[i - 1]), to = time(walk[i]);
      const auto step = static_cast<std::uint32_t>(i);
      if (walk[i] < walk[i - 1]) {
        // down: z_s ~ kernel(· | x_t, y_t)
        kernel.step(exec, from, to, reverse, step - 1, z);
      } else {
        // up: z_t ~ q(· | z_s)
        forward(exec, process.between(from, to), jump, step, z);
      }
      // y ~ p(y_s | y_0) where the walk now stands
      path.move_to(exec, from, to, step);
      scatter_columns(exec, path.y(), 1, observed, z);
    }
    trace.score_evaluations = kernel.evaluations();

    const Matrix x = make_matrix("x", n, problem.dimension());
    gather_columns(exec, z, to_device_list(problem.free()), x);
    return equally_weighted(x);
  }

 private:
  std::vector<int> levels() const {
    return schedule(settings_.steps, settings_.jump_length, settings_.jump_count);
  }

  Settings settings_;
};

}  // namespace plumbline::repaint

namespace plumbline {

SamplerEntry repaint_sampler() {
  return sampler_entry<repaint::RePaint>(
      {.name = "repaint",
       .summary = "replacement that jumps back to higher noise and down again, over and over",
       .reference = "Lugmayr et al. 2022, algorithm 1",
       .asks = {Capability::fixed_coordinates},
       .row = {.per_coordinate = 2, .beside = 3}});
}

}  // namespace plumbline
