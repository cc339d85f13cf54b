// How many sets against how many, and what is looked at; the judgement itself is verdict.hpp's.
#include "harness/judge/scoring.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "harness/judge/place_draws.hpp"
#include "harness/statistics/shuffle.hpp"
#include "harness/statistics/statistics.hpp"
#include "harness/sweep/memory_bill.hpp"
#include "harness/sweep/streams.hpp"

namespace plumbline {
namespace {

constexpr Index enough_sets = 32;         // for θ known to a twentieth
constexpr Index fewest_sets = 8;          // below which batches say nothing of the margin
constexpr Index smallest_batch = 20;      // draws, unless a metric needs more
constexpr Index usual_null_sets = 256;    // beside `enough_sets`: exact draws are cleared in 99 %
constexpr Index most_null_sets = 10'000;  // a level that asks for more needs --null-sets
constexpr Index list_tests = 2;           // neighbours and order, beside the metrics
constexpr Real most_pairs = 1e11;  // of draws, times coordinates, by metrics that look at all

/// `batches` sets of n/batches draws from each, dealt at random: the same in every program run.
std::vector<Ensemble> cut(const std::vector<Ensemble>& sets, Index batches, Rng rng) {
  std::vector<Ensemble> out;
  for (std::size_t s = 0; s < sets.size(); ++s) {
    const HostMatrix x = to_host_matrix(sets[s].x);
    std::vector<Index> order = numbered(x.rows());
    shuffle(order, rng, s);
    const Index n = x.rows() / batches;
    for (Index b = 0; b < batches; ++b) {
      HostMatrix batch(n, x.cols());
      for (Index i = 0; i < n; ++i)
        batch.row(i) = x.row(order[static_cast<std::size_t>(b * n + i)]);
      out.push_back(equally_weighted(to_device("plumbline::harness::batch", batch)));
    }
  }
  return out;
}

/// Draws that every metric can measure.
Index smallest_batch_of(const Plan& plan) {
  Index smallest = smallest_batch;
  for (const MetricSpec& metric : plan.sweep.metrics)
    smallest = std::max(smallest, metric.entry->least_draws);
  return smallest;
}

/// Everything known before the first comparison.
class Scorer {
 public:
  Scorer(const Exec& exec, const Plan& plan, const Problem& problem,
         const std::vector<Ensemble>& sets, const ScoreOptions& options, Score& out)
      : exec_(exec), plan_(plan), problem_(problem), sets_(sets), options_(options), out_(out) {
    for (std::size_t m = 0; m < plan.layout.metrics.size(); ++m) {
      if (!has_null_sets(plan.layout.metrics[m]))
        out.not_judged.push_back(plan.layout.metrics[m].name);
      else
        pairwise_ += plan.sweep.metrics[m].entry->pairwise;
    }
    if (out.not_judged.size() == plan.layout.metrics.size())
      throw SpecError("metrics.use", fmt::format("{}", fmt::join(out.not_judged, ", ")),
                      "needs at least one metric that exact draws have (has_floor)",
                      Location{plan.sweep.path});
  }

  /// As handed over.
  void whole() {
    NullSets nulls = null_sets_of(out_.effective_draws);
    if (out_.effective_draws == out_.draws) nulls.keep_lists();
    out_.main = compare(nulls, sets_, null_sets_for(out_.sets));
    if (out_.effective_draws == out_.draws) look_at_list(nulls, null_sets_for(out_.sets));
    combine(nulls);
  }

  void in_batches(Index batches) {
    NullSets nulls = null_sets_of(out_.draws / batches);
    out_.batches = batches;
    out_.main = compare(nulls, batches_of_sets(batches), null_sets_for(out_.sets * batches));
    NullSets whole = null_sets_of(out_.draws);
    look_at_list(whole, null_sets_for(out_.sets));
    combine(nulls);
  }

  /// Into how many pieces the sets must be cut for their pairs to be few enough; 1: none.
  Index affordable(Index batches) const {
    if (pairs(1) <= most_pairs) return 1;
    while (pairs(batches) > most_pairs &&
           out_.draws / (2 * batches) >= 5 * smallest_batch_of(plan_))
      batches *= 2;
    return batches;
  }

