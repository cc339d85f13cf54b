// The gallery of samplers: what one is, and how it enters the catalogue. A sampler is one file
// (what, paper, claim → Settings → algorithm → factory) plus one line in catalogue.def.
// samplers/README §1.
#pragma once

#include <functional>
#include <limits>
#include <memory>

#include "core/ensemble.hpp"
#include "core/settings.hpp"
#include "problem/need.hpp"
#include "problem/problem.hpp"
#include "record/claim.hpp"
#include "samplers/run_size.hpp"

namespace plumbline {

struct SamplerEntry;
template <class S>
SamplerEntry sampler_entry(SamplerEntry entry);

/// What happened on the way: filled by the sampler, stored by the harness.
struct Trace {
  Index score_evaluations =
      0;  ///< point evaluations of a mixture's score or responsibilities, all draws together
  Real log_evidence = nan;     ///< log of the mean over runs of Ẑ
  Real log_evidence_se = nan;  ///< delta-method standard error over runs
  Real ess_min = nan;          ///< smallest ESS over steps, mean over
                               ///< runs, as a fraction of N
  /// Of Metropolis proposals, mean; of particle-gibbs, moves that leave the reference.
  Real acceptance = nan;
  std::vector<Real> ess_path = {};  ///< ESS at every step, mean over runs, as a fraction of N
  Index chain_length = 0;  ///< rows chain · length + i are one chain's; 0: independent draws
  bool dependent = false;  ///< draws depend on each other: states of one chain, one run's particles
  bool degenerate = false;  ///< all weights of some run vanished
  std::string trouble;      ///< where it began, for `show`
};

/// Numbers that a row of a run holds at once, in D coordinates: state, draw and work arrays. By
/// default more than any method here holds.
struct RowNumbers {
  Real per_coordinate = 14, beside = 20;
  /// And work of guidance through the denoiser, of as many rows at a time as make 2^22 numbers: 3 D
  /// for products with the Jacobian, m² where the covariance of m observed numbers is asked for.
  bool jacobian = false, spread = false;
  bool shares = false;  ///< and what weights under the exact kernel keep of the components
  /// Of every step, where y = A z + noise: rows [m], a matrix [m, m], whitened A [m, D] as well.
  Real level_rows = 0;
  bool level_weight = false, level_map = false;

  /// Of `rows` of them.
  Real numbers(Real rows, Real d, Real m) const {
    constexpr Real most = 1 << 22;
    const Real work = (jacobian ? 3 * d : 0) + (spread ? m * m : 0);
    return rows * (per_coordinate * d + beside) + std::max(work, std::min(rows * work, most));
  }
};

class Sampler {
 public:
  virtual ~Sampler() = default;

  /// Throws SpecError, naming the methods that can, when this sampler cannot do this problem: first
  /// what its catalogue entry asks of the observation, then `require`. Called before anything runs.
  void check(const Problem& problem) const;

  /// What these settings ask beyond the entry. SpecError("…") naming the setting.
  virtual void require(const Problem&) const {}
  /// What these settings can do beyond the entry's `asks`.
  virtual std::vector<Capability> also_asks() const { return {}; }

  /// n draws that claim to follow the target. A pure function of its arguments: no clock, no state.
  /// Divergence is not an error: return what there is, non-finite numbers included.
  virtual Ensemble draw(const Exec& exec, const Problem& problem, Index n, Rng rng,
                        Trace& trace) const = 0;

  /// Score evaluations that `draw` will count. The contract suite compares.
  virtual Index declared_evaluations(const Problem& problem, Index n) const = 0;

  /// What `draw` holds at once, to within a factor of a few and not less than it is. The default is
  /// that of the settings' family (samplers/README §5); a sampler that keeps more adds to it.
  /// Allocates nothing, and is asked before anything else.
  virtual Needs needs(const Problem& problem, Index n) const;
  /// More than `declared_evaluations` without its constants, for sizes at which that would
  /// overflow.
  Real most_evaluations(Index n) const { return size_.evaluations(n); }

  /// The claim at these settings, e.g. Claim::limit({"langevin_step"}). Its settings are fields
  /// marked as budgets; a test checks, and that it is true.
  virtual Claim claim() const = 0;

  /// The claim on this problem, where that differs: guidance of a tilted target (p_γ,
  /// problem/README §4) claims nothing, whatever its settings; moment-matched guidance of a
  /// Gaussian prior is exact.
  virtual Claim claim_on(const Problem&) const { return claim(); }

  /// In which limit E[exp(Trace::log_evidence)] is p(y) on this problem: exact at any budget with
  /// the exact kernel, steps with others. Nothing: no estimate, or a biased one.
  virtual Claim evidence_claim_on(const Problem&) const { return Claim::nothing(); }
  /// The estimate log Ẑ that `draw` makes, by runs of which one keeps the path of an exact draw:
  /// E[p(y)/Ẑ] = 1 (samplers/filters/README §8). NaN where the evidence claim is not exact, or the
  /// entry cannot (`retains_path`).
  virtual Real retained_log_evidence(const Exec&, const Problem&, Index /*n*/, Rng) const {
    return std::numeric_limits<Real>::quiet_NaN();
  }

 private:
  template <class S>
  friend SamplerEntry sampler_entry(SamplerEntry entry);
  std::string name_;  // of the entry that made it
  std::vector<Capability> asks_;
  RunSize size_;
  RowNumbers row_;
};

/// A catalogue entry, type-erased.
struct SamplerEntry {
  std::string name;
  std::string summary;                ///< one line
  std::string reference;              ///< "Author year, algorithm n"
  std::vector<Capability> asks = {};  ///< one of these of the observation; nothing: does them all
  RowNumbers row = {};                ///< what memory is counted by: samplers/README §5
  bool retains_path = false;          ///< `retained_log_evidence` with the exact kernel
  Claim claim = {};                   ///< at default settings
  std::vector<FieldDoc> fields = {};
  std::function<std::unique_ptr<Sampler>(const Table&)> make =
      {};  ///< SpecError on bad settings; skips kind, label, zip
  std::function<Table(const Table&)> resolved = {};
};

/// For a class S with `struct Settings` and a constructor from Settings.
template <class S>
SamplerEntry sampler_entry(SamplerEntry entry) {
  using Settings = typename S::Settings;
  static const std::vector<std::string> skip = {"kind", "label", "zip"};
  entry.fields = describe_settings<Settings>();
  entry.make = [name = entry.name, asks = entry.asks, row = entry.row](const Table& table) {
    Settings settings{};
    read_settings(settings, table, skip);
    std::unique_ptr<Sampler> sampler = std::make_unique<S>(settings);
    sampler->name_ = name;
    sampler->asks_ = asks;
    sampler->size_ = run_size(settings);
    sampler->row_ = row;
    return sampler;
  };
  entry.resolved = [](const Table& table) {
    Settings settings{};
    read_settings(settings, table, skip);
    return write_settings(settings);
  };
  entry.claim = S(Settings{}).claim();
  return entry;
}

/// Every sampler, in the order of catalogue.def.
const std::vector<SamplerEntry>& sampler_catalogue();
/// SpecError("kind") with the nearest name when unknown.
const SamplerEntry& find_sampler(std::string_view name);

/// The targets of the observation catalogue ("inpainting", "tilt", …) that have one of these
/// capabilities; all of them when nothing is asked.
std::vector<std::string> targets_of(const std::vector<Capability>& asks);

}  // namespace plumbline
