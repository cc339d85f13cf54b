// Sampler → ensemble → metrics, with every way it can go wrong turned into a status.
#include "harness/run/replicate.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "core/steps/phase.hpp"
#include "harness/sweep/stopwatch.hpp"
#include "harness/sweep/streams.hpp"
#include "record/functionals.hpp"

namespace plumbline {
namespace {

Samples keep(const Ensemble& ensemble, Index most) {
  const std::vector<Real> x = to_host(ensemble.x), log_w = to_host(ensemble.log_w);
  const Index n = std::min(most, ensemble.draws()), d = ensemble.dimension();
  return {n, d, {x.begin(), x.begin() + n * d}, {log_w.begin(), log_w.begin() + n}};
}

/// Every metric sees the same input, and its own copy of the stream: it does not matter which
/// others are measured.
std::vector<Estimate> measure(const Exec& exec, const Metrics& metrics, const MetricInput& input,
                              const Stored* stored) {
  std::vector<Estimate> estimates;
  for (std::size_t m = 0; m < metrics.size(); ++m) {
    const Phase phase(metrics[m]->name());
    estimates.push_back(stored && stored->metrics[m] ? *stored->metrics[m]
                                                     : metrics[m]->evaluate(exec, input));
  }
  return estimates;
}

bool same_bits(Real a, Real b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b) ||
         (std::isnan(a) && std::isnan(b));
}

/// Whether these are the draws, and the evidence, that the stored values were measured on.
bool same_draws(const Stored& stored, Real digest, Real log_evidence) {
  return stored.status == Status::ok && stored.digest == digest &&
         same_bits(stored.log_evidence, log_evidence);
}

/// The body of run_replicate, exceptions and all.
void run(const Exec& exec, const Sampler& sampler, const Problem& problem,
         const FunctionalsOfProblem& functionals, const Metrics& metrics, RunBudget budget, Rng key,
         const std::optional<Stored>& stored, Replicate& out) {
  Trace trace;
  exec.fence();
  const Stopwatch stopwatch;
  const Ensemble ensemble = [&] {
    const Phase phase("draw");
    Ensemble drawn = sampler.draw(exec, problem, budget.draws, key, trace);
    exec.fence();
    return drawn;
  }();
  out.wall_seconds = stopwatch.seconds();
  out.score_evaluations =
      static_cast<Real>(trace.score_evaluations) / static_cast<Real>(budget.draws);
  out.log_evidence = {trace.log_evidence, trace.log_evidence_se};
  out.ess_min = trace.ess_min;
  out.acceptance = trace.acceptance;
  out.ess_path = trace.ess_path;
  PLUMBLINE_REQUIRE(ensemble.draws() == budget.draws &&
                        ensemble.log_w.extent_int(0) == ensemble.x.extent_int(0) &&
                        ensemble.dimension() == problem.dimension(),
                    "asked for {} draws of dimension {}, got {} of dimension {} with {} weights",
                    budget.draws, problem.dimension(), ensemble.draws(), ensemble.dimension(),
                    ensemble.log_w.extent_int(0));
  if (budget.kept > 0) out.samples = keep(ensemble, budget.kept);
  if (trace.degenerate || !has_finite_squares(exec, ensemble)) {
    out.status = trace.degenerate ? Status::degenerate : Status::diverged;
    out.message = !trace.trouble.empty() ? trace.trouble
                  : trace.degenerate     ? "all weights of a particle run vanished"
                                     : "draws or weights are not finite, or too large to square";
    out.other_draws = stored && stored->status != out.status;
    return;
  }
  out.digest = digest(exec, ensemble);
  out.other_draws = stored && !same_draws(*stored, out.digest, trace.log_evidence);
  const auto retained = [&] {
    return sampler.retained_log_evidence(exec, problem, budget.draws, retained_stream(key));
  };
  out.metrics = measure(
      exec, metrics,
      {problem, ensemble, trace.log_evidence, metric_stream(key), trace.chain_length, retained},
      stored && !out.other_draws ? &*stored : nullptr);
  if (trace.dependent)
    out.signed_errors = functionals().errors_of_dependent(exec, ensemble);
  else if (!problem.truth())
    out.signed_errors = functionals().errors(exec, ensemble);
}

bool has_number(const std::vector<Real>& values) {
  return std::any_of(values.begin(), values.end(), [](Real v) { return !std::isnan(v); });
}

}  // namespace

