// The gallery of samplers: what one is, and how it enters the catalogue. A sampler is one file
// (what, paper, claim → Settings → algorithm → factory) plus one line in catalog.def.
// samplers/README §1.
#pragma once

#include <functional>
#include <memory>

#include "core/ensemble.hpp"
#include "core/settings.hpp"
#include "problem/problem.hpp"
#include "record/claim.hpp"

namespace plumbline {

/// What happened on the way: filled by the sampler, stored by the harness.
struct Trace {
  Index score_evaluations =
      0;  ///< point evaluations of a mixture's score or responsibilities, all draws together
  Real log_evidence = std::numeric_limits<Real>::quiet_NaN();  ///< log of the mean over runs of Ẑ
  Real log_evidence_se =
      std::numeric_limits<Real>::quiet_NaN();             ///< delta-method standard error over runs
  Real ess_min = std::numeric_limits<Real>::quiet_NaN();  ///< smallest ESS over steps, mean over
                                                          ///< runs, as a fraction of N
  /// Of Metropolis proposals, mean; of particle-gibbs, moves that leave the reference.
  Real acceptance = std::numeric_limits<Real>::quiet_NaN();
  std::vector<Real> ess_path = {};  ///< ESS at every step, mean over runs, as a fraction of N
  Index chain_length = 0;   ///< rows chain · length + i are one chain's; 0: independent draws
  bool degenerate = false;  ///< all weights of some population vanished
  std::string trouble;      ///< where it began, for `show`
};

class Sampler {
 public:
  virtual ~Sampler() = default;

  /// Throws SpecError, naming the methods that can, when this sampler cannot do this problem.
  /// Called before anything runs.
  virtual void check(const Problem& problem) const = 0;

  /// n draws that claim to follow the target. A pure function of its arguments: no clock, no state.
  /// Divergence is not an error: return what there is, non-finite numbers included.
  virtual Ensemble draw(const Exec& exec, const Problem& problem, Index n, Rng rng,
                        Trace& trace) const = 0;

  /// Score evaluations that `draw` will count. The contract suite compares.
  virtual Index declared_evaluations(const Problem& problem, Index n) const = 0;

  /// The claim at these settings: e.g. particles with the exact kernel, steps_and_particles with
  /// em.
  virtual Claim claim() const = 0;

  /// The claim on this problem, where that differs: guidance of a tilted target (p_γ,
  /// problem/README §4) claims nothing, whatever its settings; moment-matched guidance of a
  /// Gaussian prior is exact.
  virtual Claim claim_on(const Problem&) const { return claim(); }
};

/// A catalogue entry, type-erased.
struct SamplerEntry {
  std::string name;
  std::string summary;                    ///< one line
  std::string reference;                  ///< "Author year, Algorithm n"
  std::vector<std::string> targets = {};  ///< of "inpainting", "linear", "class", "tilt", "event",
                                          ///< "crescent": what it can do
  Claim claim = Claim::nothing;           ///< at default settings
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
  entry.make = [](const Table& table) -> std::unique_ptr<Sampler> {
    Settings settings{};
    read_settings(settings, table, skip);
    return std::make_unique<S>(settings);
  };
  entry.resolved = [](const Table& table) {
    Settings settings{};
    read_settings(settings, table, skip);
    return write_settings(settings);
  };
  entry.claim = S(Settings{}).claim();
  return entry;
}

/// Every sampler, in the order of catalog.def.
const std::vector<SamplerEntry>& sampler_catalog();
/// SpecError("kind") with the nearest name when unknown.
const SamplerEntry& find_sampler(std::string_view name);

/// What a problem asks for, in the words of SamplerEntry::targets: the kind of its observation,
/// or "tilt" for a class label with gamma ≠ 1, whose target is not a mixture.
std::string target_kind(const Problem& problem);

/// SpecError("kind"), naming the samplers that can, unless the entry `sampler` lists the problem's
/// target. Every `check` starts with it.
void require_target(const Problem& problem, std::string_view sampler);

}  // namespace plumbline
