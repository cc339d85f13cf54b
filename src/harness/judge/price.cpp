// Exact samplers, simulated until they are settled.
#include "harness/judge/price.hpp"

#include <algorithm>

#include "core/rng.hpp"
#include "harness/refinement/judged_cells.hpp"
#include "harness/verdict/sequential.hpp"

namespace plumbline {
namespace {

constexpr std::size_t worlds = 5, most_metrics = 3;

/// One metric of an exact sampler in one world.
MetricSample exact_metric(const MetricInfo& info, bool paired, Index sets, std::size_t replicates,
                          const Rng& rng) {
  MetricSample sample{info, {}, {}, paired};
  const bool uniform = is_uniform_law(info);
  for (std::size_t r = 0; r < replicates; ++r) {
    sample.values.push_back(uniform ? rng.uniform(r, 0, 0) : rng.normal(r, 0, 0));
    sample.ties.push_back(rng.uniform(r, 1, 0));
  }
  const std::size_t nulls = uniform ? 0 : paired ? replicates : static_cast<std::size_t>(sets);
  for (std::size_t r = 0; r < nulls; ++r) sample.null.push_back(rng.normal(r, 2, 0));
  return sample;
}

/// Replicates, doubling from `first`, at which the bounds of one metric are within the margin; a
/// number beyond all that are tried when they are not.
Index settled_at(const MetricInfo& info, bool paired, Index sets, Index first, const Rng& rng,
                 const JudgeOptions& options) {
  Index replicates = first;
  for (; replicates <= Price::most_growth * first; replicates *= 2)
    if (at_any_time(exact_metric(info, paired, sets, static_cast<std::size_t>(replicates), rng),
                    options.level)
            .upper < options.margin)
      break;
  return replicates;
}

}  // namespace

Price settling_price(const Plan& plan, const JudgeOptions& options) {
  const JudgedCells deciding = judged_cells(plan, true);
  const bool paired = std::all_of(plan.problems.begin(), plan.problems.end(),
                                  [](const ProblemPoint& point) { return point.drawn; });
  const Index first = deciding.replicates, sets = plan.sweep.settings.null_replicates;
  std::vector<MetricInfo> metrics;
  for (const MetricInfo& info : plan.layout.metrics)
    if (can_be_judged(info) && metrics.size() < most_metrics) metrics.push_back(info);
  Price price;
  price.cells = static_cast<Index>(deciding.places.size());
  if (deciding.places.empty() || metrics.empty() || (sets < 1 && !is_uniform_law(metrics.front())))
    return price;
  std::vector<Index> at(worlds, 0);
  for (std::size_t w = 0; w < worlds; ++w)
    for (std::size_t m = 0; m < metrics.size(); ++m)
      at[w] = std::max(at[w], settled_at(metrics[m], paired, sets, first,
                                         Rng::from_seed(w).stream("price").stream(m), options));
  std::nth_element(at.begin(), at.begin() + worlds / 2, at.end());
  if (at[worlds / 2] > Price::most_growth * first) return price;
  price.replicates = at[worlds / 2];
  Replicates then = replicates_of(plan);
  for (std::size_t i = 0; i < plan.cells.size(); ++i)
    if (deciding.places.contains({plan.sampler(plan.cells[i]).label, plan.cells[i].index}))
      then.cells[i] = std::max(then.cells[i], price.replicates);
  price.draws = draws_of(plan, then);
  return price;
}

}  // namespace plumbline
