// The gallery of named priors. A prior is one file: settings → GaussianMixture.
#pragma once

#include <functional>

#include "core/rng.hpp"
#include "core/settings.hpp"
#include "mixture/gaussian_mixture.hpp"

namespace plumbline {

using ComponentClasses = std::vector<std::vector<int>>;

/// How large a prior's mixture is, known before it is made.
struct PriorSize {
  Real components = 0, dimension = 0;  ///< 0: no more than what is written or read
  bool full = false;                   ///< covariances are matrices
  std::string components_key = "components", dimension_key = "dim";
};

/// What the settings say of it: their own `size()`, else `dim` and `components`. A prior with
/// matrices needs one of its own.
template <class Settings>
PriorSize prior_size(const Settings& settings) {
  if constexpr (requires { settings.size(); }) {
    return settings.size();
  } else {
    PriorSize size;
    if constexpr (requires { settings.dim; })
      size = {.components = 1, .dimension = Real(settings.dim)};
    if constexpr (requires { Real(settings.components); })
      size.components = Real(settings.components);
    return size;
  }
}

/// A catalogue entry, type-erased.
struct PriorEntry {
  std::string name;
  std::string summary;    ///< one line
  std::string reference;  ///< "Author year, section"
  /// Settings of a small one, as a sweep file writes them behind the kind: what the contract suite
  /// builds. Nothing where the defaults are small enough.
  std::string example = {};
  bool seeded = false;  ///< its numbers, or some of them, follow from the sweep's seed
  std::vector<FieldDoc> fields = {};
  /// Build it: table of settings (without "kind"), random numbers for priors that draw their
  /// parameters (the key depends on the sweep's seed only, so every cell and replicate sees the
  /// same prior), and the folder that relative file paths start from.
  std::function<GaussianMixture(const Table&, Rng, const std::string& folder)> make = {};
  std::function<Table(const Table&)> resolved = {};  ///< every setting, defaults filled in
  /// The components of each class that the prior itself knows, a partition; none where it knows
  /// none. An observation of a class takes it when it is given no other.
  std::function<ComponentClasses(const Table&, const std::string& folder)> classes = {};
  std::function<PriorSize(const Table&)> size = {};  ///< of what `make` gives
};

/// Fills the type-erased parts from a Settings aggregate with `GaussianMixture make(Rng, folder)
/// const`, and perhaps `ComponentClasses classes(folder) const`.
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
  entry.classes = [](const Table& table, const std::string& folder) -> ComponentClasses {
    if constexpr (requires(const Settings& settings) { settings.classes(folder); }) {
      Settings settings{};
      read_settings(settings, table, {"kind"});
      return settings.classes(folder);
    } else {
      return {};
    }
  };
  entry.size = [](const Table& table) {
    Settings settings{};
    read_settings(settings, table, {"kind"});
    return prior_size(settings);
  };
  return entry;
}

/// Every prior, in the order of catalogue.def.
const std::vector<PriorEntry>& prior_catalogue();
/// SpecError("kind") with the nearest name when unknown.
const PriorEntry& find_prior(std::string_view name);

}  // namespace plumbline
