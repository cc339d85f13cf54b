#include "samplers/filters/guided_proposal.hpp"

#include "samplers/reverse/shifted_step.hpp"

namespace plumbline {
namespace {

/// p(z_s | z_t) of the prior (w = 0) or of the class (w = 1), as it is.
class ExactProposal final : public GuidedProposal {
 public:
  ExactProposal(const Exec& exec, const FactoredMixture& mixture, const NoiseProcess& process,
                Real strength)
      : diffused_(exec, mixture, process, process.horizon()), strength_(strength) {}

  void draw(const Exec& exec, const SmcStep& step, Rng rng, std::uint64_t first_chain,
            const Matrix& z_t, const Matrix& z_s) override {
    diffused_.move_to(exec, step.t);
    exact_reverse_draw(exec, diffused_, step.s, rng, step.index, z_t, z_s, first_chain);
  }
  void add_ratio(const Exec&, const Matrix&, const Vector&) const override {}
  Real power() const override { return strength_; }

 private:
  DiffusedMixture diffused_;
  Real strength_;
};

/// mean ← state z + model prior, shift ← w model (conditional − prior).
///   shapes  z [n, D], mean [n, D] holds prior, shift [n, D] conditional
void guided_mean(const Exec& exec, const AffineStep& step, Real strength, const Matrix& z,
                 const Matrix& mean, const Matrix& shift) {
  const int dimension = z.extent_int(1);
  parallel_over(
      exec, "plumbline::samplers::guided_mean", z.extent(0), KOKKOS_LAMBDA(Index n) {
        for (int i = 0; i < dimension; ++i) {
          const Real prior = mean(n, i);
          shift(n, i) = strength * step.model * (shift(n, i) - prior);
          mean(n, i) = Kokkos::fma(step.state, z(n, i), step.model * prior);
        }
      });
}

/// log_g += log N(z; mean, v I) − log N(z; mean + shift, v I).   shapes  [n, D] → [n]
void add_shift_ratio(const Exec& exec, Real v, const Matrix& mean, const Matrix& shift,
                     const Matrix& z, const Vector& log_g) {
  const int dimension = z.extent_int(1);
  parallel_over(
      exec, "plumbline::samplers::guided_ratio", z.extent(0), KOKKOS_LAMBDA(Index n) {
        Real sum = 0;
        for (int i = 0; i < dimension; ++i)
          sum = Kokkos::fma(shift(n, i), 2 * (z(n, i) - mean(n, i)) - shift(n, i), sum);
        log_g(n) -= sum / (2 * v);
      });
}

/// N(z_s; mean + w shift, v I) of a Gaussian kernel, where w = 0 is the prior's own chain.
class AffineProposal final : public GuidedProposal {
 public:
  AffineProposal(const Exec& exec, const Problem& problem, const KernelChoice& choice,
                 Real strength, Index rows)
      : choice_(choice),
        process_(problem.process()),
        strength_(strength),
        prior_(exact_score(exec, problem.prior_factored(), process_)),
        conditional_(exact_score(exec, factored(exec, conditional_mixture(problem)), process_)),
        mean_(make_matrix("mean", rows, problem.full_dimension())),
        shift_(make_matrix("shift", rows, problem.full_dimension())) {}

  void draw(const Exec& exec, const SmcStep& step, Rng rng, std::uint64_t first_chain,
            const Matrix& z_t, const Matrix& z_s) override {
    const AffineStep kernel = affine_step(choice_, process_, step.t, step.s);
    noise_ = kernel.noise;
    prior_->evaluate(exec, step.t, z_t, kernel.prediction, mean_);
    if (strength_ == 0)
      Kokkos::deep_copy(exec, shift_, mean_);
    else
      conditional_->evaluate(exec, step.t, z_t, kernel.prediction, shift_);
    guided_mean(exec, kernel, strength_, z_t, mean_, shift_);
    draw_shifted(exec, noise_, rng, first_chain, step.index, mean_, shift_, z_s);
  }
  void add_ratio(const Exec& exec, const Matrix& z_s, const Vector& log_g) const override {
    add_shift_ratio(exec, noise_ * noise_, mean_, shift_, z_s, log_g);
  }
  Real power() const override { return 0; }

 private:
  KernelChoice choice_;
  NoiseProcess process_;
  Real strength_;
  std::unique_ptr<ScoreField> prior_, conditional_;
  Matrix mean_, shift_;  // [n, D]
  Real noise_ = 1;
};

}  // namespace

std::unique_ptr<GuidedProposal> guided_proposal(const Exec& exec, const Problem& problem,
                                                const KernelChoice& choice, Real strength,
                                                Index rows) {
  if (properties(choice).integrates_score())
    return std::make_unique<AffineProposal>(exec, problem, choice, strength, rows);
  PLUMBLINE_REQUIRE(strength == 0 || strength == 1, "the exact kernel has no strength {}",
                    strength);
  const FactoredMixture law =
      strength == 0 ? problem.prior_factored() : factored(exec, conditional_mixture(problem));
  return std::make_unique<ExactProposal>(exec, law, problem.process(), strength);
}

int guided_proposal_cost(const KernelChoice& choice, Real strength) {
  return properties(choice).exact || strength == 0 ? 1 : 2;
}

}  // namespace plumbline
