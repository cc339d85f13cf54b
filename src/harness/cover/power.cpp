// Measured sets, dealt to cells again and again.
#include "harness/cover/power.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "core/named_enum.hpp"
#include "core/rng.hpp"
#include "harness/cover/cover.hpp"
#include "harness/refinement/judged_cells.hpp"
#include "harness/run/problem_record.hpp"
#include "harness/statistics/exceedance.hpp"
#include "harness/statistics/shuffle.hpp"

namespace plumbline {
namespace {

constexpr Index rows_of_direction = 8;  // wrong sets
constexpr Index most_exact = 128;       // exact sets
constexpr Index power_cells = 200;      // simulated: a power of 0.9 is known to 0.02
constexpr Index most_exact_cells = 20'000;
constexpr Index exact_from = 1'000'000;  // set numbers of exact ones, in units of turns
constexpr int bisections = 3;

/// Cells dealt from measured sets.
class Deals {
 public:
  Deals(const Plan& plan, PerturbedSets& sets, bool drawn)
      : sets_(sets),
        runs_(judged_cells(plan, true).replicates),
        nulls_(plan.layout.null_replicates),
        paired_(drawn && runs_ == nulls_) {
    for (const MetricInfo& info : plan.layout.metrics)
      if (is_uniform_law(info) || (info.has_floor && nulls_ >= 2)) {
        infos_.push_back(info);
        names_.push_back(info.name);
      }
    const Index turns = sets_.turns(Aspect::location);
    const Index count = std::min(most_exact, paired_ ? runs_ : runs_ + nulls_);
    for (Index i = 0; i < count; ++i) {
      const Index number = (exact_from + i) * turns;  // two sets of one y
      exact_.push_back(sets_.row(Aspect::location, 0, number, names_));
      if (paired_) twin_.push_back(sets_.row(Aspect::location, 0, number + 1, names_));
    }
  }

  Index runs() const { return runs_; }
  const std::vector<std::string>& names() const { return names_; }
  const std::vector<MeasuredRow>& exact() const { return exact_; }

  /// A cell whose runs come from `pool` and whose null is exact.
  std::vector<MetricSample> cell(const std::vector<MeasuredRow>& pool, const Rng& rng,
                                 Index number) const {
    const auto chain = static_cast<std::uint64_t>(number);
    std::vector<Index> order = numbered(static_cast<Index>(exact_.size()));
    shuffle(order, rng.stream("order"), chain);
    const auto dealt = [&](Index i) {
      const auto place = static_cast<std::size_t>(i) % order.size();
      return static_cast<std::size_t>(order[place]);
    };
    const bool own = &pool == &exact_;
    std::vector<MetricSample> samples;
    for (const MetricInfo& info : infos_) samples.push_back({info, {}, {}, paired_});
    const auto add = [&](const MeasuredRow& row, std::vector<double> MetricSample::*to) {
      for (std::size_t m = 0; m < samples.size(); ++m) (samples[m].*to).push_back(row.values[m]);
    };
    for (Index r = 0; r < runs_; ++r) {
      const Real u = rng.uniform(chain, 1, static_cast<std::uint32_t>(r));
      const auto pick = std::min(static_cast<std::size_t>(u * Real(pool.size())), pool.size() - 1);
      const MeasuredRow& run = own && !paired_ ? exact_[dealt(r)] : pool[pick];
      if (!paired_) {
        add(run, &MetricSample::values);
        continue;
      }
      // Exact pairs: which of the two sets is the run is a coin.
      const auto same_y = std::find_if(exact_.begin(), exact_.end(), [&](const MeasuredRow& e) {
        return e.replicate == run.replicate;
      });
      const auto at = own ? pick : static_cast<std::size_t>(same_y - exact_.begin());
      const bool turned = own && rng.uniform(chain, 2, static_cast<std::uint32_t>(r)) < 0.5;
      add(turned ? twin_[at] : run, &MetricSample::values);
      add(turned ? exact_[at] : twin_[at], &MetricSample::null);
    }
    for (Index s = 0; s < nulls_ && !paired_; ++s)
      add(exact_[dealt(runs_ + s)], &MetricSample::null);
    for (MetricSample& sample : samples)
      if (is_uniform_law(sample.info)) sample.null.clear();
    return samples;
  }

  /// Wrong sets of one direction.
  std::vector<MeasuredRow> wrong(Aspect aspect, Real size, Index turn) const {
    std::vector<MeasuredRow> pool;
    for (Index i = 0; i < rows_of_direction; ++i)
      pool.push_back(sets_.row(aspect, size, i * sets_.turns(aspect) + turn, names_));
    return pool;
  }

