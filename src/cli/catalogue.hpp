// Everything that has a name in a sweep file, in one list: what `list` and `describe` read.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/settings.hpp"

namespace plumbline::cli {

struct CatalogueEntry {
  std::string group;  ///< "samplers", "priors", …
  std::string name, summary, reference;
  std::vector<std::pair<std::string, std::string>> facts = {};  ///< claim, units, cost, …
  std::vector<FieldDoc> fields = {};
};

/// In the order of the groups, inside a group of its catalogue.
std::vector<CatalogueEntry> catalogue();
const std::vector<std::string>& catalogue_groups();

}  // namespace plumbline::cli