 private:
  NullSets null_sets_of(Index draws) const {
    return {exec_, plan_, problem_, draws, out_.precision};
  }
  Rng stream() const {
    return score_stream(static_cast<std::uint64_t>(plan_.sweep.settings.seed),
                        plan_.problems.front().stream, static_cast<std::uint64_t>(out_.draws));
  }
  std::vector<Ensemble> batches_of_sets(Index batches) const {
    const Rng rng =
        score_stream(static_cast<std::uint64_t>(plan_.sweep.settings.seed),
                     plan_.problems.front().stream, static_cast<std::uint64_t>(out_.draws));
    return cut(sets_, batches, rng.stream("cut"));
  }
  Index null_sets_for(Index sets) const {
    if (options_.null_sets) return *options_.null_sets;
    return std::max(usual_null_sets, least_null_sets(sets, 1 + list_tests, options_.judge.level));
  }
  Real pairs(Index batches) const {
    const Index in_batch = out_.draws / batches;
    const auto n = static_cast<Real>(in_batch);
    const auto sets = static_cast<Real>(out_.sets * batches + null_sets_for(out_.sets * batches));
    return static_cast<Real>(pairwise_) * n * n * static_cast<Real>(problem_.dimension()) * sets;
  }
  Comparison compare(NullSets& nulls, const std::vector<Ensemble>& sets, Index null_sets) {
    const auto count = static_cast<Index>(sets.size());
    options_.say(fmt::format("{} of {} draws beside {} of as many exact draws",
                             count == 1 ? "1 set" : fmt::format("{} sets", count), nulls.draws(),
                             null_sets));
    Comparison out = nulls.compare(sets, null_sets, options_.judge);
    for (const auto& [metric, why] : nulls.complaints())
      out_.notes.push_back(fmt::format("{} is left out: {}", metric, why));
    if (const std::string text = out.verdict.not_judgeable_text(); !text.empty())
      out_.notes.push_back(text);
    if (const Index least = least_null_sets(count, 1 + list_tests, options_.judge.level);
        null_sets < least)
      out_.notes.push_back(fmt::format(
          "with {} null sets no p-value can reach the level: nothing can be found inconsistent; {} "
          "sets are needed for that",
          null_sets, least));
    return out;
  }
  void look_at_list(NullSets& nulls, Index null_sets) {
    out_.list = nulls.look(sets_, null_sets, options_.judge);
    if (out_.list->rows < out_.draws)
      out_.notes.push_back(
          fmt::format("the first {} draws were looked at as a list", out_.list->rows));
  }
  /// Holm over the metrics, the neighbours and the order; then what is excluded.
  void combine(NullSets& nulls) {
    const Real metrics = out_.main.verdict.metrics.empty() ? nan : out_.main.verdict.p_adjusted;
    const Real neighbours = out_.list ? out_.list->p_neighbours : nan;
    const Real order = out_.list ? out_.list->p_order : nan;
    const std::vector<Real> adjusted = holm({metrics, neighbours, order});
    if (metrics > 0) adjust(out_.main.verdict, adjusted[0] / metrics, options_.judge);
    out_.p_neighbours = adjusted[1];
    out_.p_order = adjusted[2];
    if (out_.found_out(options_.judge.level)) {
      out_.where = where_wrong(
          exec_, problem_, sets_, [&](HostMatrix& x) { out_.precision.round(x); },
          options_.judge.level, stream().stream("where"));
      return;
    }
    options_.say("which errors are excluded: draws that are wrong by known amounts");
    out_.excluded = excluded_errors(exec_, problem_, nulls, out_.main, options_.judge.tolerances,
                                    stream().stream("wrong"));
  }

