// Checks of what a result file stores: its problems, and its floor.
#include <algorithm>
#include <cmath>

#include "harness/judge/self_test.hpp"
#include "harness/run/replicate.hpp"
#include "harness/statistics/statistics.hpp"
#include "harness/sweep/streams.hpp"
#include "harness/sweep/toml.hpp"

namespace plumbline {
namespace {

Rng self_test_stream(std::uint64_t seed) {
  return Rng::from_seed(seed).stream("self test");
}

HostMatrix matrix(const NumberArray& array) {
  if (array.shape.size() != 2)
    throw IoError(fmt::format("a problem's array has {} dimensions, not 2", array.shape.size()));
  return Eigen::Map<const HostMatrix>(array.values.data(), array.shape[0], array.shape[1]);
}

GaussianMixture stored_prior(const ProblemRecord& record) {
  const HostVector weights = Eigen::Map<const HostVector>(
      record.weights.values.data(), static_cast<Index>(record.weights.values.size()));
  const HostMatrix means = matrix(record.means), variances = matrix(record.variances);
  if (variances.cols() == 1 && means.cols() != 1)
    return GaussianMixture::isotropic(weights, means, variances.col(0));
  if (!record.covariances) {
    // Left out for their size; diagonal ones would have been kept as variances alone.
    throw IoError("the file does not hold its prior's large covariances");
  }
  const Index d = means.cols();
  std::vector<HostMatrix> covariances;
  bool diagonal = true;
  for (Index k = 0; k < means.rows(); ++k) {
    covariances.push_back(
        Eigen::Map<const HostMatrix>(record.covariances->values.data() + k * d * d, d, d));
    diagonal = diagonal && covariances.back().isDiagonal(0);
  }
  if (diagonal) return GaussianMixture::diagonal(weights, means, variances);
  return GaussianMixture::full(weights, means, std::move(covariances));
}

Table table_of(const std::string& text, const std::string& what) {
  const auto value = parse_toml_value(text, {"/problem " + what, 1, 1});
  if (!value || !value->is_table()) throw IoError("cannot read the file's " + what);
  return std::get<Table>(value->data);
}

SelfCheck check_stored(const Problem& problem, const ProblemRecord& record) {
  Real worst = 0;
  const auto compare = [&](Real a, Real b, Real scale) {
    if (std::isnan(a) && std::isnan(b)) return;
    const Real gap = std::abs(a - b) / scale;
    worst = std::isnan(gap) ? 1 : std::max(worst, gap);
  };
  compare(record.log_evidence.front(), problem.log_evidence(),
          1 + std::abs(problem.log_evidence()));
  const HostVector& mean = problem.target_mean();
  const HostMatrix& covariance = problem.target_covariance();
  const Real scale = std::sqrt(covariance.trace()) + mean.cwiseAbs().maxCoeff();
  if (static_cast<Index>(record.target_mean.size()) != mean.size() ||
      static_cast<Index>(record.target_covariance.values.size()) != covariance.size())
    worst = 1;
  else
    for (Index i = 0; i < mean.size(); ++i) {
      compare(record.target_mean[static_cast<std::size_t>(i)], mean[i], scale);
      for (Index j = 0; j < mean.size(); ++j)
        compare(record.target_covariance.values[static_cast<std::size_t>(i * mean.size() + j)],
                covariance(i, j), scale * scale);
    }
  return {"the file's evidence and posterior moments are what this build finds", "", worst <= 1e-8,
          fmt::format("largest relative gap {:.2g}, allowed 1e-08", worst)};
}

std::string point_text(const Results& results, std::int64_t point) {
  return results.layout.problem_points() > 1 ? fmt::format("problem point {}", point) : "";
}

void add(std::vector<SelfCheck>& to, std::vector<SelfCheck> checks, const std::string& where) {
  for (SelfCheck& check : checks) {
    check.where = where;
    to.push_back(std::move(check));
  }
}

}  // namespace

Problem rebuild_problem(const Exec& exec, const ProblemRecord& record, std::uint64_t seed,
                        Index replicate) {
  const GaussianMixture prior = stored_prior(record);
  const Table observation = table_of(record.observation, "observation");
  const Rng rng = observation_stream(seed, static_cast<std::uint64_t>(replicate));
  const Observed given = make_observation(observation, prior, rng);
  return Problem(exec, prior, NoiseProcess::from_settings(table_of(record.process, "process")),
                 given.observation, given.truth);
}

std::vector<SelfCheck> check_file_problems(const Exec& exec, const Plan* plan,
                                           const Results& results) {
  if (results.problems.empty()) throw IoError("the file has no /problem group");
  std::vector<SelfCheck> checks;
  for (const ProblemRecord& record : results.problems) {
    const Problem problem =
        plan ? problems_of(exec, *plan, static_cast<Index>(record.problem))->at(0)
             : rebuild_problem(exec, record, results.layout.seed);
    const std::string where = point_text(results, record.problem);
    const Rng rng =
        self_test_stream(results.layout.seed).stream(static_cast<std::uint64_t>(record.problem));
    add(checks, check_problem(exec, problem, rng), where);
    add(checks, {check_stored(problem, record)}, where);
  }
  return checks;
}

std::vector<SelfCheck> check_floor(const Exec& exec, const Plan& plan, const Results& results) {
  constexpr Real false_alarm = 1e-4;
  std::vector<std::string> names;
  Metrics metrics;
  for (const MetricSpec& spec : plan.sweep.metrics) {
    if (!spec.entry->has_floor) continue;
    names.push_back(spec.entry->name);
    metrics.push_back(spec.entry->make(spec.settings));
  }
  const auto tests = static_cast<Real>(names.size() * results.nulls.size());
  // As many fresh sets as can fail: the smallest p-value must be well below what is allowed.
  int sets = 8;
  while (sets < 24 &&
         10 * tests * smallest_rank_sum_p_value(sets, results.layout.null_replicates, Tail::both) >
             false_alarm)
    ++sets;
  std::vector<SelfCheck> checks;
  for (const NullRecord& record : results.nulls) {
    const auto problems = problems_of(exec, plan, static_cast<Index>(record.problem));
    const Rng rng = self_test_stream(results.layout.seed)
                        .stream("floor")
                        .stream(static_cast<std::uint64_t>(record.problem));
    std::vector<std::vector<Estimate>> fresh;
    fresh.reserve(static_cast<std::size_t>(sets));
    for (int r = 0; r < sets; ++r)
      fresh.push_back(run_null(exec, problems->at(r), metrics, results.layout.draws,
                               rng.stream(static_cast<std::uint64_t>(r)))
                          .metrics);
    for (const Series& series : metric_series(names, fresh)) {
      const auto stored = std::find_if(record.metrics.begin(), record.metrics.end(),
                                       [&](const Series& s) { return s.name == series.name; });
      if (stored == record.metrics.end()) continue;
      const Real p = rank_sum_p_value(series.value, stored->value, Tail::both);
      checks.push_back({"fresh exact draws score the stored floor of " + series.name,
                        point_text(results, record.problem),
                        std::isnan(p) || p * tests >= false_alarm, fmt::format("p = {:.2g}", p)});
    }
  }
  return checks;
}

}  // namespace plumbline
