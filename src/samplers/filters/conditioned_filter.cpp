#include "samplers/filters/conditioned_filter.hpp"

#include "core/arrays/elementwise.hpp"
#include "core/arrays/gather.hpp"
#include "samplers/filters/bayes_identity.hpp"
#include "samplers/reverse/reverse_run.hpp"

namespace plumbline {
namespace {

/// Evaluations of ψ at time s; 0 where it has no density to be made of.
int identity_cost(const Problem& problem, Real s) {
  if (!PriorOverPosterior::exists(problem, s)) return 0;
  return PriorOverPosterior::cost + (s > 0 || problem.observed().empty() ? 1 : 0);
}

class ConditionedFilter final : public FeynmanKac {
 public:
  ConditionedFilter(const Exec& exec, const Problem& problem, const ReverseSettings& settings,
                    const SmcRuns& runs, Rng rng)
      : problem_(problem),
        initial_law_(settings.initial),
        runs_(runs),
        initial_(rng.stream("initial")),
        noise_(rng.stream("reverse")),
        ratio_(exec, problem),
        likelihood_(problem_.observation().level_term(exec, problem_)),
        posterior_(exec, problem.full_posterior_factored(), problem.process(),
                   problem.process().horizon()),
        z_t_(make_matrix("z_t", runs.rows(), problem.full_dimension())),
        log_h_(make_vector("log_h", runs.rows())),
        psi_(make_vector("psi", runs.rows())),
        psi_s_(make_vector("psi_s", runs.rows())) {}

  void start(const Exec& exec, const Matrix& z, const Vector& log_g) override {
    draw_initial(exec, initial_law_, problem_.full_posterior_factored(), problem_.process(),
                 initial_, z, runs_.first_chain());
    put_reference(exec, 0, z);
    identity(exec, problem_.process().horizon(), z, psi_);
    Kokkos::deep_copy(exec, log_g, initial_law_ == InitialLaw::exact ? psi_ : log_h_);
  }

  void propose(const Exec& exec, const SmcStep& step, const IndexVector& ancestors,
               const Matrix& z) override {
    gather_rows(exec, z, ancestors, z_t_);
    ancestors_ = ancestors;
    posterior_.move_to(exec, step.t);
    exact_reverse_draw(exec, posterior_, step.s, noise_, step.index, z_t_, z, runs_.first_chain());
    put_reference(exec, Index(step.index) + 1, z);
    evaluations_ += runs_.rows();
  }

  void weigh(const Exec& exec, const SmcStep& step, const Matrix& z, const Vector& log_g) override {
    if (!PriorOverPosterior::exists(problem_, step.s)) return Kokkos::deep_copy(exec, log_g, 0);
    identity(exec, step.s, z, psi_s_);
    subtract_gathered(exec, psi_s_, psi_, ancestors_, log_g);
    std::swap(psi_, psi_s_);
  }

  Index evaluations() const override { return evaluations_; }

 private:
  /// ψ_t, and log p(y | z_t) where it is a density.
  void identity(const Exec& exec, Real t, const Matrix& z, const Vector& psi) {
    ratio_.evaluate(exec, t, z, psi);
    if (t > 0 || problem_.observed().empty()) {
      // the formula of every level, at t = 0 too: ψ is an identity between formulas
      likelihood_->value(exec, t, z, log_h_);
      add(exec, psi, log_h_, psi);
    }
    evaluations_ += runs_.rows() * identity_cost(problem_, t);
  }

  Problem problem_;
  InitialLaw initial_law_;
  SmcRuns runs_;
  Rng initial_, noise_;
  PriorOverPosterior ratio_;
  std::unique_ptr<LevelTerm> likelihood_;
  DiffusedMixture posterior_;
  Matrix z_t_;                  // [n, D]
  Vector log_h_, psi_, psi_s_;  // [n]
  IndexVector ancestors_;       // [n]
  Index evaluations_ = 0;
};

}  // namespace

std::unique_ptr<FeynmanKac> conditioned_filter(const Exec& exec, const Problem& problem,
                                               const ReverseSettings& settings, const SmcRuns& runs,
                                               Rng rng) {
  return std::make_unique<ConditionedFilter>(exec, problem, settings, runs, rng);
}

Index conditioned_evaluations(const Problem& problem, const ReverseSettings& settings) {
  const Index at_t = identity_cost(problem, problem.process().horizon());
  return settings.steps * (at_t + 1) + identity_cost(problem, 0);
}

}  // namespace plumbline