  Exec exec_;
  const Plan& plan_;
  const Problem& problem_;
  const std::vector<Ensemble>& sets_;
  const ScoreOptions& options_;
  Score& out_;
  Index pairwise_ = 0;
};

/// Of the smallest set.
Index effective_draws(const Exec& exec, const std::vector<Ensemble>& sets) {
  Index least = sets.front().draws();
  for (const Ensemble& set : sets) least = std::min(least, effective_draws(exec, set));
  return least;
}

/// Batches per set that make `enough_sets` of them; 1 when there are too few draws for that, or for
/// every metric to measure a batch.
Index batches_of(const Plan& plan, Index sets, Index draws) {
  const Index wanted = (enough_sets + sets - 1) / sets, possible = draws / smallest_batch_of(plan);
  const Index batches = std::min(wanted, possible);
  return sets * batches >= fewest_sets ? std::max<Index>(1, batches) : 1;
}

std::vector<HostMatrix> rows_of(const std::vector<Ensemble>& sets) {
  std::vector<HostMatrix> rows;
  rows.reserve(sets.size());
  for (const Ensemble& set : sets) rows.push_back(to_host_matrix(set.x));
  return rows;
}

}  // namespace

Index least_null_sets(Index sets, Index tests, Real level) {
  // Strictly below, and not by rounding: 3 tests at level 0.01 need 300 sets, not 299. One set is
  // ranked among all; of several the mirror image is as far off.
  const auto reaches = [&](Index null_sets) {
    const Real p = smallest_rank_sum_p_value(sets, null_sets, sets == 1 ? Tail::upper : Tail::both);
    return static_cast<Real>(tests) * p < level * (1 - 1e-6);
  };
  Index high = 1;
  while (high < most_null_sets && !reaches(high)) high *= 2;
  for (Index low = high / 2; high - low > 1;) {
    const Index middle = (low + high) / 2;
    (reaches(middle) ? high : low) = middle;
  }
  return high;
}

bool Score::found_out(Real level) const {
  const Finding law = main.verdict.finding;
  return law == Finding::inconsistent || law == Finding::not_independent || repeats(level) ||
         ordered(level);
}

Finding Score::finding(Real level) const {
  const Finding law = main.verdict.finding;
  if (law == Finding::inconsistent) return law;
  if (found_out(level)) return Finding::not_independent;
  const bool small =
      !excluded.empty() && std::all_of(excluded.begin(), excluded.end(),
                                       [](const Excluded& e) { return e.within_tolerance(); });
  return small ? Finding::consistent : Finding::unresolved;
}

void require_score_room(const Plan& plan, const Problem& problem, const std::vector<Ensemble>& sets,
                        const ScoreOptions& options) {
  const Index draws = sets.front().draws();
  const auto count = static_cast<Real>(sets.size());
  const auto metrics = static_cast<Real>(plan.sweep.metrics.size());
  const Index least =
      least_null_sets(static_cast<Index>(sets.size()), 1 + list_tests, options.judge.level);
  const auto null_sets =
      static_cast<Real>(options.null_sets.value_or(std::max(usual_null_sets, least)));
  MemoryBill bill(plan.sweep);
  bill.draws_from("--samples", draws);
  bill.add({{"draws", "draws as they were read and cut [sets, n, d]",
             bytes_of(2 * count * Real(draws) * (Real(problem.dimension()) + 1))},
            {"--null-sets", fmt::format("numbers of {:.0f} sets of exact draws", null_sets),
             bytes_of(4 * metrics * null_sets)},
            {"draws", "exact draws that say where",
             bytes_of(6 * std::min(1e5 * (Real(problem.dimension()) + 3), 4.5e6))}});
  add_metrics(bill, plan.sweep, problem, draws);
  bill.check();
}

Score score_draws(const Exec& exec, const Plan& plan, const Problem& problem,
                  const std::vector<Ensemble>& sets, const ScoreOptions& options) {
  PLUMBLINE_REQUIRE(!sets.empty(), "no draws");
  Score out;
  out.sets = static_cast<Index>(sets.size());
  out.draws = sets.front().draws();
  for (const Ensemble& set : sets)
    PLUMBLINE_REQUIRE(set.draws() == out.draws, "sets of {} and {}", out.draws, set.draws());
  out.effective_draws = effective_draws(exec, sets);
  out.precision = precision_of(rows_of(sets));
  if (!out.precision.is_full())
    out.notes.push_back(fmt::format("the draws are written in {}: exact draws were rounded alike",
                                    out.precision.text()));
  const bool weighted = out.effective_draws < out.draws;
  if (options.batches) {
    const std::string asked = fmt::format("{}", *options.batches);
    if (weighted && *options.batches > 1)
      throw SpecError("--batches", asked,
                      "must be 1: weighted draws are not cut, they may depend on each other");
    if (out.draws / *options.batches < 2)
      throw SpecError("--batches", asked,
                      fmt::format("must be at most {}: 2 draws in each", out.draws / 2));
  }
  if (weighted)
    out.notes.push_back("weighted draws are not looked at as a list: they may repeat and depend");
  Scorer scorer(exec, plan, problem, sets, options, out);
  const Index batches = weighted ? 1 : batches_of(plan, out.sets, out.draws);
  const Index needed = weighted || batches == 1 ? 1 : scorer.affordable(batches);
  if (options.batches && *options.batches > 1) {
    scorer.in_batches(*options.batches);
  } else if (!options.batches && needed > 1) {
    out.notes.push_back(fmt::format(
        "whole, the draws make more than {:g} pairs beside exact sets: judged in batches, as by "
        "--batches {}; --batches 1 takes the time and sees smaller errors",
        most_pairs, needed));
    scorer.in_batches(needed);
  } else {
    scorer.whole();
  }
  return out;
}

}  // namespace plumbline