Replicate run_replicate(const Exec& exec, const Sampler& sampler, const Problem& problem,
                        const FunctionalsOfProblem& functionals, const Metrics& metrics,
                        RunBudget budget, Rng key, const std::optional<Stored>& stored) {
  Replicate out;
  try {
    run(exec, sampler, problem, functionals, metrics, budget, key, stored, out);
  } catch (const std::exception& error) {
    out.status = Status::failed;
    out.message = error.what();
    out.metrics.clear();
    out.signed_errors.clear();
    out.digest = nan;
  }
  out.metrics.resize(metrics.size());
  return out;
}

NullSet run_null(const Exec& exec, const Problem& problem, const Metrics& metrics, Index draws,
                 Rng null, const std::optional<Stored>& stored) {
  const Ensemble ensemble = equally_weighted(problem.draw_exact(exec, draws, null));
  NullSet out;
  out.digest = digest(exec, ensemble);
  out.other_draws = stored && !same_draws(*stored, out.digest, nan);
  out.metrics = measure(exec, metrics, {problem, ensemble, nan, metric_stream(null)},
                        stored && !out.other_draws ? &*stored : nullptr);
  return out;
}

std::vector<Series> metric_series(const std::vector<std::string>& names,
                                  const std::vector<std::vector<Estimate>>& replicates) {
  std::vector<Series> out;
  for (std::size_t m = 0; m < names.size(); ++m) {
    Series series{names[m], {}, {}};
    for (const auto& estimates : replicates) {
      series.value.push_back(estimates[m].value);
      series.se.push_back(estimates[m].standard_error);
    }
    if (!has_number(series.se)) series.se.clear();
    out.push_back(std::move(series));
  }
  return out;
}

namespace {

/// Signed errors side by side, a series for every name that some replicate has; NaN where one has
/// none.
std::vector<Series> functional_series(const std::vector<Replicate>& replicates) {
  std::vector<Series> list;
  const std::vector<double> none(replicates.size(), nan);
  for (std::size_t r = 0; r < replicates.size(); ++r)
    for (const SignedError& error : replicates[r].signed_errors) {
      const std::string name = std::string(functional_prefix) + error.name;
      auto found = std::find_if(list.begin(), list.end(),
                                [&](const Series& series) { return series.name == name; });
      if (found == list.end()) found = list.insert(list.end(), {name, none, none});
      found->value[r] = error.of.value;
      found->se[r] = error.of.standard_error;
    }
  for (Series& series : list)
    if (!has_number(series.se)) series.se.clear();
  return list;
}

}  // namespace

std::vector<Real> mean_ess_path(const std::vector<Replicate>& replicates) {
  std::vector<Real> sum;
  Index paths = 0;
  for (const Replicate& replicate : replicates) {
    if (replicate.ess_path.empty()) continue;
    sum.resize(replicate.ess_path.size(), 0);
    for (std::size_t step = 0; step < sum.size(); ++step) sum[step] += replicate.ess_path[step];
    ++paths;
  }
  for (Real& value : sum) value /= static_cast<Real>(paths);
  return sum;
}

std::vector<Series> extra_series(const std::vector<Replicate>& replicates) {
  Series evaluations{"score_evaluations", {}, {}}, seconds{"wall_seconds", {}, {}};
  Series evidence{"log_evidence", {}, {}}, ess{"ess_min", {}, {}}, acceptance{"acceptance", {}, {}};
  Series digests{draws_digest, {}, {}};
  for (const Replicate& replicate : replicates) {
    evaluations.value.push_back(replicate.score_evaluations);
    seconds.value.push_back(replicate.wall_seconds);
    evidence.value.push_back(replicate.log_evidence.value);
    evidence.se.push_back(replicate.log_evidence.standard_error);
    ess.value.push_back(replicate.ess_min);
    acceptance.value.push_back(replicate.acceptance);
    digests.value.push_back(replicate.digest);
  }
  if (!has_number(evidence.se)) evidence.se.clear();
  std::vector<Series> out = {evaluations, seconds};
  for (const Series& series : {evidence, ess, acceptance, digests})  // only where there are any
    if (has_number(series.value)) out.push_back(series);
  for (Series& series : functional_series(replicates)) out.push_back(std::move(series));
  return out;
}

}  // namespace plumbline
