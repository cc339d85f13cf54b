// Any process is a variance-exploding one in disguise: x' = x/a has a' = 1, σ' = s/a
// (diffusion/processes/README §1). On grids of the same λ, from the same random numbers, a sampler
// must return the same draws in either; and where its definition depends on the coordinates, it
// must not.
#include "unit/problem/observations.hpp"
#include "unit/samplers/guidance/likelihood_guidance.hpp"

namespace plumbline::test::rescaling_test {
namespace {

constexpr int steps = 12;
constexpr Real last_log_snr = 6;

/// A process, and the exploding one with the same λ at the horizon.
struct Pair {
  NoiseProcess process, exploding;
};
Pair with_exploding(const NoiseProcess& process) {
  const NoiseLevel top = process.at(process.horizon());
  const double sigma = std::sqrt(top.variance) / top.alpha;
  return {process, NoiseProcess::from_settings(
                       table({{"kind", "ve"}, {"schedule", "edm"}, {"sigma_max", sigma}}))};
}
std::vector<Pair> pairs() {
  return {with_exploding(ou()),
          with_exploding(
              NoiseProcess::from_settings(table({{"kind", "vp"}, {"schedule", "continuous"}}))),
          with_exploding(NoiseProcess::from_settings(table({{"kind", "flow"}, {"horizon", 0.9}})))};
}

/// A sampler with settings, on the problem it can do.
struct Subject {
  const char* name;
  std::vector<Entry> settings = {};
  std::string text() const {
    std::string out = name;
    for (const auto& [key, value] : settings) {
      out += fmt::format(", {} = ", key);
      std::visit([&](const auto& v) { out += fmt::format("{}", v); }, value);
    }
    return out;
  }
};

Problem problem_of(const SamplerEntry& entry, const NoiseProcess& process) {
  const auto can = [&](const char* target) {
    const std::vector<std::string> targets = targets_of(entry.asks);
    return std::find(targets.begin(), targets.end(), target) != targets.end();
  };
  if (can("linear")) return linear(process);
  if (can("inpainting")) return inpainting(process);
  return Problem(Exec{}, in_space(), process,
                 ClassLabel{.label = 0, .classes = {{0, 2}, {1}}, .gamma = 2});
}

Ensemble drawn(const Subject& subject, const NoiseProcess& process, int number = steps) {
  const SamplerEntry& entry = find_sampler(subject.name);
  Table settings;
  for (const auto& [key, value] : subject.settings)
    settings.set(key, std::visit([](const auto& v) { return Value{v}; }, value));
  const auto given = [&](const char* key, Value value) {
    for (const FieldDoc& field : entry.fields)
      if (field.name == key) settings.set(key, value);
  };
  given("steps", Value{std::int64_t{number}});
  given("grid", Value{std::string("log_snr")});
  given("last_time", Value{process.time_at_log_snr(last_log_snr)});
  return draw(*entry.make(settings), problem_of(entry, process), 100).ensemble;
}

Real disagreement(const Subject& subject, const Pair& pair, int number = steps) {
  return largest_difference(drawn(subject, pair.process, number),
                            drawn(subject, pair.exploding, number));
}

const std::vector<std::vector<Entry>> invariant_kernels = {
    {{"kernel", "ddim"}},
    {{"kernel", "ddim"}, {"eta", 0.5}},
    {{"kernel", "ddpm"}, {"variance", "beta_tilde"}}};

// λ of the grids agree to 1e-12 (the inverse of λ is bisected for vp) and states are of size 1 to
// 10: rounding stays below 1e-9. What the coordinates change is of size 1e-3 and more (next test).
constexpr Real same = 1e-9, other = 1e-4;

TEST(Rescaling, LeavesTheDrawsOfAGuidedScoreAsTheyAre) {
  const std::vector<Subject> fields = {
      {"conditional-score"},
      {"cfg", {{"gamma", 3.0}}},
      {"classifier-guidance", {{"gamma", 3.0}}},
      {"dps", {{"zeta", 0.5}}},
      {"dps", {{"zeta", 0.05}, {"rule", "constant"}}},
      {"pigdm"},
      {"tmpd"},
      {"mmps"},
  };
  for (const Pair& pair : pairs())
    for (const auto& kernel : invariant_kernels)
      for (Subject subject : fields) {
        subject.settings.insert(subject.settings.end(), kernel.begin(), kernel.end());
        SCOPED_TRACE(pair.process.name() + ": " + subject.text());
        EXPECT_LT(disagreement(subject, pair), same);
      }
}

TEST(Rescaling, LeavesTheDrawsOfContextPathsAndFiltersAsTheyAre) {
  const std::vector<Subject> subjects = {
      {"conditional-score", {{"kernel", "exact"}}},
      {"replacement", {{"context", "forward"}, {"kernel", "exact"}}},
      {"replacement", {{"context", "fresh"}, {"kernel", "ddim"}}},
      {"replacement", {{"context", "forward"}, {"kernel", "ddpm"}, {"variance", "beta_tilde"}}},
      {"repaint", {{"kernel", "exact"}}},
      {"smcdiff", {{"particles", 4}}},
      {"cfg-smc", {{"particles", 4}}},
      {"waltz", {{"burn_in", 5}}},
  };
  for (const Pair& pair : pairs())
    for (const Subject& subject : subjects) {
      SCOPED_TRACE(pair.process.name() + ": " + subject.text());
      EXPECT_LT(disagreement(subject, pair), same);
    }
}

// Not errors: these are defined in the coordinates of the process. An Euler step is linear in t and
// z, β is a variance of z_s and not of z_s/a_s, practice starts from N(0, I) or N(0, σ_T² I), a
// fixed context is y_0 unscaled, and of a likelihood score only a gradient in z rescales. Of `ou`:
// rectified flow has Euler's step and the initial law in common with its exploding process.
TEST(Rescaling, ChangesTheDrawsOfWhatIsDefinedInTheCoordinatesOfTheProcess) {
  const std::vector<Subject> subjects = {
      {"conditional-score", {{"kernel", "em"}}},
      {"conditional-score", {{"kernel", "ode-euler"}}},
      {"conditional-score", {{"kernel", "ode-heun"}}},
      {"conditional-score", {{"kernel", "ddpm"}}},
      {"conditional-score", {{"kernel", "ddim"}, {"initial", "gaussian"}}},
      {"replacement", {{"context", "fixed"}}},
      {"dps", {{"kernel", "ddim"}, {"zeta", 0.05}, {"apply", "step"}}},
      {"dps", {{"kernel", "ddim"}, {"zeta", 0.5}, {"jacobian", false}}},
      {"pigdm", {{"kernel", "ddim"}, {"spread", "literal"}}},
      {"likelihood-at-xt", {{"kernel", "ddim"}}},
      {"classifier-guidance", {{"kernel", "ddim"}, {"classifier", "clean"}}},
      {"pc"},
  };
  for (const Subject& subject : subjects)
    EXPECT_GT(disagreement(subject, with_exploding(ou())), other) << subject.text();
}

// Both integrate one flow: their difference is the error of Heun's method, of order 2.
TEST(Rescaling, OfTheOdeKernelsIsUndoneByRefinement) {
  const Subject heun = {"conditional-score", {{"kernel", "ode-heun"}}};
  const Pair pair = with_exploding(ou());

  const Real coarse = disagreement(heun, pair, 100), fine = disagreement(heun, pair, 200);

  EXPECT_LT(fine, 2e-3);
  EXPECT_LT(fine, coarse / 3);
}

// Karras et al. 2022, section 3: ddim is Euler's method in σ; and so it is in the t of rectified
// flow.
TEST(Rescaling, MakesDdimEulersMethodInTheNoiseScale) {
  const Subject ddim = {"conditional-score", {{"kernel", "ddim"}}};
  const Subject euler = {"conditional-score", {{"kernel", "ode-euler"}}};
  for (const Pair& pair : pairs()) {
    SCOPED_TRACE(pair.process.name());
    EXPECT_LT(largest_difference(drawn(ddim, pair.process), drawn(euler, pair.exploding)), same);
    if (pair.process.name() != "flow") continue;
    EXPECT_LT(disagreement(euler, pair), same);
  }
}

}  // namespace
}  // namespace plumbline::test::rescaling_test
