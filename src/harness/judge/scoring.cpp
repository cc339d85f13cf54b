// How many sets against how many, at what cost; the judgement itself is verdict.hpp's.
#include "harness/judge/scoring.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "harness/judge/null_sets.hpp"
#include "harness/sweep/memory_bill.hpp"

namespace plumbline {
namespace {

constexpr Index enough_sets = 32;       // for an excess known to a fifth of a null deviation
constexpr Index fewest_sets = 8;        // below which batches say nothing of the margin
constexpr Index smallest_batch = 20;    // draws, unless a metric needs more
constexpr Index usual_null_sets = 128;  // a floor known to a tenth of its deviation
constexpr Index most_null_sets = 1'000'000;

/// Relative to |y| or 1: draws that went through float32.
constexpr Real observed_tolerance = 1e-6;

/// `batches` sets of n/batches draws from each: contiguous, so that a chain's drift shows.
std::vector<Ensemble> cut(const std::vector<Ensemble>& sets, Index batches) {
  std::vector<Ensemble> out;
  for (const Ensemble& set : sets) {
    const Index n = set.draws() / batches;
    for (Index b = 0; b < batches; ++b)
      out.push_back(
          equally_weighted(Kokkos::subview(set.x, std::pair(b * n, (b + 1) * n), Kokkos::ALL)));
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
    for (const MetricInfo& info : plan.layout.metrics) {
      if (!has_null_sets(info)) {
        out.not_judged.push_back(info.name);
        continue;
      }
      ++metrics_;
      if (info.better == Better::zero) tail_ = Tail::both;
    }
    if (metrics_ == 0)
      throw SpecError("metrics.use", fmt::format("{}", fmt::join(out.not_judged, ", ")),
                      "needs at least one metric that exact draws have (has_floor)",
                      Location{plan.sweep.path});
  }

  /// As handed over.
  void whole() {
    NullSets nulls(exec_, plan_, problem_, out_.effective_draws);
    const Index null_sets = null_sets_for(out_.sets);
    const Real seconds = predicted(nulls, out_.sets, null_sets);
    if (seconds > options_.seconds)
      out_.notes.push_back(
          fmt::format("{} sets of {} exact draws take about {:.2g} s; --null-sets makes it fewer",
                      null_sets, nulls.draws(), seconds));
    out_.main = compare(nulls, sets_, null_sets);
  }

  void in_batches(Index batches) {
    NullSets nulls(exec_, plan_, problem_, out_.draws / batches);
    out_.batches = batches;
    out_.main = compare(nulls, cut(sets_, batches), null_sets_for(out_.sets * batches));
  }

  /// Whole when that fits the time, in `batches` when it does not or leaves the question open.
  void choose(Index batches) {
    NullSets small(exec_, plan_, problem_, out_.draws / batches);
    const Index null_sets = null_sets_for(out_.sets);
    Real seconds = predicted(small, out_.sets, null_sets);
    // Up to the whole set in steps of four, so that timing itself stays cheap if cost grows as n².
    for (Index parts = batches; seconds <= options_.seconds;) {
      parts /= 4;
      NullSets larger(exec_, plan_, problem_, out_.draws / std::max<Index>(1, parts));
      seconds = predicted(larger, out_.sets, null_sets);
      if (parts > 1 || seconds > options_.seconds) continue;
      out_.main = compare(larger, sets_, null_sets);
      if (out_.main.verdict.finding == Finding::unresolved)
        out_.batched = compare(small, cut(sets_, batches), null_sets_for(out_.sets * batches));
      return;
    }
    while (out_.draws / (2 * batches) >= 5 * smallest_batch_of(plan_)) {
      NullSets nulls(exec_, plan_, problem_, out_.draws / batches);
      const Index count = out_.sets * batches;
      if (predicted(nulls, count, null_sets_for(count)) <= options_.seconds) break;
      batches *= 2;
    }
    out_.notes.push_back(
        fmt::format("whole, the draws need {} sets of exact draws, more than {:.2g} s: judged in "
                    "batches, as by "
                    "--batches {}; --batches 1 takes the time and sees smaller errors",
                    null_sets, seconds, batches));
    in_batches(batches);
  }

 private:
  Index null_sets_for(Index sets) const {
    if (options_.null_sets) return *options_.null_sets;
    return std::max(usual_null_sets, least_null_sets(sets, metrics_, options_.judge.level, tail_));
  }
  static Real predicted(NullSets& nulls, Index sets, Index null_sets) {
    return nulls.seconds() * static_cast<Real>(sets + null_sets);
  }
  Comparison compare(NullSets& nulls, const std::vector<Ensemble>& sets, Index null_sets) {
    const auto count = static_cast<Index>(sets.size());
    options_.say(fmt::format("{} of {} draws beside {} of as many exact draws: about {:.2g} s",
                             count == 1 ? "1 set" : fmt::format("{} sets", count), nulls.draws(),
                             null_sets, predicted(nulls, count, null_sets)));
    Comparison out = nulls.compare(sets, null_sets, options_.judge);
    for (const auto& [metric, why] : nulls.complaints())
      out_.notes.push_back(fmt::format("{} is left out: {}", metric, why));
    if (const Index least = least_null_sets(count, metrics_, options_.judge.level, tail_);
        null_sets < least)
      out_.notes.push_back(fmt::format(
          "with {} null sets no p-value can reach the level: nothing can be found inconsistent; {} "
          "sets are needed for that",
          null_sets, least));
    return out;
  }

  Exec exec_;
  const Plan& plan_;
  const Problem& problem_;
  const std::vector<Ensemble>& sets_;
  const ScoreOptions& options_;
  Score& out_;
  Index metrics_ = 0;
  Tail tail_ = Tail::upper;
};

/// What weights that differ leave of the draws; n when they are equal.
Index effective_draws(const Exec& exec, const Ensemble& set) {
  const Real size = effective_sample_size(exec, set), n = static_cast<Real>(set.draws());
  return size > n * (1 - 1e-9) ? set.draws() : static_cast<Index>(std::floor(size));
}

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
  return sets * batches >= fewest_sets ? batches : 1;
}

}  // namespace

