// Exact draws of a file's problems, made wrong by known amounts and measured by its metrics: once
// each, kept in the file. harness/verdict/README §14.
#pragma once

#include <functional>
#include <map>
#include <optional>

#include "harness/cover/departure.hpp"
#include "harness/judge/error_sizes.hpp"
#include "harness/run/replicate.hpp"
#include "problem/perturbation.hpp"
#include "record/results.hpp"

namespace plumbline {

/// A problem point as it is needed here: the problem of every replicate's y.
using ProblemOf = std::function<Problem(Index replicate)>;

/// The sets of one problem point. Set `number` of an aspect's size has direction number mod turns,
/// the y of replicate (number/turns) mod replicates, and random numbers of its own, which other
/// aspects and sizes share: an error that grows is seen growing.
class PerturbedSets {
 public:
  /// `look` holds what was measured, and gets what is measured here.
  PerturbedSets(const Exec& exec, const Results& results, Index point, ProblemOf problem,
                LookRecord& look);

  /// The aspects that can be wrong here. `masses` where most of the first y's leave two modes.
  std::vector<ErrorSizes> errors(const Tolerances& tolerances);
  Index turns(Aspect aspect);
  bool drawn() const { return drawn_; }  ///< a new y per replicate
  /// Set `number`, its values in the order of `metrics`.   errors  IoError for unknown metrics
  MeasuredRow row(Aspect aspect, Real size, Index number, const std::vector<std::string>& metrics);

  static constexpr std::size_t most_problems = 64;  ///< that stay built

 private:
  struct At {
    Problem problem;
    Perturbation perturbation;
  };
  const At& at(Index replicate);
  std::vector<double> measured(Aspect aspect, Real size, Index number);

  Exec exec_;
  Index draws_, replicates_;
  bool drawn_;
  ProblemOf problem_;
  LookRecord& look_;
  Rng stream_;
  Metrics metrics_;
  std::vector<std::string> names_;
  std::string key_;
  std::map<Index, At> built_;
  std::optional<At> overflow_;                                 // the last one beyond those
  std::map<std::tuple<int, Real, Index>, std::size_t> known_;  // index in look.sets
};

}  // namespace plumbline
