// A metric's values beside its null distribution: the same metric at the same n on exact draws.
// harness/verdict/README §1.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/types.hpp"
#include "harness/statistics/exceedance.hpp"
#include "harness/statistics/rate.hpp"
#include "harness/verdict/average.hpp"
#include "record/metric_info.hpp"

namespace plumbline {

/// What one metric says of one cell.
struct MetricSample {
  MetricInfo info;
  /// [replicate]; NaN where nothing was measured (failed, missing), `not_a_draw` where the sampler
  /// gave no draws of finite numbers and weights: exact draws never do that, so it ranks last.
  std::vector<double> values;
  std::vector<double> null;  ///< [null_replicate]; empty for Law::uniform
  /// Replicate r and null r look at the same problem (y drawn anew per replicate): judged in pairs.
  bool paired = false;
  /// What rounding can do to a value (metrics/estimates/rounding.hpp): values and null are judged
  /// as multiples of it, so that smaller differences are ties. 0: as they are.
  Real resolution = 0;
  /// A rank of something that depends on y, or a metric with a null, which always does.
  bool depends_on_y = true;
  /// Of a law of mean one: the sampler claims it at any budget, not in a limit.
  bool at_any_budget = false;
  /// Of an average over dependent draws: its expectation is 0, and there is no null.
  std::optional<AverageLaw> average = {};
  /// [replicate]: uniforms that break ties where a metric is judged at any time (sequential.hpp).
  std::vector<double> ties = {};

  static const double not_a_draw;  ///< ∞
};

/// The law that the values follow when the draws are exact, as MetricInfo::law says it.
bool is_uniform_law(const MetricInfo& info);
/// E X = 1, X ≥ 0, is all that is known: evidence.hpp.
bool is_mean_law(const MetricInfo& info);
/// False for a metric without a null: it is reported, never judged.
bool can_be_judged(const MetricInfo& info);
/// A law without null sets: uniform, or of an average.
bool has_own_law(const MetricSample& sample);

/// What is known of a metric however often one has looked (sequential.hpp), at the level that it
/// was asked for.
struct AnyTime {
  Real log_e = 0;        ///< log of the largest wealth of a bettor against "exact draws"
  Interval theta{0, 1};  ///< bounds of θ; of a uniform law none
  Real upper =
      infinity;  ///< largest deviation in null sd that is not excluded, as Calibrated::upper
};

/// A metric in units of its own noise.
struct Calibrated {
  std::string metric;
  Real value = 0;     ///< mean over the measured replicates
  Real floor = 0;     ///< mean over the sets of exact draws
  Real floor_sd = 0;  ///< standard deviation of one set
  /// (value − floor)/floor_sd, counted in the direction of worse; for better = "zero" as it is. For
  /// a uniform law the Kolmogorov–Smirnov distance over the standard deviation 1/√12 of one value.
  Real excess = 0;
  Real excess_se = 0;      ///< of both means and of floor_sd
  Real difference_se = 0;  ///< of the means alone, in units of floor_sd: what a test divides by
  Real dof = 0;            ///< Welch–Satterthwaite, of excess_se
  Real p_value = 1;        ///< of "the values are the metric of exact draws", on both sides
  /// How often a run is worse than an exact set (θ): what consistency bounds. Of a uniform law
  /// none.
  Exceedance worse;
  Index bad = 0;                              ///< replicates worse than every exact set
  Index replicates = 0, null_replicates = 0;  ///< measured
  bool two_sided = false, uniform = false, paired = false;
  /// Of a law of mean one: floor 0, excess in standard deviations of one run, p-value by betting
  /// against a mean above one. It may speak against a sampler and never for its draws.
  bool mean_one = false, at_any_budget = false;
  bool depends_on_y = true;  ///< false: its law on draws of the prior is that on exact draws
  bool complete = true;      ///< every replicate gave draws, and a number
  std::optional<AverageBound> average = {};  ///< of an average: excess is in its tolerances
  /// Exact draws differ by more than rounding: agreement with them means something. Without it a
  /// value that differs still speaks against a sampler, none speaks for it.
  bool null_varies = true;
  /// It does not vary, and every replicate agrees with it: nothing is said for or against.
  bool mute = false;
  std::optional<AnyTime> any_time = {};  ///< judged so: then `p_value` holds at any time too

  /// Tested by itself, not beside others on sets of exact draws.
  bool own_law() const { return uniform || mean_one || average; }

  /// Largest deviation from exact draws, in null standard deviations and to either side, that is
  /// not excluded with confidence 1 − level: √2 Φ⁻¹ of the bound on θ; of a uniform law the
  /// distance by Dvoretzky–Kiefer–Wolfowitz–Massart. ∞ when there are too few numbers, or a null
  /// that is constant.
  Real upper(Real level) const;
  /// The same deviation as it is estimated, towards worse.
  Real shift() const;
  /// Standard errors that |excess| must reach before a test at `level` sees it.
  Real detectable(Real level) const;
  /// Smallest p-value that this many replicates and null sets can give.
  Real smallest_p_value(Index replicates, Index null_replicates) const;
};

/// Value, floor, excess and p-value.
///
/// The p-value: Mann–Whitney of values against null, two-sided: exact draws are as seldom far
/// better as far worse than exact draws. Exact, and so valid at any sample size, because under the
/// hypothesis all R + R₀ sets are exchangeable. Pairs: Wilcoxon's signed ranks of value − null,
/// exact for the same reason. (Mann–Whitney would stay valid there but conservative: what pairs
/// share inflates both samples.) A uniform law: the three tests of uniformity.hpp.
Calibrated calibrate(const MetricSample& sample);

/// Values and null as they are judged: in multiples of the resolution, ±∞ on the side of worse.
MetricSample rounded(MetricSample sample);
/// One value as it would be judged among those of `like`.
double rounded(double value, const MetricSample& like);

}  // namespace plumbline
