#include "samplers/guidance/guidance.hpp"

#include <fmt/ranges.h>

#include "core/arrays/elementwise.hpp"
#include "core/arrays/gather.hpp"
#include "samplers/reverse/reverse_run.hpp"

namespace plumbline {
namespace {

class Guided final : public ScoreField {
 public:
  Guided(std::unique_ptr<ScoreField> prior, std::unique_ptr<LikelihoodScore> likelihood,
         Strength strength)
      : prior_(std::move(prior)),
        likelihood_(std::move(likelihood)),
        strength_(std::move(strength)) {}

  void evaluate(const Exec& exec, Real t, const Matrix& z, Prediction prediction,
                const Matrix& out) override {
    if (sum_.extent(0) != z.extent(0) || sum_.extent(1) != z.extent(1)) {
      sum_ = make_matrix("guided", z.extent(0), z.extent(1));
      increment_ = make_matrix("increment", z.extent(0), z.extent(1));
    }
    prior_->evaluate(exec, t, z, prediction, sum_);
    likelihood_->evaluate(exec, t, z, prediction, sum_, increment_);
    add_scaled(exec, strength_.at(t), increment_, sum_);
    Kokkos::deep_copy(exec, out, sum_);
  }

  int cost() const override { return prior_->cost() + likelihood_->cost(); }

 private:
  std::unique_ptr<ScoreField> prior_;
  std::unique_ptr<LikelihoodScore> likelihood_;
  Strength strength_;
  Matrix sum_, increment_;  // [n, D] work: `out` may alias z
};

/// p(z | y), or the clean part of a tilt, is a mixture.
bool has_conditional_mixture(const Problem& problem) {
  return problem.is_mixture() || problem.observation().tempering();
}

/// The mixture that decides whether the field has a score at t = 0.
GaussianMixture least_regular(const Problem& problem) {
  if (!has_conditional_mixture(problem)) return problem.prior();
  GaussianMixture conditional = conditional_mixture(problem);
  return conditional.singular() ? conditional : problem.prior();
}

}  // namespace

std::unique_ptr<ScoreField> guided(std::unique_ptr<ScoreField> prior,
                                   std::unique_ptr<LikelihoodScore> likelihood, Strength strength) {
  return std::make_unique<Guided>(std::move(prior), std::move(likelihood), std::move(strength));
}

void require_interval(const std::vector<Real>& interval) {
  const bool ordered = interval.size() == 2 && 0 <= interval[0] && interval[0] <= interval[1];
  if (!interval.empty() && !ordered)
    throw SpecError("interval", fmt::format("[{}]", fmt::join(interval, ", ")),
                    "[low, high] with 0 ≤ low ≤ high, or an empty list for all times");
}

GaussianMixture conditional_mixture(const Problem& problem) {
  if (const Tempering* tempering = problem.observation().tempering())
    return problem.prior().components_of(tempering->members);
  return problem.full_posterior();
}

GuidedStart start_guided(const Exec& exec, const Problem& problem, const GuidedRun& run, Index n,
                         Rng rng) {
  const Matrix z = make_matrix("z", n, problem.full_dimension());
  const bool given = run.gamma != 0 && run.settings.initial == InitialLaw::exact;
  if (given && !has_conditional_mixture(problem)) {
    draw_noised_target(exec, problem, rng.stream("initial"), z);
    return {problem.prior_factored(), z};
  }
  const FactoredMixture law =
      given ? factored(exec, conditional_mixture(problem)) : problem.prior_factored();
  draw_initial(exec, run.settings.initial, law, problem.process(), rng.stream("initial"), z);
  return {factored(exec, least_regular(problem)), z};
}

Ensemble retain_free(const Exec& exec, const Problem& problem, const Matrix& z) {
  const Matrix x = make_matrix("x", z.extent(0), problem.dimension());
  gather_columns(exec, z, to_device_list(problem.free()), x);
  return equally_weighted(x);
}

Ensemble draw_guided(const Exec& exec, const Problem& problem, const GuidedRun& run,
                     ScoreField& field, Index n, Rng rng, Trace& trace) {
  // z_T, then for t = T … : z_s ~ kernel with the guided score
  const GuidedStart start = start_guided(exec, problem, run, n, rng);
  trace.score_evaluations = reverse_to_data(exec, run.settings, problem.process(), start.mixture,
                                            field, rng.stream("reverse"), start.z);
  return retain_free(exec, problem, start.z);
}

std::vector<Real> guided_times(const Problem& problem, const ReverseSettings& settings) {
  const TimeGrid grid = settings.times(problem.process());
  const bool reads_end = settings.kernel_properties().reads_end;
  const bool singular = reads_end && least_regular(problem).singular();
  std::vector<Real> times;
  for (int step = 0; step < grid.steps(); ++step) {
    times.push_back(grid.times[step]);
    const Real s = grid.times[step + 1];
    if (reads_end && !(s == 0 && singular)) times.push_back(s);
  }
  return times;
}

Index guided_evaluations(const Problem& problem, const ReverseSettings& settings, int cost) {
  return reverse_evaluations(settings, least_regular(problem), cost);
}

}  // namespace plumbline
