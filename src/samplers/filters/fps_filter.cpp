#include "samplers/filters/fps_filter.hpp"

#include <cmath>

#include "core/arrays/gather.hpp"
#include "samplers/guidance/denoised_guidance.hpp"

namespace plumbline {
namespace {

/// y_i ← scale y_i + shift_i + noise ξ of chain first + r (of chain 0 when shared).
///   shapes  y [R, r]
void move_path(const Exec& exec, Real scale, const Vector& shift, Real noise, PathNoise whose,
               Rng rng, std::uint32_t step, std::uint64_t first, const Matrix& y) {
  parallel_over(
      exec, "plumbline::samplers::fps_path", y.extent(0), KOKKOS_LAMBDA(Index r) {
        const std::uint64_t chain = whose == PathNoise::shared ? 0 : first + r;
        for (int i = 0; i < y.extent_int(1); ++i)
          y(r, i) = Kokkos::fma(scale, y(r, i), shift(i)) + noise * rng.normal(chain, step, i);
      });
}

class FpsFilter final : public FeynmanKac {
 public:
  FpsFilter(const Exec& exec, const Problem& problem, const FpsSettings& settings,
            const SmcRuns& runs, Rng rng, std::string_view sampler)
      : process_(problem.process()),
        settings_(settings),
        runs_(runs),
        grid_(settings.times(problem.process())),
        observation_(seen_observation(problem, settings, sampler)),
        initial_(rng.stream("initial")),
        noise_(rng.stream("reverse")),
        context_(rng.stream("context")),
        kernel_(exec, problem, observation_.directions, runs.rows()),
        y_(make_matrix("y_path", runs.count, observation_.count())) {
    const int levels = grid_.steps() + 1;
    HostMatrix shift(levels, observation_.count()), variance(levels, observation_.count());
    for (int i = 0; i < levels; ++i) {
      const NoiseLevel level = process_.at(grid_.times[i]);
      const Real before = i == 0 ? 0 : kept(i) * process_.at(grid_.times[i - 1]).alpha;
      shift.row(i) = (level.alpha - before) * observation_.y.transpose();
      variance.row(i) = level.alpha * level.alpha * observation_.variance.transpose();
    }
    shift_ = to_device("shift", shift);
    variance_ = to_device("variance", variance);
  }

  void start(const Exec& exec, const Matrix& z, const Vector& log_g) override {
    // y_T = a_T y + s_T A ξ, z_T ~ N(0, s² I) N(y_T; A z_T, a_T² Γ)
    const NoiseLevel level = process_.at(process_.horizon());
    Kokkos::deep_copy(exec, y_, 0);
    move(exec, 0, std::sqrt(level.variance), 0);
    kernel_.from_gaussian(exec, process_.practical_deviation());
    kernel_.propagate(exec, every_index(static_cast<int>(runs_.rows())), potential_, initial_, 0, z,
                      runs_.first_chain());
    look_ahead(exec, 0, z, log_g);
  }

  void propose(const Exec& exec, const SmcStep& step, const IndexVector& ancestors,
               const Matrix& z) override {
    kernel_.propagate(exec, ancestors, potential_, noise_, step.index, z, runs_.first_chain());
  }

  void weigh(const Exec& exec, const SmcStep& step, const Matrix& z, const Vector& log_g) override {
    if (step.last)
      Kokkos::deep_copy(exec, log_g, 0);
    else
      look_ahead(exec, static_cast<int>(step.index) + 1, z, log_g);
  }

  void complete_evidence(const Exec& exec, const Vector& log_z) override {
    Kokkos::deep_copy(exec, log_z, nan);
  }
  Index evaluations() const override { return kernel_.evaluations(); }

 private:
  /// Moves the path from times[index] = t to s: log N(y_s; A m(z_t), v A Aᵀ + a_s² Γ).
  void look_ahead(const Exec& exec, int index, const Matrix& z, const Vector& log_g) {
    const Real t = grid_.times[index], s = grid_.times[index + 1];
    move(exec, kept(index + 1), std::sqrt(settings_.c * process_.at(s).variance), index + 1);
    kernel_.weigh(exec, fps_step(process_, settings_.c, t, s), t, z, potential_, log_g);
  }

  /// What times[index − 1] leaves of a path at times[index].
  Real kept(int index) const {
    const Real at_t = process_.at(grid_.times[index - 1]).variance;
    return std::sqrt((1 - settings_.c) * process_.at(grid_.times[index]).variance / at_t);
  }

  void move(const Exec& exec, Real scale, Real noise, int index) {
    const auto row = [&](const Matrix& of) {
      return Vector(Kokkos::subview(of, index, Kokkos::ALL));
    };
    move_path(exec, scale, row(shift_), noise, settings_.path, context_, index, runs_.first, y_);
    potential_ = {y_, row(variance_), runs_.particles};
  }

  NoiseProcess process_;
  FpsSettings settings_;
  SmcRuns runs_;
  TimeGrid grid_;
  SpectralObservation observation_;
  Rng initial_, noise_, context_;
  ConjugateStep kernel_;
  Matrix y_;                     // the path where it is now [R, r]
  Matrix shift_, variance_;      // of every level  [T + 1, r]
  GaussianPotential potential_;  // y_ and a² Γ
};

}  // namespace

AffineStep fps_step(const NoiseProcess& process, Real c, Real t, Real s) {
  const NoiseLevel at_t = process.at(t), at_s = process.at(s);
  const Real kept = std::sqrt((1 - c) * at_s.variance / at_t.variance);
  return {.state = kept,
          .model = at_s.alpha - kept * at_t.alpha,
          .noise = std::sqrt(c * at_s.variance),
          .prediction = Prediction::denoised};
}

SpectralObservation seen_observation(const Problem& problem, const FpsSettings& settings,
                                     std::string_view sampler) {
  LinearForm o = problem.linear_form().value();
  if (settings.sigma)
    o.noise = *settings.sigma * *settings.sigma * HostMatrix::Identity(o.y.size(), o.y.size());
  return spectral(o, sampler);
}

std::unique_ptr<FeynmanKac> fps_filter(const Exec& exec, const Problem& problem,
                                       const FpsSettings& settings, const SmcRuns& runs, Rng rng,
                                       std::string_view sampler) {
  return std::make_unique<FpsFilter>(exec, problem, settings, runs, rng, sampler);
}

void require_fps(const Problem& problem, const FpsSettings& settings, std::string_view sampler) {
  seen_observation(problem, settings, sampler);
  require_time_grid(settings.grid, problem.process(), settings.steps, settings.last_time);
}

}  // namespace plumbline
