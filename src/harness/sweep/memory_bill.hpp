// The sum of what a command will hold, refused before anything is allocated where it is more than
// there is.
#pragma once

#include "harness/sweep/sweep.hpp"
#include "problem/need.hpp"

namespace plumbline {

/// What a mixture of this size, its posterior and the exact target hold, with the tables of a noise
/// level: some twenty arrays [K, D], a dozen [K, D, D] where covariances are matrices, and the
/// covariance [D, D] of the target.
Needs problem_needs(const PriorSize& size);
/// "needs 64 GB of 70 GB for: time grid; 20 GB of memory are available …".
std::string refusal(const Need& need, Real all, Real limit);
/// SpecError("kind") of the observation when it turns a prior that fits into a posterior that does
/// not: one that mixes coordinates makes every covariance a matrix.
void require_posterior_room(const GaussianMixture& prior, const Observation& observation,
                            Real limit);

/// A need, and the value and place that the user gave its key.
struct Priced {
  Need need;
  std::string value = {};
  Location at = {};
};

/// Adds up what is held throughout, and of what is held in turn the stage that holds most.
class MemoryBill {
 public:
  explicit MemoryBill(const Sweep& sweep) : sweep_(sweep) {}

  /// `n` draws, asked for by an option of the command line instead of the sweep's.
  void draws_from(const std::string& option, Index n);
  /// Needs of "sampler.smc" or "problem.prior". `resolved` holds every setting, `written` those of
  /// the file with their places; "draws" and its like are the sweep's own, and a key that starts
  /// with "problem." is one of the problem.
  void add(const Needs& needs, const std::string& part, const Table& resolved, const Table& written,
           const Location& at);
  /// Of keys at the top of the sweep file.
  void add(const Needs& needs) { add(needs, "", {}, {}, {sweep_.path, 1, 1}); }
  /// The same, held while one sampler or metric works, beside nothing of another's.
  void add_in_turn(const Needs& needs, const std::string& part, const Table& resolved,
                   const Table& written, const Location& at);

  Real bytes() const { return held_.bytes + stage_.bytes; }
  /// The largest whole number among a sampler's settings and the draws.
  Priced largest_number(const std::string& part, const Table& resolved, const Table& written,
                        const Location& at) const;
  /// SpecError at the setting of the largest need, when the sum is beyond the sweep's limit.
  void check() const;

 private:
  Priced priced(const Need& need, const std::string& part, const Table& resolved,
                const Table& written, const Location& at) const;

  const Sweep& sweep_;
  std::string draws_option_, draws_value_;
  struct Sum {
    Real bytes = 0;
    Priced largest = {};
  };
  Sum sum(const Needs& needs, const std::string& part, const Table& resolved, const Table& written,
          const Location& at) const;
  Sum held_, stage_;
};

/// Bytes of `others` and of this sampler's `n` draws together. SpecError when they are beyond the
/// limit, or when the evaluations could not be counted. Allocates nothing.
Real require_sampler_room(const SamplerSpec& spec, const Table& settings, const Sampler& sampler,
                          const Problem& problem, Index n, const MemoryBill& others);

/// What measuring `n` draws of a problem holds, a metric at a time, the draws included.
void add_metrics(MemoryBill& bill, const Sweep& sweep, const Problem& problem, Index n);

/// SpecError when a sweep has more cells than its limit, naming the longest axis.
void require_countable(const Sweep& sweep);

/// Of a point whose y is drawn for every replicate: how many problems stay built, as many as fit
/// 2 GiB and a quarter of `memory`, and the bytes of each beyond the first.
struct KeptProblems {
  Index most = 1;
  Real bytes = 0;
};
KeptProblems kept_problems(const Problem& problem, Real memory);
Need kept_problems_need(const Sweep& sweep, const Problem& problem);

/// What all cells and sets of exact draws of a sweep leave behind, but for draws that are kept.
Needs record_needs(const Sweep& sweep);
/// Those, d numbers each.
Need samples_need(const Sweep& sweep, int d);
/// SpecError when paths of effective sample sizes, `steps` numbers in all, do not fit beside the
/// rest.
void require_path_room(Real steps, MemoryBill bill);

}  // namespace plumbline
