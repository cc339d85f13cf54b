// The particle filter on a context path: weigh particles by where y is to land, resample, propagate
// x. Papp, slides, algorithm 3; Trippe et al. 2023. smcdiff draws by it, particle-gibbs and pmmh
// make it the heart of a Markov chain.
#pragma once

#include "samplers/filters/filter_step.hpp"
#include "samplers/replacement/context_path.hpp"
#include "samplers/replacement/replacement_run.hpp"
#include "samplers/smc/smc.hpp"

namespace plumbline {

/// What a filter is conditioned on: the y of each run and, where `reference.z` is allocated, a
/// trajectory [x, y] of each run on that very path.
struct FilterContext {
  std::unique_ptr<ContextSource> path;
  Reference reference = {};
};

/// z = [x, y], y on the context path of its run:
///
///     M_T = p_T(x_T | y_T),  G(z_t) = p(y_s | x_t, y_t),  M = p(x_s | x_t, y_t)
///
/// (exact kernel: M given y_s too). The evidence of a run is p_T(y_T) Π_t (Σ_n W_n w_n) / q(y_{1:T}
/// | y_0) (samplers/smc/README §3). Streams "initial" and "reverse" of `rng`.
class ContextFilter final : public FeynmanKac {
 public:
  ContextFilter(const Exec& exec, const Problem& problem, const ReverseSettings& settings,
                const SmcRuns& runs, Rng rng, FilterContext context);

  void start(const Exec& exec, const Matrix& z, const Vector& log_g) override;
  void propose(const Exec& exec, const SmcStep& step, const IndexVector& ancestors,
               const Matrix& z) override;
  void weigh(const Exec& exec, const SmcStep& step, const Matrix& z, const Vector& log_g) override;
  void complete_evidence(const Exec& exec, const Vector& log_z) override;
  Index evaluations() const override;
  /// The runs' paths become those of the reference.
  void keep(const Exec& exec, const Reference& reference) override;

 private:
  void look_ahead(const Exec& exec, int step, const Matrix& z, const Vector& log_g);

  Problem problem_;
  ReverseSettings settings_;
  SmcRuns runs_;
  TimeGrid grid_;
  Rng initial_, noise_;
  FilterContext context_;
  std::unique_ptr<FilterStep> kernel_;
  Vector log_start_;  // [R]
};

/// Filters whose runs draw a path each (stream "context").
MakeModel context_filters(const Exec& exec, const Problem& problem, const ReverseSettings& settings,
                          Context context);

/// Evaluations of one run of N particles.
Index context_filter_cost(const ReverseSettings& settings, Index particles);

}  // namespace plumbline
