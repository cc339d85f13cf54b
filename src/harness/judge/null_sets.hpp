// Sets of exact draws, measured once each by the sweep's metrics: what sets made elsewhere are
// compared with.
#pragma once

#include <map>
#include <string>

#include "harness/judge/list_look.hpp"
#include "harness/judge/precision.hpp"
#include "harness/run/replicate.hpp"
#include "harness/sweep/plan.hpp"
#include "harness/verdict/verdict.hpp"

namespace plumbline {

/// Sets of one size beside sets of as many exact draws.
struct Comparison {
  Index sets = 0, draws = 0, null_sets = 0;
  std::vector<MetricSample> samples;
  CellVerdict verdict;
};

/// True for metrics that a set of draws of one posterior can be judged by.
bool has_null_sets(const MetricInfo& info);

/// Values of those metrics on sets of `draws` exact draws, made when they are asked for and rounded
/// to the precision of those given. Random numbers follow from the seed, the problem and `draws`:
/// set r is the same in every program run. Keeps a reference to `problem`.
class NullSets {
 public:
  NullSets(const Exec& exec, const Plan& plan, const Problem& problem, Index draws,
           const Precision& precision);

  Index draws() const { return draws_; }
  /// `sets` beside the first `null_sets` sets, judged.
  Comparison compare(const std::vector<Ensemble>& sets, Index null_sets,
                     const JudgeOptions& options);
  /// Sets measured from now on are looked at as lists too, so that `look` draws none again.
  void keep_lists() { lists_ = true; }
  /// The same sets as lists: neighbours against those of the null sets, order by permutation.
  ///   pre  equal weights
  ListLook look(const std::vector<Ensemble>& sets, Index null_sets, const JudgeOptions& options);
  /// The metrics of one more set of rows, rounded as the given draws were.
  std::vector<Real> measure_as_given(HostMatrix rows, Rng rng);
  /// Metrics that gave no number for sets of this size → why.
  const std::map<std::string, std::string>& complaints() const { return complaints_; }

 private:
  Rng null_rng(Index set) const;
  HostMatrix exact(Index set) const;
  void grow(Index count);
  std::vector<Real> measure(const Ensemble& ensemble, Rng rng);

  Exec exec_;
  const Problem& problem_;
  Index draws_, measured_ = 0;
  Precision precision_;
  Rng stream_;
  Metrics metrics_;
  std::vector<MetricSample> samples_;  // without values
  bool lists_ = false;
  ListNumbers null_lists_;  // of the first sets
  std::map<std::string, std::string> complaints_;
};

}  // namespace plumbline
