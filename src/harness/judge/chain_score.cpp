// Chains → means, tails and ends → a finding.
#include "harness/judge/chain_score.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/steps/stop.hpp"
#include "harness/statistics/statistics.hpp"
#include "harness/sweep/memory_bill.hpp"
#include "metrics/estimates/autocorrelation.hpp"
#include "record/functionals.hpp"

namespace plumbline {
namespace {

constexpr Real batch_times = 10, chain_times = 5;
constexpr Index fewest_ends = 4;
constexpr Real never = 1e-300;  // a smaller tail probability

HostMatrix all_rows(const std::vector<Ensemble>& sets) {
  Index rows = 0;
  for (const Ensemble& set : sets) rows += set.draws();
  HostMatrix x(rows, sets.front().dimension());
  Index at = 0;
  for (const Ensemble& set : sets) {
    x.middleRows(at, set.draws()) = to_host_matrix(set.x);
    at += set.draws();
  }
  return x;
}

/// Means of the units of one function: `batches` pieces of every chain, what is left over at a
/// chain's end left out.
std::vector<double> unit_values(const std::vector<double>& f, Index length, Index batches) {
  const Index size = length / batches;
  std::vector<double> units;
  for (Index start = 0; start + length <= std::ssize(f); start += length)
    for (Index b = 0; b < batches; ++b) {
      double sum = 0;
      for (Index i = 0; i < size; ++i) sum += f[static_cast<std::size_t>(start + b * size + i)];
      units.push_back(sum / static_cast<double>(size));
    }
  return units;
}

/// The mean e-value of the two-sided tail probabilities, 1/(2√u), over draws and axes.
Real mean_tail_e_value(const AxisTails& tails) {
  Real sum = 0;
  for (Index n = 0; n < tails.below.rows(); ++n)
    for (Index j = 0; j < tails.below.cols(); ++j) {
      const Real u = 2 * std::min(tails.below(n, j), tails.above(n, j));
      sum += 0.5 / std::sqrt(std::clamp<Real>(u, never, 1));
    }
  return sum / static_cast<Real>(tails.below.size());
}

/// Of the last draw of every chain along each axis, Bonferroni over the axes.
Real ends_p_value(const AxisTails& tails, Index length) {
  Real least = 1;
  for (Index j = 0; j < tails.below.cols(); ++j) {
    std::vector<double> ends;
    for (Index end = length - 1; end < tails.below.rows(); end += length)
      ends.push_back(tails.below(end, j));
    least = std::min(least, uniform_p_value(ends));
  }
  return std::min<Real>(1, least * static_cast<Real>(tails.below.cols()));
}

/// Everything that is measured.
class Chains {
 public:
  Chains(const Exec& exec, const Problem& problem, const std::vector<Ensemble>& sets, Index length,
         const Tolerances& tolerances, Rng rng, ChainScore& out)
      : out_(out) {
    const KnownFunctionals known(exec, problem,
                                 {functional_exact_draws, rng.stream("expectations")});
    const HostMatrix host = all_rows(sets);
    const Matrix x = to_device("plumbline::harness::chains", host);
    out.sets = static_cast<Index>(sets.size());
    out.length = length;
    out.chains = host.rows() / length;
    const Index batches = std::min(batches_per_chain(out.chains), std::max<Index>(1, length / 2));
    out.units = out.chains * batches;
    out.wanted_times = batches > 1 ? batch_times : chain_times;
    f_ = known.values(exec, x);
    choose(known.all(exec), tolerances);
    times();
    const Index unit = length / batches;
    out.unit_times = static_cast<Real>(unit) / out.time;
    means(batches);
    if (problem.is_mixture())
      exact_tests(known.tails(exec, x));
    else
      out.notes.push_back("tails and ends are not looked at: the target is no mixture");
  }

 private:
  /// Those that dependent draws are judged by.
  void choose(const std::vector<KnownFunctional>& all, const Tolerances& tolerances) {
    for (std::size_t j = 0; j < all.size(); ++j)
      if (const auto tolerance = tolerated(tolerances, all[j].name);
          all[j].of_dependent && tolerance) {
        columns_.push_back(static_cast<Index>(j));
        out_.means.push_back({all[j], *tolerance, {}});
      }
  }
  /// Of mean j.
  std::vector<double> column(std::size_t j) const {
    const HostVector f = f_.col(columns_[j]);
    return {f.data(), f.data() + f.size()};
  }
  /// The largest time; a function that goes on far beyond what could be judged is not followed.
  void times() {
    // Four times what a unit may have: too short, whatever the other functions say.
    const auto length = static_cast<Real>(out_.length);
    const Index units_of_chain = out_.units / out_.chains;
    const Real most = 4 * length / (out_.wanted_times * static_cast<Real>(units_of_chain));
    Real largest = 0;
    for (std::size_t j = 0; j < out_.means.size() && largest <= most; ++j) {
      stop_if_asked();
      const std::vector<double> f = column(j);
      Real& time = out_.means[j].time;
      time = integrated_time(f, out_.length, mean_and_error(f).mean, most);
      if (!std::isnan(time)) largest = std::max(largest, time);
    }
    // Chains none of whose functions varies stand still.
    out_.time = largest > 0 ? std::max<Real>(1, largest) : length;
  }
  void means(Index batches) {
    const Real effective = out_.effective_draws();
    for (std::size_t j = 0; j < out_.means.size(); ++j) {
      const KnownFunctional& about = out_.means[j].about;
      out_.means[j].mean =
          unit_mean(unit_values(column(j), out_.length, batches),
                    {.expectation = about.error, .least = about.deviation / std::sqrt(effective)});
    }
  }
  void exact_tests(const AxisTails& tails) {
    if (tails.below.size() == 0) return;
    out_.tails.p_value = std::min<Real>(1, 1 / mean_tail_e_value(tails));
    if (out_.chains >= fewest_ends) out_.ends.p_value = ends_p_value(tails, out_.length);
  }

