// The gallery of named priors. A prior is one file: settings → GaussianMixture.
#pragma once

#include <functional>

#include "core/rng.hpp"
#include "core/settings.hpp"
#include "mixture/gaussian_mixture.hpp"

namespace plumbline {

/// A catalogue entry, type-erased.
struct PriorEntry {
  std::string name;
  std::string summary;    ///< one line
  std::string reference;  ///< "Author year, section"
  /// Settings of a small one, as a sweep file writes them behind the kind: what the contract suite
  /// builds. Nothing where the defaults are small enough.
  std::string example = {};
  std::vector<FieldDoc> fields = {};
  /// Build it: table of settings (without "kind"), random numbers for priors that draw their
  /// parameters (the key depends on the sweep's seed only, so every cell and replicate sees the
  /// same prior), and the folder that relative file paths start from.
  std::function<GaussianMixture(const Table&, Rng, const std::string& folder)> make = {};
  std::function<Table(const Table&)> resolved = {};  ///< every setting, defaults filled in
};

/// Fills the type-erased parts from a Settings aggregate with `GaussianMixture make(Rng, folder)
/// const`.
template <class Settings>
PriorEntry prior_entry(PriorEntry entry) {
  entry.fields = describe_settings<Settings>();
  entry.make = [](const Table& table, Rng rng, const std::string& folder) {
    Settings settings{};
    read_settings(settings, table, {"kind"});
    return settings.make(rng, folder);
  };
  entry.resolved = [](const Table& table) {
    Settings settings{};
    read_settings(settings, table, {"kind"});
    return write_settings(settings);
  };
  return entry;
}

/// Every prior, in the order of catalogue.def.
const std::vector<PriorEntry>& prior_catalogue();
/// SpecError("kind") with the nearest name when unknown.
const PriorEntry& find_prior(std::string_view name);

}  // namespace plumbline
