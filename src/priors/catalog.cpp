// The catalogue of priors, read twice from catalog.def. Never edited: a new prior is a line there.
#include "priors/prior.hpp"

namespace plumbline {

#define PRIOR(name) PriorEntry name##_prior();
#include "priors/catalog.def"
#undef PRIOR

const std::vector<PriorEntry>& prior_catalog() {
  static const std::vector<PriorEntry> catalog = {
#define PRIOR(name) name##_prior(),
#include "priors/catalog.def"
#undef PRIOR
  };
  return catalog;
}

const PriorEntry& find_prior(std::string_view name) {
  std::vector<std::string> known;
  for (const PriorEntry& entry : prior_catalog()) {
    if (entry.name == name) return entry;
    known.push_back(entry.name);
  }
  throw SpecError("kind", std::string(name), not_one_of(name, known));
}

}  // namespace plumbline
