// Every process under every value of the settings that are choices, and what a run down its levels
// does to a Gaussian prior, for which every law is closed.
#pragma once

#include <gtest/gtest.h>

#include <cmath>

#include "core/linalg.hpp"
#include "diffusion/processes/process.hpp"
#include "diffusion/reverse_kernel.hpp"

namespace plumbline::test {

/// The words of a choice as `FieldDoc::type` lists them, "one of a, b, c"; none of other types.
inline std::vector<std::string> choices_of(const FieldDoc& field) {
  std::vector<std::string> words;
  constexpr std::string_view opening = "one of ";
  if (!field.type.starts_with(opening)) return words;
  std::string rest = field.type.substr(opening.size());
  for (std::size_t comma; (comma = rest.find(", ")) != rest.npos; rest = rest.substr(comma + 2))
    words.push_back(rest.substr(0, comma));
  words.push_back(rest);
  return words;
}

/// Settings with all choices multiplied out, everything else at its default.
inline std::vector<Table> variants(const ProcessEntry& entry) {
  std::vector<Table> list = {Table{}};
  for (const FieldDoc& field : entry.fields) {
    const std::vector<std::string> words = choices_of(field);
    if (words.empty()) continue;
    std::vector<Table> longer;
    for (const Table& table : list)
      for (const std::string& word : words) {
        longer.push_back(table);
        longer.back().set(field.name, Value{word});
      }
    list = std::move(longer);
  }
  return list;
}

template <class Test>
void for_each_process(const Test& test) {
  int tried = 0;
  for (const ProcessEntry& entry : process_catalogue())
    for (const Table& settings : variants(entry)) {
      const NoiseProcess process = entry.make(settings);
      SCOPED_TRACE(to_text({process.resolved()}));
      test(process);
      ++tried;
    }
  EXPECT_GE(tried, static_cast<int>(process_catalogue().size()));
}

/// From close to the data to the horizon.
inline std::vector<Real> times(const NoiseProcess& process) {
  std::vector<Real> list;
  for (const Real fraction : {1e-8, 1e-5, 1e-3, 0.01, 0.1, 0.3, 0.5, 0.77, 0.9, 0.9995, 1.0})
    list.push_back(fraction * process.horizon());
  return list;
}

inline std::string label_of(const KernelChoice& choice) {
  return fmt::format("{}, {}, eta {}", name_of(choice.kind), name_of(choice.variance), choice.eta);
}

struct Gaussian {
  Real mean, variance;
};

inline constexpr Gaussian prior = {0.5, 0.3};

/// p_t of that prior.
inline Gaussian law_at(const NoiseProcess& process, Real t) {
  const NoiseLevel level = process.at(t);
  return {level.alpha * prior.mean, level.alpha * level.alpha * prior.variance + level.variance};
}

inline FactoredMixture prior_mixture(const Exec& exec) {
  return factored(
      exec, GaussianMixture::isotropic(HostVector::Ones(1), HostMatrix::Constant(1, 1, prior.mean),
                                       HostVector::Constant(1, prior.variance)));
}

/// Where an affine map takes a law, from what it does to the mean and to one point beside it.
inline Gaussian pushed(const Gaussian& law, Real at_mean, Real beside, Real noise2) {
  const Real gain = (beside - at_mean) / std::sqrt(law.variance);
  return {at_mean, gain * gain * law.variance + noise2};
}

inline HostMatrix mean_and_beside(const Gaussian& law) {
  HostMatrix z(2, 1);
  z << law.mean, law.mean + std::sqrt(law.variance);
  return z;
}

inline Gaussian after_exact_step(const NoiseProcess& process, Real t, Real s, const Gaussian& law) {
  const Exec exec;
  const DiffusedMixture at_t(exec, prior_mixture(exec), process, t);
  const Matrix mean = make_matrix("mean", 2, 1);
  const Cube covariance = make_cube("covariance", 2, 1, 1);
  exact_reverse_moments(exec, at_t, s, to_device("z", mean_and_beside(law)), mean, covariance);
  const HostMatrix m = to_host_matrix(mean);
  return pushed(law, m(0, 0), m(1, 0), host_copy(covariance)(0, 0, 0));
}

/// One step of an affine kernel: a Gaussian prior's prediction is affine in z.
inline Gaussian after_step(const NoiseProcess& process, const KernelChoice& choice, Real t, Real s,
                           const Gaussian& law) {
  const AffineStep step = affine_step(choice, process, t, s);
  const NoiseLevel level = process.at(t);
  const Gaussian p_t = law_at(process, t);
  const auto moved = [&](Real z) {
    const Real off = z - p_t.mean;
    const Real prediction = step.prediction == Prediction::score
                                ? -off / p_t.variance
                                : prior.mean + level.alpha * prior.variance / p_t.variance * off;
    return step.state * z + step.model * prediction;
  };
  return pushed(law, moved(law.mean), moved(law.mean + std::sqrt(law.variance)),
                step.noise * step.noise);
}

/// The law at the last of these times of a run from p_t at the first: an affine kernel by the
/// coefficients of its steps, a deterministic one of another kind by what it does to two points.
inline Gaussian after_run(const NoiseProcess& process, const KernelChoice& choice,
                          const std::vector<Real>& times) {
  Gaussian law = law_at(process, times.front());
  const std::size_t steps = times.size() - 1;
  if (properties(choice).affine) {
    for (std::size_t i = 0; i < steps; ++i)
      law = after_step(process, choice, times[i], times[i + 1], law);
    return law;
  }
  PLUMBLINE_REQUIRE(properties(choice).deterministic(), "no closed law of {}",
                    name_of(choice.kind));
  const Exec exec;
  const FactoredMixture mixture = prior_mixture(exec);
  const auto field = exact_score(exec, mixture, process);
  ReverseKernel kernel(exec, choice, process, mixture, *field);
  const Matrix z = to_device("z", mean_and_beside(law));
  for (std::size_t i = 0; i < steps; ++i) kernel.step(exec, times[i], times[i + 1], Rng{}, 0, z);
  const HostMatrix moved = to_host_matrix(z);
  return pushed(law, moved(0, 0), moved(1, 0), 0);
}

/// Distance of the law after a run of `steps` even steps over the middle half of the levels from
/// the true one, in deviations. 512 steps are one per cell of a discrete schedule of 1000; longer
/// ones would see its steps as if they were smooth.
inline Real error_of_run(const NoiseProcess& process, const KernelChoice& choice, int steps) {
  const Real from = 0.648 * process.horizon(), to = 0.136 * process.horizon();
  std::vector<Real> times;
  for (int i = 0; i <= steps; ++i) times.push_back(to + (from - to) * (steps - i) / steps);
  const Gaussian law = after_run(process, choice, times), want = law_at(process, times.back());
  return std::max(std::abs(law.mean - want.mean) / std::sqrt(want.variance),
                  std::abs(std::log(law.variance / want.variance)) / 2);
}

/// The kernels that have a discretisation error: each at its defaults, and by their other settings.
inline std::vector<KernelChoice> every_integrator() {
  std::vector<KernelChoice> list = {
      {.kind = KernelKind::ddpm, .variance = DdpmVariance::beta_tilde},
      {.kind = KernelKind::ddim, .eta = 0.5},
      {.kind = KernelKind::ddim, .eta = 1}};
  for (std::size_t i = 0; i < all_names<KernelKind>().size(); ++i) {
    const KernelChoice choice = {.kind = static_cast<KernelKind>(i)};
    if (properties(choice).order > 0) list.push_back(choice);
  }
  return list;
}

}  // namespace plumbline::test