Index least_null_sets(Index sets, Index metrics, Real level, Tail tail) {
  // Strictly below, and not by rounding: 3 metrics at level 0.01 need 300 sets, not 299.
  const auto reaches = [&](Index null_sets) {
    return static_cast<Real>(metrics) * smallest_rank_sum_p_value(sets, null_sets, tail) <
           level * (1 - 1e-6);
  };
  Index high = 1;
  while (high < most_null_sets && !reaches(high)) high *= 2;
  for (Index low = high / 2; high - low > 1;) {
    const Index middle = (low + high) / 2;
    (reaches(middle) ? high : low) = middle;
  }
  return high;
}

Ensemble place_draws(const Exec& exec, const Problem& problem, const GivenDraws& given,
                     const Location& where) {
  const int d = problem.dimension(), full = problem.full_dimension();
  HostMatrix x = given.x;
  if (x.cols() != d && x.cols() != full)
    throw SpecError(
        "x", fmt::format("{} columns", x.cols()),
        d == full ? fmt::format("must be {}, the dimension of the prior", d)
                  : fmt::format("must be {} free coordinates, or all {} with the observed ones "
                                "equal to y",
                                d, full),
        where);
  if (x.cols() != d) {
    const std::vector<int>& observed = problem.observed();
    for (std::size_t j = 0; j < observed.size(); ++j) {
      const Real y = problem.observed_values()[static_cast<Index>(j)];
      for (Index n = 0; n < x.rows(); ++n)
        if (const Real v = x(n, observed[j]);
            !(std::abs(v - y) <= observed_tolerance * std::max<Real>(1, std::abs(y))))
          throw SpecError(fmt::format("x[{}, {}]", n, observed[j]), fmt::format("{}", v),
                          fmt::format("must be {}, the observed value of that coordinate", y),
                          where);
    }
    HostMatrix kept(x.rows(), d);
    for (int i = 0; i < d; ++i) kept.col(i) = x.col(problem.free()[static_cast<std::size_t>(i)]);
    x = std::move(kept);
  }
  Ensemble out = equally_weighted(to_device("plumbline::harness::given_draws", x));
  if (given.log_w.size() > 0)
    out.log_w = to_device("plumbline::harness::given_weights", given.log_w);
  if (effective_draws(exec, out) < 2)
    throw SpecError(
        "log_w",
        fmt::format("weights of effective sample size {:.3g}", effective_sample_size(exec, out)),
        "must be at least 2", where);
  return out;
}

Finding Score::finding() const {
  if (main.verdict.finding == Finding::unresolved && batched &&
      batched->verdict.finding == Finding::consistent)
    return Finding::consistent;
  return main.verdict.finding;
}

std::string Score::what_would_settle() const {
  if (finding() != Finding::unresolved) return "";
  const bool open = batched && batched->verdict.finding == Finding::unresolved;
  return plumbline::what_would_settle(open ? batched->verdict : main.verdict);
}

void require_score_room(const Plan& plan, const Problem& problem, const std::vector<Ensemble>& sets,
                        const ScoreOptions& options) {
  const Index draws = sets.front().draws();
  const auto count = static_cast<Real>(sets.size());
  const auto metrics = static_cast<Real>(plan.sweep.metrics.size());
  const auto null_sets = static_cast<Real>(options.null_sets.value_or(usual_null_sets));
  MemoryBill bill(plan.sweep);
  bill.draws_from("--samples", draws);
  bill.add({{"draws", "draws as they were read and cut [sets, n, d]",
             bytes_of(2 * count * Real(draws) * (Real(problem.dimension()) + 1))},
            {"--null-sets", fmt::format("numbers of {:.0f} sets of exact draws", null_sets),
             bytes_of(4 * metrics * null_sets)}});
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
  Scorer scorer(exec, plan, problem, sets, options, out);
  const Index batches = weighted          ? 1
                        : options.batches ? *options.batches
                                          : batches_of(plan, out.sets, out.draws);
  if (batches == 1)
    scorer.whole();
  else if (options.batches)
    scorer.in_batches(batches);
  else
    scorer.choose(batches);
  return out;
}

}  // namespace plumbline
