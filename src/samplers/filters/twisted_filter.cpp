#include "samplers/filters/twisted_filter.hpp"

#include <fmt/ranges.h>

#include <cmath>
#include <numbers>

#include "core/arrays/elementwise.hpp"
#include "core/arrays/gather.hpp"
#include "diffusion/conditional_reverse.hpp"
#include "problem/point_likelihood.hpp"
#include "samplers/filters/bayes_identity.hpp"
#include "samplers/filters/conditioned_filter.hpp"
#include "samplers/filters/filter_step.hpp"
#include "samplers/guidance/denoised_guidance.hpp"
#include "samplers/reverse/reverse_run.hpp"
#include "samplers/reverse/shifted_step.hpp"

namespace plumbline {
namespace {

/// p_T(z | y) where the exact twist has it in closed form.
bool starts_conditioned(const Problem& problem, const ReverseSettings& settings,
                        const TwistedChoice& choice) {
  return choice.twist.kind == TwistKind::exact && choice.proposal == Proposal::twisted &&
         settings.initial == InitialLaw::exact && problem.is_mixture();
}

/// Where z_s is drawn: m and the shift that the twist adds, of each row's ancestor.
struct Aim {
  AffineStep step;
  Real strength;  ///< 1 twisted, 0 not
  IndexVector ancestors;
  Matrix z, prediction, increment;  ///< at t  [n, D]
  Matrix mean, shift;               ///< [n, D]

  KOKKOS_FUNCTION void operator()(Index n) const {
    const int from = ancestors(n);
    for (int i = 0; i < z.extent_int(1); ++i) {
      mean(n, i) = Kokkos::fma(step.state, z(from, i), step.model * prediction(from, i));
      shift(n, i) = strength == 0 ? Real(0) : step.model * increment(from, i);
    }
  }
};

/// log_g(n) = log p(z_s | z_t) − log M(z_s | z_t) − log h(z_t) + log N(y; m^y, v I), over the free
/// and the observed coordinates of the last step to a noise-free y.
struct Weigh {
  Real precision;  ///< 1/v, 0 where M = p
  Real log_norm;   ///< of one observed coordinate
  IndexVector free, observed;
  Matrix mean, shift, z;
  IndexVector ancestors;
  Vector log_h, log_g;

  KOKKOS_FUNCTION void operator()(Index n) const {
    Real exponent = 0;
    for (int j = 0; j < free.extent_int(0); ++j) {
      const int i = free(j);
      const Real beyond = z(n, i) - mean(n, i);  // (b − δ)² − b² = δ² − 2 b δ
      exponent = Kokkos::fma(shift(n, i), shift(n, i) / 2 - beyond, exponent);
    }
    Real sum = precision * exponent - log_h(ancestors(n));
    for (int j = 0; j < observed.extent_int(0); ++j) {
      const Real residual = z(n, observed(j)) - mean(n, observed(j));
      sum += log_norm - precision * residual * residual / 2;
    }
    log_g(n) = sum;
  }
};

class TwistedFilter final : public FeynmanKac {
 public:
  TwistedFilter(const Exec& exec, const Problem& problem, const ReverseSettings& settings,
                const TwistedChoice& choice, const SmcRuns& runs, Rng rng)
      : problem_(problem),
        settings_(settings),
        choice_(choice),
        runs_(runs),
        grid_(settings.times(problem.process())),
        initial_(rng.stream("initial")),
        noise_(rng.stream("reverse")),
        prior_(exact_score(exec, problem.prior_factored(), problem.process())),
        twist_(make_twist(exec, problem, choice.twist, grid_)),
        all_(every_index(problem.full_dimension())),
        free_(to_device_list(problem.free())),
        observed_(to_device_list(problem.observed())),
        prediction_(rows("prediction")),
        increment_(rows("increment")),
        mean_(rows("mean")),
        shift_(rows("shift")),
        log_h_(make_vector("log_h", runs.rows())),
        log_h_s_(make_vector("log_h_s", runs.rows())) {
    if (!exact_kernel()) return;
    diffused_ = std::make_unique<DiffusedMixture>(exec, problem.prior_factored(), problem.process(),
                                                  problem.process().horizon());
    if (const ConditionalLaw* law = problem.observation().conditional_law())
      given_y_ = law->kernel(exec, problem.prior_factored(), problem.process());
    if (!problem.observed().empty())
      conditional_ = std::make_unique<ConditionalReverse>(exec, problem.prior(), problem.process(),
                                                          problem.observed());
  }

