// Draws, and their checks beside those of the problem.
#include "harness/exchange/reference_draws.hpp"

#include <algorithm>
#include <cmath>

#include "harness/judge/coincidences.hpp"
#include "harness/judge/list_look.hpp"
#include "harness/statistics/distributions.hpp"

namespace plumbline {
namespace {

constexpr Real moments_alarm = 1e-5;
constexpr Real order_alarm = 1e-3;
constexpr Index fewest_in_order = 20;

SelfCheck check_moments(const Problem& problem, const HostMatrix& x) {
  const HostVector& mean = problem.target_mean();
  const HostMatrix& covariance = problem.target_covariance();
  const auto d = static_cast<Real>(mean.size());
  const Real bound = normal_quantile(1 - moments_alarm / (2 * d));
  Real worst = 0;
  for (Index i = 0; i < x.cols(); ++i) {
    const Real off = std::abs(x.col(i).mean() - mean(i));
    const Real error = std::sqrt(std::max<Real>(0, covariance(i, i)) / static_cast<Real>(x.rows()));
    const Real rounding = 1e-9 * (1 + std::abs(mean(i)));
    worst = std::max(worst, std::max<Real>(0, off - rounding) / std::max(error, rounding));
  }
  return {"the draws have the posterior's mean", "", worst <= bound,
          fmt::format("at most {:.2g} standard errors off, allowed {:.2g}", worst, bound)};
}

}  // namespace

std::vector<SelfCheck> check_reference(const Problem& problem, const HostMatrix& x, Rng rng) {
  std::vector<SelfCheck> checks;
  const bool dense = problem.is_mixture() && !problem.posterior().singular();
  if (dense) {
    checks.push_back(check_law_of(problem, x, rng));
    checks.back().what = "the draws follow the posterior";
  }
  checks.push_back(check_moments(problem, x));
  if (dense && x.rows() >= 2) {
    const Coincidences found = coincidences(x, HostVector::Zero(x.cols()));
    checks.push_back({"no draw repeats", "", found.repeated == 0,
                      fmt::format("{} of {} do", found.repeated, x.rows())});
  }
  if (x.rows() >= fewest_in_order) {
    const SetOrder order = order_of(x, {}, order_alarm);
    checks.push_back({"the draws come in no order", "", !(order.p_value < order_alarm),
                      fmt::format("p = {:.2g}, allowed {:g}", order.p_value, order_alarm)});
  }
  return checks;
}

bool add_reference(ArrayFile& file, const Exec& exec, const Problem& problem, Index n,
                   std::uint64_t seed, Rng rng) {
  const HostMatrix x = to_host_matrix(problem.draw_exact(exec, n, rng));
  file.add("draws/x", {"draw", "coordinate"}, x, "independent exact draws of the posterior");
  file.add("draws/seed", static_cast<double>(seed), "the sweep's seed, from which they follow");
  file.add("draws/count", static_cast<double>(n), "how many");
  std::vector<SelfCheck> checks = check_problem(exec, problem, rng.stream("self test"));
  for (SelfCheck& check : check_reference(problem, x, rng.stream("checks")))
    checks.push_back(std::move(check));
  std::vector<std::string> names;
  std::vector<std::int64_t> passed;
  std::string text;
  for (const SelfCheck& check : checks) {
    names.push_back(check.what);
    passed.push_back(check.passed ? 1 : 0);
    text += fmt::format("{}{}: {} ({})", text.empty() ? "" : "\n",
                        check.passed ? "passed" : "FAILED", check.what, check.says);
  }
  file.coordinate("checks", "check", names, "what was checked of the problem and of these draws");
  file.add("checks/passed", {"check"}, passed, "1 where it holds");
  file.attribute("checks", text);
  return std::all_of(passed.begin(), passed.end(), [](std::int64_t p) { return p == 1; });
}

}  // namespace plumbline