  HostMatrix f_;                // [n, J]
  std::vector<Index> columns_;  // of f_, one for every mean
  ChainScore& out_;
};

void correct(ChainScore& score) {
  std::vector<Real> p_values = {score.tails.p_value, score.ends.p_value};
  for (const ChainMean& mean : score.means)
    p_values.push_back(score.long_enough() ? mean.mean.p_value : nan);
  const std::vector<Real> adjusted = holm(p_values);
  score.tails.p_adjusted = adjusted[0];
  score.ends.p_adjusted = adjusted[1];
  for (std::size_t j = 0; j < score.means.size(); ++j) score.means[j].p_adjusted = adjusted[2 + j];
}

/// How far an interval goes, in tolerances: above 1 is open.
Real openness(const ChainMean& mean) {
  const Real up = (mean.mean.mean + mean.reach) / mean.tolerated.above;
  const Real down = (mean.reach - mean.mean.mean) / mean.tolerated.below;
  return std::isnan(up) ? infinity : std::max(up, down);
}

/// How many times the draws until every interval is tolerated, if the means stay; ∞: none would do.
Real times_to_settle(const ChainScore& score) {
  Real times = 1;
  for (const ChainMean& mean : score.means) {
    const Real side = mean.mean.mean > 0 ? mean.tolerated.above : mean.tolerated.below;
    const Real room = side - std::abs(mean.mean.mean);
    if (!(room > 0)) return infinity;
    times = std::max(times, std::pow(mean.reach / room, 2));
  }
  return times;
}

void decide(ChainScore& score, const JudgeOptions& options) {
  if (score.long_enough())
    for (ChainMean& mean : score.means) mean.reach = mean.mean.reach(options.level);
  std::size_t least = 0, widest = 0;
  for (std::size_t j = 0; j < score.means.size(); ++j) {
    if (score.means[j].p_adjusted < score.means[least].p_adjusted) least = j;
    if (openness(score.means[j]) > openness(score.means[widest])) widest = j;
  }
  const auto below = [&](Real p) { return p < options.level; };
  score.decided = widest;
  if (!score.means.empty() && below(score.means[least].p_adjusted)) {
    score.finding = Finding::inconsistent;
    score.decided = least;
  } else if (below(score.tails.p_adjusted) || below(score.ends.p_adjusted)) {
    score.finding = Finding::inconsistent;
  } else if (!score.means.empty() && openness(score.means[widest]) <= 1) {
    score.finding = Finding::consistent;
  } else {
    const Real times = score.long_enough()
                           ? times_to_settle(score)
                           : score.wanted_times / std::max<Real>(1e-12, score.unit_times);
    const Real more = std::ceil(static_cast<Real>(score.length) * (times - 1));
    score.further_draws = more < 1e15 ? std::max<Index>(1, static_cast<Index>(more)) : -1;
  }
}

/// Functions at most, as given and resized, and what is known of a draw along an axis.
constexpr Real numbers_per_draw = 2 * most_functionals + 12 * functional_axes;

}  // namespace

void require_chain_room(const Sweep& sweep, const Problem& problem, Index draws) {
  const Real d = Real(problem.dimension()), n = Real(draws);
  MemoryBill bill(sweep);
  bill.draws_from("--samples", draws);
  bill.add({{"draws", "draws of chains and functions of them",
             bytes_of(3 * n * (d + 1) + n * (2 * d + numbers_per_draw))}});
  bill.add(known_functional_tables(problem));
  bill.add(known_functional_needs(problem, draws));
  bill.check();
}

bool ChainMean::within_tolerance() const {
  return openness(*this) <= 1;
}

ChainScore score_chains(const Exec& exec, const Problem& problem, const std::vector<Ensemble>& sets,
                        Index length, const JudgeOptions& options, Rng rng) {
  PLUMBLINE_REQUIRE(!sets.empty() && length >= 2, "{} sets of chains of {}", sets.size(), length);
  for (const Ensemble& set : sets)
    PLUMBLINE_REQUIRE(set.draws() % length == 0, "{} draws in chains of {}", set.draws(), length);
  ChainScore out;
  const Chains measured(exec, problem, sets, length, options.tolerances, rng, out);
  for (const Ensemble& set : sets)  // too large to square: no function has a number, and none lies
    if (!has_finite_squares(exec, set)) out.tails.p_value = 0;  // where the target is
  correct(out);
  decide(out, options);
  return out;
}

}  // namespace plumbline
