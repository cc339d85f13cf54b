// fps and fps-smc on one Gaussian. With y's path they are linear-Gaussian, so that their exact laws
// are recursions: fps that of (z_t, y_t), fps-smc with many particles that of the Kalman filter for
// its own model along a random path. Dense host formulas, no directions, no whitening.
#include "unit/problem/observations.hpp"
#include "unit/samplers/guidance/likelihood_guidance.hpp"

namespace plumbline::test::fps_test {
namespace {

constexpr Real c = 0.95;

struct Setting {
  GaussianMixture prior;
  NoiseProcess process;
  LinearGaussian o;
  Real deviation;  ///< of z_T
  int steps;

  int dimension() const { return prior.dimension(); }
  HostMatrix one() const { return HostMatrix::Identity(dimension(), dimension()); }
  Real time(int index) const { return process.horizon() * (steps - index) / steps; }
  NoiseLevel level(int index) const { return process.at(time(index)); }
};

GaussianMixture one_gaussian() {
  return gaussian(vector({0.5, -0.2, 0.3}),
                  matrix({{1.0, 0.5, 0.1}, {0.5, 0.8, -0.2}, {0.1, -0.2, 0.6}}));
}

/// Every process with the deviation that practice starts from, with noise and without.
std::vector<Setting> settings() {
  std::vector<Setting> list;
  for (const NoiseProcess& process : processes()) {
    const bool preserving = process.name() == "ou";
    const Real deviation = preserving ? 1 : std::sqrt(process.at(process.horizon()).variance);
    list.push_back({one_gaussian(), process, two_sums(), deviation, 4});
  }
  list.push_back({one_gaussian(), ou(0.6), selection(), 1, 4});
  return list;
}

/// z_s = a z_t + b + N(0, v I), a DDIM step with variance c s_s² through E[z_0 | z_t].
struct ModelStep {
  HostMatrix a;
  HostVector b;
  Real v;
};
ModelStep model_step(const Setting& setting, int index) {
  const NoiseLevel t = setting.level(index), s = setting.level(index + 1);
  const HostVector mu = setting.prior.mean();
  const HostMatrix sigma = setting.prior.total_covariance();
  const HostMatrix marginal = t.alpha * t.alpha * sigma + t.variance * setting.one();
  const HostMatrix gain = t.alpha * sigma * marginal.inverse();  // ẑ_0 = μ + gain (z − a μ)
  const Real kept = std::sqrt((1 - c) * s.variance / t.variance);
  const Real rest = s.alpha - kept * t.alpha;
  return {kept * setting.one() + rest * gain, rest * (mu - t.alpha * gain * mu), c * s.variance};
}

/// Of z ~ N(·, p) and y = A z + N(0, a² Γ): p Aᵀ (A p Aᵀ + a² Γ)⁻¹. The last step has no noise, so
/// a noise-free y_0 moves and weighs nothing: 0.
HostMatrix gain(const Setting& setting, const HostMatrix& p, int index) {
  const HostMatrix& a = setting.o.a;
  const Real alpha = setting.level(index).alpha;
  const HostMatrix total = a * p * a.transpose() + alpha * alpha * setting.o.noise;
  if (index == setting.steps && setting.o.noise.isZero())
    return HostMatrix::Zero(p.rows(), a.rows());
  return p * a.transpose() * total.inverse();
}

/// The joint law of [u, y_t], u the particle or the filter's mean, on its way from T to 0.
struct Joint {
  HostVector mean;
  HostMatrix covariance;

