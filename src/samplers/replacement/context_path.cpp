#include "samplers/replacement/context_path.hpp"

#include <cmath>
#include <limits>
#include <numbers>

#include "core/arrays/normal_block.hpp"

namespace plumbline {
namespace {

/// y(r, i) ~ N(scale y_0(i), deviation²).
void draw_marginal(const Exec& exec, Rng rng, std::uint64_t first_chain, std::uint32_t step,
                   Real scale, Real deviation, const Vector& y_0, const Matrix& y) {
  const int m = y.extent_int(1);
  const Index rows = y.extent(0);
  parallel_over(
      exec, "plumbline::samplers::context_marginal", row_blocks(rows), KOKKOS_LAMBDA(Index block) {
        const RowBlock own = row_block(block, rows);
        NormalBlock xi(rng, first_chain + own.begin, step);
        for (int i = 0; i < m; ++i) {
          const Real* const noise = xi.slot(i);
          for (int w = 0; w < own.width; ++w)
            y(own.begin + w, i) = scale * y_0(i) + deviation * noise[w];
        }
      });
}

/// One move of the bridge from t to s, and what it adds to log q.
struct BridgeMove {
  Real scale_s, scale_t;  ///< a_s, a_t
  Real gain, deviation;   ///< g and the root of s_s² s²_{t|s}/s_t²
  Transition transition;  ///< from s to t
  Real log_norm;          ///< −½ log(2π s²_{t|s})
  Rng rng;
  std::uint64_t first_chain;
  std::uint32_t step;
  Vector y_0;
  Matrix y;
  Vector log_q;

  KOKKOS_FUNCTION void operator()(Index block) const {
    const RowBlock own = row_block(block, y.extent(0));
    NormalBlock xi(rng, first_chain + own.begin, step);
    for (int i = 0; i < y.extent_int(1); ++i) {
      const Real* const noise = xi.slot(i);
      for (int w = 0; w < own.width; ++w) move(own.begin + w, i, noise[w]);
    }
  }

  KOKKOS_FUNCTION void move(Index r, int i, Real noise) const {
    const Real y_t = y(r, i);
    const Real y_s = scale_s * y_0(i) + gain * (y_t - scale_t * y_0(i)) + deviation * noise;
    const Real residual = y_t - transition.alpha * y_s;
    log_q(r) += log_norm - residual * residual / (2 * transition.variance);
    y(r, i) = y_s;
  }
};

}  // namespace

ContextPath::ContextPath(Context kind, const NoiseProcess& process, const HostVector& y_0,
                         Index paths, Rng rng, std::uint64_t first_chain)
    : kind_(kind),
      process_(process),
      rng_(rng),
      first_chain_(first_chain),
      y_0_(to_device("y_0", y_0)),
      y_(make_matrix("context", paths, y_0.size())),
      log_q_(make_vector("log_q", paths)) {}

void ContextPath::start(const Exec& exec) {
  const NoiseLevel top = process_.at(process_.horizon());
  const bool fixed = kind_ == Context::fixed;
  draw_marginal(exec, rng_, first_chain_, 0, fixed ? 1 : top.alpha,
                fixed ? 0 : std::sqrt(top.variance), y_0_, y_);
  Kokkos::deep_copy(exec, log_q_, kind_ == Context::forward ? 0 : nan);
}

void ContextPath::move_to(const Exec& exec, Real t, Real s, std::uint32_t step) {
  if (kind_ == Context::fixed) return;
  const NoiseLevel at_s = process_.at(s), at_t = process_.at(t);
  if (kind_ == Context::fresh) {
    draw_marginal(exec, rng_, first_chain_, step, at_s.alpha, std::sqrt(at_s.variance), y_0_, y_);
    return;
  }
  const Transition transition = process_.between(s, t);
  const Real shrink = at_s.variance / at_t.variance;
  const BridgeMove move{.scale_s = at_s.alpha,
                        .scale_t = at_t.alpha,
                        .gain = transition.alpha * shrink,
                        .deviation = std::sqrt(shrink * transition.variance),
                        .transition = transition,
                        .log_norm = -std::log(2 * std::numbers::pi * transition.variance) / 2,
                        .rng = rng_,
                        .first_chain = first_chain_,
                        .step = step,
                        .y_0 = y_0_,
                        .y = y_,
                        .log_q = log_q_};
  parallel_over(exec, "plumbline::samplers::context_bridge", row_blocks(y_.extent(0)), move);
}

}  // namespace plumbline
