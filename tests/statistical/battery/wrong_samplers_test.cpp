// Wrong samplers and wrong lists of draws: none is ever called consistent, whatever the metrics.
#include "harness/judge/scoring.hpp"
#include "statistical/battery/battery.hpp"

namespace plumbline::test::wrong_samplers_test {
namespace {

/// Lists of metrics, from those that see everything to one that is nearly blind.
const std::vector<std::string>& metric_lists() {
  static const std::vector<std::string> all = {
      R"("mean_error", "covariance_error", "component_mass", "sliced_wasserstein_1")",
      R"("marginal_cvm", "energy_distance", "log_density_gap")",
      R"("mean_error")",
      R"("component_mass")",
      R"("sliced_wasserstein_1")",
      R"("ksd")"};
  return all;
}

struct Wrong {
  std::string label, problem, sampler;
};

/// Off by more than the tolerances of a sweep that states none.
const std::vector<Wrong>& wrong_samplers() {
  static const std::vector<Wrong> all = {
      {"prior", inpainting(), "kind = \"prior\""},
      {"replacement", inpainting(), "kind = \"replacement\"\nsteps = 20"},
      {"guided", classes(), "kind = \"cfg\"\ngamma = 3.0\nsteps = 32"},
      {"clean", classes(), "kind = \"classifier-guidance\"\nclassifier = \"clean\"\nsteps = 32"},
      {"dps", linear(), "kind = \"dps\"\nsteps = 32"},
      {"row_sums", two_rows(), "kind = \"tmpd\"\ncovariance = \"row_sum\"\nsteps = 32"},
      {"far", inpainting(),
       "kind = \"langevin\"\nstart = \"prior\"\nlangevin_step = 0.01\nlangevin_steps = 4"},
      {"wide", inpainting(), "kind = \"perturbed\"\naspect = \"spread\"\nsize = 0.5"},
      {"shifted", inpainting(), "kind = \"perturbed\"\naspect = \"location\"\nsize = 0.4"},
      {"tails", linear(), "kind = \"perturbed\"\naspect = \"tails\"\nsize = 0.45"},
      {"uncoupled", linear(), "kind = \"perturbed\"\naspect = \"dependence\"\nsize = 0.5"}};
  return all;
}

/// 11 samplers, 6 lists of metrics, 10 seeds (1 in the test command): 660 verdicts, none of which
/// is consistent. A sampler that slipped through in 1 % of them would be seen with probability
/// 0.998. By the full list every one is found out.
TEST(Battery, NeverClearsAWrongSampler) {
  const int files = seeds(1, 10);
  for (const Wrong& wrong : wrong_samplers())
    for (const std::string& metrics : metric_lists()) {
      Index found = 0;
      for (int seed = 1; seed <= files; ++seed) {
        const Judged judged = judge(sweep({.seed = seed,
                                           .replicates = 32,
                                           .null_replicates = 64,
                                           .draws = 400,
                                           .problem = wrong.problem,
                                           .metrics = metrics},
                                          "[[sampler]]\nlabel = \"wrong\"\n" + wrong.sampler));
        const ClaimVerdict& claim = judged.of("wrong");
        EXPECT_NE(claim.finding, Finding::consistent)
            << wrong.label << " by " << metrics << ", seed " << seed << ": " << claim.note;
        EXPECT_NE(claim.finding, Finding::consistent_in_limit) << wrong.label << ", seed " << seed;
        found += claim.finding == Finding::inconsistent;
      }
      if (metrics == metric_lists().front()) {
        EXPECT_EQ(found, files) << wrong.label << " by " << metrics;
      }
    }
}

/// Exact draws of a linear problem, changed.
using Change = std::function<void(HostMatrix&)>;
struct WrongList {
  std::string label;
  Change change;
};

/// Every column dealt anew, among the draws.
void uncouple(HostMatrix& x) {
  for (Index n = 0; n < x.rows() / 2; ++n) std::swap(x(n, 1), x(x.rows() - 1 - n, 1));
}

const std::vector<WrongList>& wrong_lists() {
  static const std::vector<WrongList> all = {
      {"scaled",
       [](HostMatrix& x) {
         const HostVector mean = x.colwise().mean();
         x = ((x.rowwise() - mean.transpose()) * 1.3).rowwise() + mean.transpose();
       }},
      {"each twice",
       [](HostMatrix& x) {
         for (Index n = 1; n < x.rows(); n += 2) x.row(n) = x.row(n - 1);
       }},
      {"copied",
       [](HostMatrix& x) { x.bottomRows(x.rows() / 2) = x.topRows(x.rows() / 2).eval(); }},
      {"shuffled pairs", uncouple},
      {"sorted",
       [](HostMatrix& x) {
         std::vector<Index> order(static_cast<std::size_t>(x.rows()));
         for (Index n = 0; n < x.rows(); ++n) order[static_cast<std::size_t>(n)] = n;
         std::sort(order.begin(), order.end(), [&](Index a, Index b) { return x(a, 0) < x(b, 0); });
         x = HostMatrix(x(order, Eigen::all));
       }},
      {"mean in place of draws", [](HostMatrix& x) {
         const HostVector mean = x.colwise().mean();
         x = 0.5 * (x.rowwise() + mean.transpose());
       }}};
  return all;
}

/// The problem as it is written, and with the y next door: 0.8 posterior deviations off.
Plan scored(int seed, const std::string& metrics, const std::string& y = "[0.5]") {
  std::string text = sweep({.seed = seed, .problem = linear(), .metrics = metrics},
                           "[[sampler]]\nkind = \"exact\"\n");
  text.replace(text.find("y = [0.5]"), 9, "y = " + y);
  return make_plan(Exec{}, parse_sweep(text, "battery.toml"));
}

/// Lists of 600 draws, 10 seeds (1 in the test command): found out by the first list of metrics and
/// the look at the draws as a list in every one, and never consistent by metrics that are half
/// blind (deep only).
TEST(Battery, NeverClearsAWrongList) {
  const Exec exec;
  const int files = seeds(1, 10);
  for (int seed = 1; seed <= files; ++seed)
    for (const std::size_t list :
         deep() ? std::vector<std::size_t>{0, 2, 5} : std::vector<std::size_t>{0}) {
      const std::string& metrics = metric_lists()[list];
      const Plan plan = scored(seed, metrics);
      Problems problems(exec, plan.sweep, plan.problems.front());
      const Problem& problem = problems.at(0);
      const auto finding = [&](const HostMatrix& x) {
        return score_draws(exec, plan, problem, {equally_weighted(to_device("x", x))}, {})
            .finding(0.01);
      };
      const Rng rng = Rng::from_seed(static_cast<std::uint64_t>(seed)).stream("foreign");
      for (const WrongList& wrong : wrong_lists()) {
        HostMatrix x = to_host_matrix(problem.draw_exact(exec, 600, rng));
        wrong.change(x);
        const Finding of = finding(x);
        EXPECT_NE(of, Finding::consistent) << wrong.label << ", seed " << seed;
        if (list == 0) {
          EXPECT_NE(of, Finding::unresolved) << wrong.label << ", seed " << seed;
        }
      }
      const Plan next = scored(seed, metrics, "[1.0]");
      Problems others(exec, next.sweep, next.problems.front());
      EXPECT_NE(finding(to_host_matrix(others.at(0).draw_exact(exec, 600, rng))),
                Finding::consistent)
          << "y next door, seed " << seed;
    }
}

}  // namespace
}  // namespace plumbline::test::wrong_samplers_test
