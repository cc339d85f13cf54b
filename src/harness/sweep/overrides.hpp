// KEY=VALUE on the command line, and the [quick] table of a sweep file: both replace values of a
// sweep file by dotted path.
#pragma once

#include "core/value.hpp"

namespace plumbline {

/// One replacement: "sampler.smc.particles" = value.
struct Override {
  std::string path;
  Value value;
};

/// "KEY=VALUE" → Override. VALUE is a list when it has commas outside brackets and quotes; each
/// entry is geom(a,b,n), lin(a,b,n), range(a,b[,step]), a TOML value, or else plain text.
Override parse_override(const std::string& text);

/// The entries of a [quick] table: keys may be quoted paths or nested tables.
std::vector<Override> quick_overrides(const Table& quick);

/// `replicates`, which count for all samplers, before those of single ones; else the order stays.
void of_all_first(std::vector<Override>& changes);

/// Replace or add the value in the sweep file's root table. `sampler.NAME.…` means the sampler with
/// that label, else every sampler of that kind; `replicates` counts for all samplers, also for
/// those that had their own. SpecError when the path leads nowhere.
void apply(const Override& change, Table& root);

}  // namespace plumbline
