// What is promised before a run, and what is excluded after it, of samplers that are wrong by a
// known amount.
#include <cmath>
#include <map>

#include "harness/cover/cover.hpp"
#include "harness/cover/power.hpp"
#include "statistical/battery/battery.hpp"

namespace plumbline::test::promises_test {
namespace {

constexpr const char* law =
    R"("mean_error", "covariance_error", "marginal_cvm", "component_mass", "sliced_wasserstein_1")";

Setting setting(int seed) {
  return {.seed = seed,
          .replicates = 24,
          .null_replicates = 96,
          .draws = 300,
          .problem = linear(),
          .metrics = law};
}

std::string wrong_by(Aspect aspect, Real size) {
  return fmt::format(
      "[[sampler]]\nkind = \"perturbed\"\nlabel = \"{}\"\naspect = \"{}\"\nsize = {}\n",
      name_of(aspect), name_of(aspect), size);
}

/// `plan --power` promises to catch an error of some size in nine of ten files. 100 seeds (5 in the
/// test command), four aspects side by side: at least 85 % of all are caught, and of each aspect no
/// fewer than what one case in a thousand would bring at 85 %. Power is promised to ±0.05.
TEST(Battery, CatchesWhatAPlanPromises) {
  const int files = seeds(5, 100);
  const Exec exec;
  const Plan plan = make_plan(
      exec, parse_sweep(sweep(setting(1000), "[[sampler]]\nkind = \"exact\"\n"), "battery.toml"));
  LookRecord look;
  std::map<Aspect, Real> promised;
  std::string samplers;
  for (const Caught& caught : power_of(exec, plan, 0, 4, {}, look).caught)
    if (std::isfinite(caught.size)) {
      promised[caught.sizes.aspect] = caught.size;
      samplers += wrong_by(caught.sizes.aspect, caught.size);
    }
  ASSERT_GE(promised.size(), 3u);
  Index all = 0;
  std::map<Aspect, Index> found;
  for (int seed = 1; seed <= files; ++seed) {
    const Judged judged = judge(sweep(setting(seed), samplers));
    for (const auto& [aspect, size] : promised)
      found[aspect] += judged.of(std::string(name_of(aspect))).finding == Finding::inconsistent;
  }
  for (const auto& [aspect, size] : promised) {
    std::printf("%s by %g: %td of %d found\n", std::string(name_of(aspect)).c_str(), size,
                found[aspect], files);
    EXPECT_GE(found[aspect], files - at_most(files, 0.15)) << name_of(aspect);
    all += found[aspect];
  }
  EXPECT_GE(static_cast<Real>(all), 0.85 * static_cast<Real>(files * Index(promised.size())));
}

/// An error that the draws have is excluded in at most 1 file of 20, aspect by aspect; 40 seeds (1
/// in the test command), errors of twice the smallest size that is looked for.
TEST(Battery, SeldomExcludesTheTruth) {
  const int files = seeds(1, 40);
  std::map<Aspect, Index> excluded;
  const std::vector<std::pair<Aspect, Real>> truths = {
      {Aspect::location, 0.1}, {Aspect::spread, 0.1}, {Aspect::dependence, 0.1}};
  std::string samplers;
  for (const auto& [aspect, size] : truths) samplers += wrong_by(aspect, size);
  for (int seed = 1; seed <= files; ++seed) {
    const Judged judged = judge(sweep(setting(seed), samplers));
    LookRecord look;
    Cover cover(Exec{}, &judged.plan, judged.results, judged.plan.sweep.tolerances, look);
    for (const CellRecord& cell : judged.results.cells)
      for (const Excluded& e : cover.of(cell))
        for (const auto& [aspect, size] : truths)
          if (cell.label == name_of(aspect) && e.sizes.aspect == aspect)
            excluded[aspect] += e.bound <= size;
  }
  for (const auto& [aspect, size] : truths) {
    std::printf("%s of %g: excluded in %td of %d\n", std::string(name_of(aspect)).c_str(), size,
                excluded[aspect], files);
    EXPECT_LE(excluded[aspect], at_most(files, 0.05)) << name_of(aspect);
  }
}

}  // namespace
}  // namespace plumbline::test::promises_test
