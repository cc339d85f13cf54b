// One point of the problem's axes: its resolved tables, its hash, and the Problems made from it.
#pragma once

#include <map>
#include <optional>

#include "harness/sweep/sweep.hpp"
#include "metrics/functionals/known_functionals.hpp"

namespace plumbline {

/// A point as text: cheap, kept for every point of a sweep.
struct ProblemPoint {
  Index index = 0;        ///< row-major over the problem's axes
  std::vector<Index> at;  ///< index along each of them
  Table tables;           ///< process, prior, observation as written, axes resolved
  std::string process, prior, observation;  ///< with every default, as TOML text
  std::string hash;                         ///< of the three and of the file a prior is read from
  std::uint64_t stream = 0;                 ///< names the point in the run's and null's streams
  bool drawn = false;                       ///< a new y per replicate
  // the plan fills these
  Real work = 0;   ///< multiply-adds of one score evaluation, K·D or 2·K·D²
  Real build = 0;  ///< seconds that building it took, of the planning thread's work
};

/// SpecError placed in the sweep file.
ProblemPoint resolve_problem(const Sweep& sweep, Index index);

/// What binds draws to the Problem of a replicate: the point's hash, and the seed and the replicate
/// where numbers of the prior or y follow from them.
std::string problem_hash(const Sweep& sweep, const ProblemPoint& point, Index replicate);

/// Seconds, very roughly, of factorising the covariances of all points and their posteriors, where
/// they are matrices: what makes building a problem long. SpecError as of `resolve_problem`.
Real factorisation_seconds(const Sweep& sweep);

/// The Problems of one point: one for all replicates, or one per replicate when y is drawn. Those
/// that the memory bill counts (`kept_problems`) stay built: every cell of the point needs them.
class Problems {
 public:
  /// Builds the prior and the process. SpecError placed in the sweep file.
  Problems(const Exec& exec, const Sweep& sweep, const ProblemPoint& point);

  const ProblemPoint& point() const { return point_; }
  const Problem& at(Index replicate);
  /// Those of its target; with exact draws of a stream of their own, keyed by the problem alone.
  /// Good until they are asked for of another problem.
  const KnownFunctionals& functionals(Index replicate);

 private:
  Problem build(Index replicate) const;
  Index key_of(Index replicate) const { return point_.drawn ? replicate : 0; }

  Exec exec_;
  ProblemPoint point_;
  std::uint64_t seed_;
  Real memory_;
  GaussianMixture prior_;
  NoiseProcess process_;
  std::map<Index, Problem> built_;
  std::optional<std::pair<Index, Problem>> overflow_;  ///< the last one built when `built_` is full
  std::size_t capacity_ = 1;
  std::optional<std::pair<Index, KnownFunctionals>> functionals_;  ///< the last asked for
  std::map<Index, KnownFunctionals::Kept> said_;                   ///< by exact draws, of all
};

}  // namespace plumbline
