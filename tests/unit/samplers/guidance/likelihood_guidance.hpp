// The oracle of likelihood guidance. One ddim step from the horizon to 0 returns the guided
// denoised state itself, ẑ_0 + (s²/a) L, so every method's likelihood score L is seen through its
// sampler and compared with dense host formulas and with differences of the log density it is the
// gradient of.
#pragma once

#include "diffusion/diffused_mixture.hpp"
#include "samplers/reverse/reverse_run.hpp"
#include "unit/problem/observations.hpp"
#include "unit/samplers/reverse/linear_gaussian.hpp"

namespace plumbline::test {

/// Three components in space, two noisy sums of coordinates.
inline GaussianMixture in_space() {
  return GaussianMixture::full(vector({0.5, 0.3, 0.2}),
                               matrix({{-1, 0.5, 0.2}, {1.2, -0.4, 0.1}, {0.3, 1.5, -0.6}}),
                               {matrix({{0.4, 0.2, 0.1}, {0.2, 0.5, 0}, {0.1, 0, 0.3}}),
                                matrix({{0.3, -0.1, 0}, {-0.1, 0.5, 0.2}, {0, 0.2, 0.6}}),
                                matrix({{0.2, 0, 0.05}, {0, 0.25, 0}, {0.05, 0, 0.4}})});
}
inline LinearGaussian two_sums() {
  return {.a = matrix({{1, 0.5, -0.3}, {0.2, -1, 0.8}}),
          .noise = matrix({{0.3, 0.1}, {0.1, 0.2}}),
          .y = vector({0.7, -0.4})};
}
inline Problem linear(const NoiseProcess& process) {
  return Problem(Exec{}, in_space(), process, two_sums());
}
inline Problem inpainting(const NoiseProcess& process) {
  return Problem(Exec{}, in_space(), process,
                 Inpainting{.observed = {2, 0}, .y = vector({0.3, -0.5})});
}
inline LinearGaussian selection() {
  return {.a = matrix({{0, 0, 1}, {1, 0, 0}}),
          .noise = HostMatrix::Zero(2, 2),
          .y = vector({0.3, -0.5})};
}

inline std::vector<NoiseProcess> processes() {
  return {
      ou(0.6),
      NoiseProcess::from_settings(table({{"kind", "ve"}, {"sigma_min", 0.1}, {"sigma_max", 1.5}})),
      NoiseProcess::from_settings(table({{"kind", "flow"}, {"horizon", 0.7}}))};
}

/// Where a point of the first noise level stands, by the mixture of z_0 | z_t.
struct Point {
  NoiseLevel level;
  HostVector z, z_0;
  HostMatrix v;  ///< Cov[z_0 | z_t]
};
inline Point point_at(const Problem& problem, const HostVector& z) {
  const NoiseLevel level = problem.process().at(problem.process().horizon());
  const GaussianMixture clean = clean_posterior(problem.prior(), level, z);
  return {level, z, clean.mean(), clean.total_covariance()};
}

/// The points z_T from which a guided sampler starts.
inline HostMatrix starts(const Problem& problem, Index n) {
  const Matrix z = make_matrix("z", n, problem.full_dimension());
  draw_initial(Exec{}, InitialLaw::exact, problem.full_posterior_factored(), problem.process(),
               Rng::from_seed(1).stream("initial"), z);
  return to_host_matrix(z);
}

inline Table one_step(Entries more) {
  Table settings = table(more);
  settings.set("kernel", Value{std::string("ddim")});
  settings.set("eta", Value{0.0});
  settings.set("steps", Value{std::int64_t{1}});
  return settings;
}

/// Largest difference between the sampler's guided denoised states and `expected(point)`, over the
/// free coordinates of 40 points.
template <class Expected>
Real worst(const std::string& name, Entries settings, const Problem& problem,
           const Expected& expected) {
  const auto method = find_sampler(name).make(one_step(settings));
  const HostMatrix x = to_host_matrix(draw(*method, problem, 40).ensemble.x);
  const HostMatrix z = starts(problem, 40);
  Real largest = 0;
  for (Index n = 0; n < 40; ++n) {
    const HostVector guided = expected(point_at(problem, z.row(n).transpose()));
    const HostVector difference = guided(problem.free()) - x.row(n).transpose();
    largest = std::max(largest, difference.cwiseAbs().maxCoeff());
  }
  return largest;
}

// States are of size 1 and the worst system has a condition number below 10³: rounding stays below
// 1e-12, a wrong term shows from 1e-11 on.
inline constexpr Real rounding = 1e-11;

/// Every method on linear and noise-free observations of three processes.
template <class Weight>
void expect_weight(const std::string& name, Entries settings, const Weight& weight,
                   bool noise_free = true) {
  for (const NoiseProcess& process : processes()) {
    for (const bool inpaints : {false, true}) {
      if (inpaints && !noise_free) continue;
      SCOPED_TRACE(name + " of " + process.name() + (inpaints ? ", inpainting" : ", linear"));
      const LinearGaussian o = inpaints ? selection() : two_sums();
      const auto expected = [&](const Point& p) -> HostVector {
        const HostVector r = o.y - o.a * p.z_0;
        return p.z_0 + p.v * o.a.transpose() * weight(o, p, r);
      };
      const Problem problem = inpaints ? inpainting(process) : linear(process);
      EXPECT_LT(worst(name, settings, problem, expected), rounding);
    }
  }
}

inline Real largest_difference(const Ensemble& a, const Ensemble& b) {
  return (to_host_matrix(a.x) - to_host_matrix(b.x)).cwiseAbs().maxCoeff();
}

/// SpecError with this key, whose text names `hint`.
inline void expect_refused(const char* name, Entries settings, const Problem& problem,
                           const std::string& key, const std::string& hint) {
  SCOPED_TRACE(name);
  try {
    sampler(name, settings)->check(problem);
    FAIL();
  } catch (const SpecError& error) {
    EXPECT_EQ(error.key(), key);
    EXPECT_NE(error.allowed().find(hint), std::string::npos) << error.what();
  }
}

/// Counted as declared, on both kinds of observation.
inline void expect_counted(const char* name, Entries more) {
  Table settings = table(more);
  settings.set("steps", Value{std::int64_t{5}});
  const auto method = find_sampler(name).make(settings);
  for (const Problem& problem : {linear(ou()), inpainting(ou())})
    EXPECT_EQ(draw(*method, problem, 21).trace.score_evaluations,
              method->declared_evaluations(problem, 21))
        << name;
}

}  // namespace plumbline::test
