// One run of one sampler, and one set of exact draws: the smallest things a sweep repeats.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "harness/sweep/galleries.hpp"
#include "metrics/functionals/known_functionals.hpp"
#include "record/cell.hpp"

namespace plumbline {

using Metrics = std::vector<std::unique_ptr<Metric>>;

struct Replicate {
  Status status = Status::ok;
  std::string message;            ///< what went wrong and where; "" when ok
  std::vector<Estimate> metrics;  ///< NaN unless ok
  Real score_evaluations = nan;   ///< per draw
  Real wall_seconds = nan;        ///< of the sampler alone
  Estimate log_evidence;
  Real ess_min = nan;
  Real acceptance = nan;
  std::vector<Real> ess_path;  ///< [step], of a particle method
  /// Of known expectations; none unless ok. Of independent draws none where every replicate has a
  /// target of its own.
  std::vector<SignedError> signed_errors;
  Real digest = nan;         ///< of the draws; NaN unless ok
  bool other_draws = false;  ///< than what was stored of it
  std::optional<Samples> samples;
};

/// What an earlier run measured on draws of the same stream: the values count where the draws are
/// the same again, to the bit.
struct Stored {
  Status status = Status::missing;
  Real digest = nan;
  Real log_evidence = nan;
  std::vector<std::optional<Estimate>> metrics;  ///< none: still to be measured
};

struct RunBudget {
  Index draws = 1;
  Index kept = 0;  ///< draws to keep as samples
};

/// The known functionals of the problem, made when they are asked for.
using FunctionalsOfProblem = std::function<const KnownFunctionals&()>;

/// Draw and measure. Never throws: an exception of the sampler or a metric becomes `failed`, draws
/// or weights that are not finite `diverged`, vanished weights `degenerate`. What is `stored` of
/// the same draws is not measured again.
Replicate run_replicate(const Exec& exec, const Sampler& sampler, const Problem& problem,
                        const FunctionalsOfProblem& functionals, const Metrics& metrics,
                        RunBudget budget, Rng run, const std::optional<Stored>& stored = {});

/// A set of exact draws, measured.
struct NullSet {
  std::vector<Estimate> metrics;
  Real digest = nan;
  bool other_draws = false;
};

/// Metrics of `draws` exact draws: what a perfect sampler of this size would score.
NullSet run_null(const Exec& exec, const Problem& problem, const Metrics& metrics, Index draws,
                 Rng null, const std::optional<Stored>& stored = {});

/// Replicates side by side, as stored. `names` of the metrics; standard errors are left out where
/// no replicate has one.
std::vector<Series> metric_series(const std::vector<std::string>& names,
                                  const std::vector<std::vector<Estimate>>& replicates);
/// ESS/N of every step, mean over the replicates that have a path.
std::vector<Real> mean_ess_path(const std::vector<Replicate>& replicates);
std::vector<Series> extra_series(const std::vector<Replicate>& replicates);

}  // namespace plumbline