 private:
  PerturbedSets& sets_;
  Index runs_, nulls_;
  bool paired_;
  std::vector<MetricInfo> infos_;
  std::vector<std::string> names_;
  std::vector<MeasuredRow> exact_, twin_;
};

/// Departure that exact cells exceed in a share `level`.
Real critical_departure(const Deals& deals, Real level) {
  const Index cells = std::min(most_exact_cells, static_cast<Index>(std::ceil(20 / level)));
  std::vector<Real> seen;
  const Rng rng = Rng::from_seed(0).stream("exact cells");
  for (Index c = 0; c < cells; ++c)
    seen.push_back(CellDeparture(deals.cell(deals.exact(), rng, c)).seen());
  std::sort(seen.begin(), seen.end());
  const Real place = (1 - level) * static_cast<Real>(cells);
  return seen[std::min(static_cast<std::size_t>(place), seen.size() - 1)];
}

Real power_at(const Deals& deals, Index turns, Aspect aspect, Real size, Real critical) {
  Index caught = 0;
  const Index share = power_cells / turns;
  for (Index turn = 0; turn < turns; ++turn) {
    const std::vector<MeasuredRow> pool = deals.wrong(aspect, size, turn);
    const Rng rng =
        Rng::from_seed(0).stream("wrong cells").stream(static_cast<std::uint64_t>(turn));
    for (Index c = 0; c < share; ++c)
      caught += CellDeparture(deals.cell(pool, rng, c)).seen() > critical;
  }
  return static_cast<Real>(caught) / static_cast<Real>(share * turns);
}

bool within_margin(const std::vector<MetricSample>& cell, const JudgeOptions& options) {
  return std::all_of(cell.begin(), cell.end(), [&](const MetricSample& sample) {
    if (is_uniform_law(sample.info)) return true;
    const Tail worse = sample.info.better == Better::higher ? Tail::lower : Tail::upper;
    const Exceedance e = sample.paired ? paired_exceedance(sample.values, sample.null, worse)
                                       : exceedance(sample.values, sample.null, worse);
    return std::max(e.upper(options.level), 1 - e.lower(options.level)) <
           exceedance_of_shift(options.margin);
  });
}

/// Chance that the metrics bound an exact cell and every aspect's tolerance is excluded.
Real chance_to_settle(const Plan& plan, const Deals& deals, PerturbedSets& sets,
                      const std::vector<Caught>& aspects, const JudgeOptions& options) {
  std::vector<std::vector<std::vector<MeasuredRow>>> pools;  // [aspect][direction]
  for (const Caught& aspect : aspects) {
    pools.emplace_back();
    for (Index turn = 0; turn < sets.turns(aspect.sizes.aspect); ++turn)
      pools.back().push_back(deals.wrong(aspect.sizes.aspect, aspect.sizes.tolerance, turn));
  }
  Index settled = 0;
  const Rng rng = Rng::from_seed(0).stream("cells to settle");
  for (Index c = 0; c < power_cells; ++c) {
    const std::vector<MetricSample> cell = deals.cell(deals.exact(), rng, c);
    if (!within_margin(cell, options)) continue;
    const CellDeparture departure(cell);
    const Rng groups = rng.stream("groups").stream(static_cast<std::uint64_t>(c));
    settled += std::all_of(pools.begin(), pools.end(), [&](const auto& directions) {
      for (Index group = 0; group < exclusion_sets; ++group) {
        const auto& pool = directions[static_cast<std::size_t>(group) % directions.size()];
        std::vector<MeasuredRow> rows;
        for (Index r = 0; r < runs_of_group(plan.layout, deals.runs(), sets.drawn()); ++r) {
          const Real u =
              groups.uniform(static_cast<std::uint64_t>(group), 0, static_cast<std::uint32_t>(r));
          rows.push_back(
              pool[std::min(static_cast<std::size_t>(u * Real(pool.size())), pool.size() - 1)]);
        }
        std::size_t most = 0;
        if (!(departure.of(rows, most) > departure.threshold())) return false;
      }
      return true;
    });
  }
  return static_cast<Real>(settled) / static_cast<Real>(power_cells);
}

}  // namespace

Index power_sets(const Plan& plan, const Problem& problem, bool drawn) {
  const Perturbation perturbation(Exec(), problem);
  const Index runs = judged_cells(plan, true).replicates;
  Index sets = 2 * std::min(most_exact, runs + plan.layout.null_replicates);
  for (const ErrorSizes& sizes : error_sizes(problem, plan.sweep.tolerances, drawn))
    sets += (1 + bisections) * perturbation.turns(sizes.aspect) * rows_of_direction;
  return sets;
}

PointPower power_of(const Exec& exec, const Plan& plan, Index point, Index tests,
                    const JudgeOptions& options, LookRecord& look) {
  const auto problems = problems_of(exec, plan, point);
  Results results;
  results.layout = plan.layout;
  results.problems = {describe_problem(*problems, plan.layout.replicates)};
  PerturbedSets sets(
      exec, results, point, [problems](Index replicate) { return problems->at(replicate); }, look);
  const bool drawn = plan.problems[static_cast<std::size_t>(point)].drawn;
  const Deals deals(plan, sets, drawn);
  PointPower out{point, {}, 0};
  const Real critical =
      critical_departure(deals, options.level / static_cast<Real>(std::max<Index>(1, tests)));
  for (const ErrorSizes& sizes : sets.errors(plan.sweep.tolerances)) {
    Caught caught{sizes, infinity};
    std::size_t low = 0, high = sizes.sizes.size();  // caught from `high` on
    while (low < high) {
      const std::size_t middle = (low + high) / 2;
      const Real power =
          power_at(deals, sets.turns(sizes.aspect), sizes.aspect, sizes.sizes[middle], critical);
      if (power >= wanted_power)
        high = middle;
      else
        low = middle + 1;
    }
    if (high < sizes.sizes.size()) caught.size = sizes.sizes[high];
    out.caught.push_back(std::move(caught));
  }
  out.settles = chance_to_settle(plan, deals, sets, out.caught, options);
  return out;
}

std::string power_text(const PointPower& power) {
  std::string text;
  for (const Caught& caught : power.caught)
    text += fmt::format(
        "  {:<12}  {}\n", name_of(caught.sizes.aspect),
        std::isfinite(caught.size)
            ? caught.sizes.beyond(caught.size)
            : fmt::format("WARNING: not even {}", caught.sizes.beyond(caught.sizes.sizes.back())));
  return text + fmt::format("  an exact sampler is found consistent with chance {:.2f}{}\n",
                            power.settles,
                            power.settles < wanted_power ? " – WARNING: below 0.9" : "");
}

}  // namespace plumbline
