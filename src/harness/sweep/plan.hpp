// Every cell of a sweep, resolved, checked and named by a hash, before anything runs.
#pragma once

#include <memory>

#include "harness/sweep/problem_point.hpp"
#include "harness/sweep/sweep.hpp"
#include "record/layout.hpp"

namespace plumbline {

/// Part of every hash. Raise it when the same sweep gives other numbers than before.
inline constexpr int results_version = 3;

/// One sampler at one point of its axes and the problem's, run again and again.
struct Cell {
  std::size_t sampler = 0;  ///< in Sweep::samplers
  Index problem = 0;        ///< in Plan::problems
  Index index = 0;          ///< row-major over SweepLayout::axes of the sampler
  std::vector<Index> at;    ///< index along each of those axes
  Table settings;           ///< the sampler's, axes resolved
  std::string resolved;     ///< with every default, as TOML text
  Claim claim;              ///< on this problem, at these settings
  Claim evidence_claim;     ///< in which limit its evidence is unbiased there
  Index evaluations = 0;    ///< of a score or responsibilities, declared for one replicate
  int runs = 1;             ///< how often a replicate runs the sampler: its metrics may, too
  Real bytes = 0;           ///< that running it holds at once
  Index replicates = 0;     ///< its sampler's, or more (enlarge.hpp)
  std::string hash;
};

struct Plan {
  Sweep sweep;
  SweepLayout layout;
  std::vector<ProblemPoint> problems;
  std::vector<Cell> cells;               ///< by problem point, then sampler, then point of its axes
  std::vector<std::string> null_hashes;  ///< [problem point]; empty when null_replicates = 0
  std::vector<Index> null_replicates;    ///< [problem point]: the sweep's, or more
  Real bytes = 0;                        ///< that the largest cell holds, with all records
  std::shared_ptr<Problems> only;        ///< as built, where there is one problem point

  const SamplerSpec& sampler(const Cell& cell) const { return sweep.samplers[cell.sampler]; }
};

/// A metric as hashes know it: its settings with every default, as TOML text.
struct MetricKey {
  std::string name, settings;
  bool operator==(const MetricKey&) const = default;
};
enum class MetricChoice { all, with_floor };
std::vector<MetricKey> metric_keys(const Sweep& sweep, MetricChoice choice);

/// What a cell, or a point's exact draws, would be known by, were these the metrics of the sweep
/// (of exact draws: those with a floor) and this the number of replicates.
std::string cell_hash(const Sweep& sweep, const std::vector<MetricKey>& metrics,
                      const ProblemPoint& problem, const Cell& cell, Index replicates);
std::string null_hash(const Sweep& sweep, const std::vector<MetricKey>& metrics,
                      const ProblemPoint& problem, Index replicates);

/// What a file of this plan is known by: all of its hashes.
std::string spec_hash(const Plan& plan);

/// Resolve every cell, build every problem and sampler, and check that they fit: each other, the
/// memory and the number of cells of `sweep.limits`, those before anything is allocated. SpecError,
/// placed in the sweep file, for the first that does not. (Of a y drawn per replicate the first is
/// built.)
Plan make_plan(const Exec& exec, Sweep sweep);

/// The problems of a point: those that planning built where it kept them, else made anew. Errors as
/// of Problems.
std::shared_ptr<Problems> problems_of(const Exec& exec, const Plan& plan, Index point);

/// "smc (prior_dim = 2, steps = 10)": where a cell lies, for messages.
std::string describe(const Plan& plan, const Cell& cell);

}  // namespace plumbline