  void start(const Exec& exec, const Matrix& z, const Vector& log_g) override {
    const bool conditioned = starts_conditioned(problem_, settings_, choice_);
    const FactoredMixture& law =
        conditioned ? problem_.full_posterior_factored() : problem_.prior_factored();
    draw_initial(exec, settings_.initial, law, problem_.process(), initial_, z,
                 runs_.first_chain());
    put_reference(exec, 0, z);
    place(exec, 0, z, log_h_);
    if (conditioned) {
      PriorOverPosterior(exec, problem_).evaluate(exec, grid_.times[0], z, log_g);
      evaluations_ += runs_.rows() * PriorOverPosterior::cost;
      add(exec, log_g, log_h_, log_g);
    } else {
      Kokkos::deep_copy(exec, log_g, log_h_);
    }
  }

  void propose(const Exec& exec, const SmcStep& step, const IndexVector& ancestors,
               const Matrix& z) override {
    ancestors_ = ancestors;
    if (exact_kernel()) {
      propose_exactly(exec, step, z);
      return put_reference(exec, Index(step.index) + 1, z);
    }
    const bool twisted = choice_.proposal == Proposal::twisted && step_.noise > 0;
    parallel_over(exec, "plumbline::samplers::twisted_mean", z.extent(0),
                  Aim{step_, twisted ? Real(1) : Real(0), ancestors, z, prediction_, increment_,
                      mean_, shift_});
    draw_shifted(exec, step_.noise, noise_, runs_.first_chain(), step.index, mean_, shift_, z);
    if (ends_on_y(step)) scatter_columns(exec, y(), runs_.rows(), observed_, z);
    put_reference(exec, Index(step.index) + 1, z);
  }

  void weigh(const Exec& exec, const SmcStep& step, const Matrix& z, const Vector& log_g) override {
    if (moves_given_y(settings_, choice_) || (step.last && !choice_.final_weight))
      return Kokkos::deep_copy(exec, log_g, 0);
    const bool on_y = ends_on_y(step), ratio = !exact_kernel() && step_.noise > 0;
    const Real precision = ratio ? 1 / (step_.noise * step_.noise) : 0;
    const bool by_kernel = on_y && !exact_kernel();
    // the exact kernel's shift is 0, and its density of y is in log_h_s_
    parallel_over(
        exec, "plumbline::samplers::twisted_weight", z.extent(0),
        Weigh{precision, std::log(precision / (2 * std::numbers::pi)) / 2, on_y ? free_ : all_,
              by_kernel ? observed_ : IndexVector(), mean_, shift_, z, ancestors_, log_h_, log_g});
    if (on_y) {
      if (exact_kernel()) add(exec, log_g, log_h_s_, log_g);
      return;
    }
    if (step.last)
      likelihood(exec, z);
    else
      place(exec, static_cast<int>(step.index) + 1, z, log_h_s_);
    add(exec, log_g, log_h_s_, log_g);
    std::swap(log_h_, log_h_s_);
  }

  Index evaluations() const override { return evaluations_; }

 private:
  Matrix rows(const char* label) const {
    return Matrix(std::string(label), runs_.rows(), problem_.full_dimension());
  }
  bool exact_kernel() const { return settings_.kernel_properties().exact; }
  bool ends_on_y(const SmcStep& step) const { return step.last && !problem_.observed().empty(); }
  Matrix y() const { return to_device("y", HostMatrix(problem_.observed_values().transpose())); }

  /// Everything that is known of z at times[i]: the next step, the prior's prediction, the twist.
  void place(const Exec& exec, int i, const Matrix& z, const Vector& log_h) {
    const Real t = grid_.times[i], s = grid_.times[i + 1];
    step_ = exact_kernel() ? AffineStep{.prediction = Prediction::denoised}
                           : affine_step(settings_.choice(), problem_.process(), t, s);
    prior_->evaluate(exec, t, z, step_.prediction, prediction_);
    twist_->evaluate(exec, t, s, z, step_.prediction, prediction_, log_h, increment_);
    evaluations_ += runs_.rows() * (prior_->cost() + twist_->cost());
  }

  /// log p(y | z_0) where it is a density.
  void likelihood(const Exec& exec, const Matrix& z) {
    PointLikelihood(exec, problem_).value(exec, z, log_h_s_);
    evaluations_ += runs_.rows() * PointLikelihood::cost(problem_);
  }