  /// [u, y] ← l [u, y] + shift + N(0, noise).
  void move(const HostMatrix& l, const HostVector& shift, const HostMatrix& noise) {
    mean = l * mean + shift;
    covariance = l * covariance * l.transpose() + noise;
  }
};

/// Exact law of z_0. In each level y's path moves, then u does by its prior step and its gain:
/// u ← (1 − G A)(a u + b) + G y, plus `spread` where u is a particle, none where it is a mean.
/// `filter_covariance` is that of z given the path: the filter's, or 0 where u is the particle.
Moments law(const Setting& setting, bool filter) {
  const int dimension = setting.dimension(), m = int(setting.o.y.size());
  const HostMatrix& a = setting.o.a;
  Joint joint = {HostVector::Zero(dimension + m), HostMatrix::Zero(dimension + m, dimension + m)};
  HostMatrix p = setting.deviation * setting.deviation * setting.one();
  HostMatrix left = HostMatrix::Zero(dimension, dimension);

  for (int index = 0; index <= setting.steps; ++index) {
    const NoiseLevel s = setting.level(index);
    Real kept = 0, variance = s.variance, previous = 0;
    ModelStep step = {HostMatrix::Zero(dimension, dimension), HostVector::Zero(dimension), 0};
    if (index > 0) {
      const NoiseLevel t = setting.level(index - 1);
      kept = std::sqrt((1 - c) * s.variance / t.variance);
      variance = c * s.variance;
      previous = t.alpha;
      step = model_step(setting, index - 1);
      p = step.v * setting.one();
      if (filter) p += step.a * left * step.a.transpose();
    }
    // y_s = a_s y + kept (y_t − a_t y) + √variance A ξ
    HostMatrix l = HostMatrix::Identity(dimension + m, dimension + m);
    HostVector shift = HostVector::Zero(dimension + m);
    HostMatrix noise = HostMatrix::Zero(dimension + m, dimension + m);
    l.bottomRightCorner(m, m) *= kept;
    shift.tail(m) = (s.alpha - kept * previous) * setting.o.y;
    noise.bottomRightCorner(m, m) = variance * a * a.transpose();
    joint.move(l, shift, noise);
    // u
    const HostMatrix g = gain(setting, p, index), rest = setting.one() - g * a;
    l.setIdentity();
    l.topLeftCorner(dimension, dimension) = rest * step.a;
    l.topRightCorner(dimension, m) = g;
    shift.setZero();
    shift.head(dimension) = rest * step.b;
    noise.setZero();
    left = rest * p;
    if (!filter) noise.topLeftCorner(dimension, dimension) = left;
    joint.move(l, shift, noise);
  }
  const HostMatrix spread = joint.covariance.topLeftCorner(dimension, dimension);
  return {joint.mean.head(dimension), filter ? HostMatrix(spread + left) : spread};
}

/// Coordinates of a draw: the free ones of an inpainting problem.
Moments of_draws(const Problem& problem, const Moments& full) {
  return marginal(full, problem.free());
}
Problem problem(const Setting& setting) {
  if (setting.o.noise.isZero())
    return Problem(Exec{}, setting.prior, setting.process,
                   Inpainting{.observed = {2, 0}, .y = setting.o.y});
  return Problem(Exec{}, setting.prior, setting.process, setting.o);
}

TEST(Fps, HasTheLawOfItsRecursionOnAGaussian) {
  for (const Setting& setting : settings()) {
    SCOPED_TRACE(setting.process.name());
    const Problem p = problem(setting);
    const auto method = sampler("fps", {{"steps", setting.steps}});

    expect_gaussian(draw(*method, p, 50000).ensemble, of_draws(p, law(setting, false)));
  }
}

// One draw of a run of M particles has a bias of order 1/M: far below the 0.03 that is the standard
// error of a mean in standard deviations here.
TEST(FpsSmc, HasTheLawOfItsOwnModelsFilterWithManyParticles) {
  for (const Setting& setting : settings()) {
    SCOPED_TRACE(setting.process.name());
    const Problem p = problem(setting);
    const auto method = sampler("fps-smc", {{"steps", setting.steps}, {"particles", 200}});

    expect_gaussian(draw(*method, p, 1000).ensemble, of_draws(p, law(setting, true)));
  }
}

// The posterior is not that law: y is counted at every level.
TEST(FpsSmc, IsFarFromThePosteriorHoweverManyItsParticles) {
  for (const int steps : {4, 16, 64}) {
    const Setting setting = {one_gaussian(), ou(2), two_sums(), 1, steps};
    const Problem p = problem(setting);
    const HostVector gap = law(setting, true).mean - p.target_mean();

    const HostVector shift =
        gap.cwiseQuotient(HostVector(p.target_covariance().diagonal().cwiseSqrt()));
    const Real spread = law(setting, true).covariance.trace() / p.target_covariance().trace();
    EXPECT_GT(shift.norm() + std::abs(spread - 1), 0.2) << steps << " steps";
  }
}

TEST(FpsSmc, WithOneParticleIsFps) {
  const Problem p = linear(ou());
  const auto one = sampler("fps-smc", {{"particles", 1}, {"steps", 6}});

  const auto a = to_host(draw(*one, p, 50).ensemble.x);
  const auto b = to_host(draw(*sampler("fps", {{"steps", 6}}), p, 50).ensemble.x);

  EXPECT_EQ(a, b);
}

TEST(FpsSmc, SeesTheNoiseItIsToldToSee) {
  const Setting setting = {one_gaussian(), ou(0.6), two_sums(), 1, 4};
  Setting seen = setting;
  seen.o.noise = 0.2 * 0.2 * HostMatrix::Identity(2, 2);
  const auto method = sampler("fps", {{"steps", 4}, {"sigma", 0.2}});

  expect_gaussian(draw(*method, problem(setting), 100000).ensemble, law(seen, false));
}

// A path that all runs share has one noise: draws then vary about one filter mean instead of many.
TEST(FpsSmc, DrawsVaryLessOnASharedPath) {
  const Problem p = linear(ou());
  const auto own = sampler("fps-smc", {{"steps", 8}});
  const auto shared = sampler("fps-smc", {{"steps", 8}, {"path", "shared"}});

  const HostMatrix many = covariance(Exec{}, draw(*own, p, 4000).ensemble);
  const HostMatrix single = covariance(Exec{}, draw(*shared, p, 4000).ensemble);

  EXPECT_LT(single.trace(), 0.9 * many.trace());
  EXPECT_TRUE(std::isnan(draw(*own, p, 4).trace.log_evidence));
}

}  // namespace
}  // namespace plumbline::test::fps_test