  /// z_s ~ p(z_s | z_t) or p(z_s | z_t, y), or at the end p(y | z_t) and p(x_0 | z_t, y).
  void propose_exactly(const Exec& exec, const SmcStep& step, const Matrix& z) {
    gather_rows(exec, z, ancestors_, mean_);
    evaluations_ += runs_.rows();
    if (!ends_on_y(step)) {
      if (moves_given_y(settings_, choice_))
        return given_y_->draw(exec, step.t, step.s, noise_, step.index, mean_, z,
                              runs_.first_chain());
      diffused_->move_to(exec, step.t);
      exact_reverse_draw(exec, *diffused_, step.s, noise_, step.index, mean_, z,
                         runs_.first_chain());
      return;
    }
    const ContextRows same_y = {y(), runs_.rows()};
    conditional_->move_to(exec, step.t, step.s);
    conditional_->log_weight(exec, mean_, same_y, log_h_s_);
    conditional_->draw(exec, mean_, same_y, noise_, step.index, z, runs_.first_chain());
    evaluations_ += runs_.rows();
  }

  Problem problem_;
  ReverseSettings settings_;
  TwistedChoice choice_;
  SmcRuns runs_;
  TimeGrid grid_;
  Rng initial_, noise_;
  std::unique_ptr<ScoreField> prior_;
  std::unique_ptr<Twist> twist_;
  std::unique_ptr<DiffusedMixture> diffused_;        // exact kernel only
  std::unique_ptr<ConditionalKernel> given_y_;       // and a posterior that is no mixture
  std::unique_ptr<ConditionalReverse> conditional_;  // and a noise-free y
  IndexVector all_, free_, observed_;
  AffineStep step_;                // from where z stands
  Matrix prediction_, increment_;  // at z_t  [n, D]
  Matrix mean_, shift_;            // of z_s given each row's ancestor  [n, D]
  Vector log_h_, log_h_s_;         // at z_t and z_s  [n]
  IndexVector ancestors_;          // [n]
  Index evaluations_ = 0;
};

}  // namespace

bool moves_given_y(const ReverseSettings& settings, const TwistedChoice& choice) {
  return settings.kernel_properties().exact && choice.twist.kind == TwistKind::exact &&
         choice.proposal == Proposal::twisted;
}
bool twists_exactly(const Problem& problem, const ReverseSettings& settings,
                    const TwistedChoice& choice) {
  return moves_given_y(settings, choice) && problem.is_mixture();
}

std::unique_ptr<FeynmanKac> twisted_filter(const Exec& exec, const Problem& problem,
                                           const ReverseSettings& settings,
                                           const TwistedChoice& choice, const SmcRuns& runs,
                                           Rng rng) {
  if (twists_exactly(problem, settings, choice))
    return conditioned_filter(exec, problem, settings, runs, rng);
  return std::make_unique<TwistedFilter>(exec, problem, settings, choice, runs, rng);
}

Index twisted_evaluations(const Problem& problem, const ReverseSettings& settings,
                          const TwistedChoice& choice) {
  if (twists_exactly(problem, settings, choice)) return conditioned_evaluations(problem, settings);
  const bool exact = settings.kernel_properties().exact;
  const int place = 1 + twist_cost(problem, choice.twist.kind);
  if (moves_given_y(settings, choice)) return place + settings.steps;  // only h(z_T) weighs
  Index count = Index{settings.steps} * place;
  if (starts_conditioned(problem, settings, choice)) count += PriorOverPosterior::cost;
  if (exact) count += settings.steps;                               // the draws
  if (!problem.observed().empty()) return count + (exact ? 1 : 0);  // p(y | z_t) of the last step
  return count + (choice.final_weight ? PointLikelihood::cost(problem) : 0);
}

void require_twisted(const Problem& problem, const ReverseSettings& settings,
                     const TwistedChoice& choice, std::string_view sampler) {
  require_steps(settings, problem.process());
  if (!problem.observed().empty()) require_filter_kernel(settings.choice(), sampler);
  const auto can = [](const KernelProperties& p) { return p.exact || p.affine; };
  if (!can(settings.kernel_properties()))
    throw SpecError("kernel", name_of(settings.kernel),
                    fmt::format("{} shifts a step that is affine in one score: use one of {}",
                                sampler, fmt::join(kernels_that(can), ", ")));
  require_twist(problem, choice.twist, sampler);
  if (!problem.observed().empty() || PointLikelihood::exists(problem)) return;
  if (problem.observation().tempering())
    throw SpecError("kind", std::string(sampler),
                    "a prior with a density: p(c | z_0) of this one is 0 or 1. conditional-score "
                    "needs none");
  throw SpecError("kind", std::string(sampler),
                  "an observation with noise, or inpainting: the last weight is the likelihood of "
                  "z_0. pigdm, tmpd, mmps, mcgdiff and conditional-score need none");
}

}  // namespace plumbline
