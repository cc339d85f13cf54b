// The catalogue of priors, read twice from catalogue.def. Never edited: a new prior is one
// line there.
#include "priors/prior.hpp"

namespace plumbline {

#define PRIOR(name) PriorEntry name##_prior();
#include "priors/catalogue.def"
#undef PRIOR

const std::vector<PriorEntry>& prior_catalogue() {
  static const std::vector<PriorEntry> catalogue = {
#define PRIOR(name) name##_prior(),
#include "priors/catalogue.def"
#undef PRIOR
  };
  return catalogue;
}

const PriorEntry& find_prior(std::string_view name) {
  std::vector<std::string> known;
  for (const PriorEntry& entry : prior_catalogue()) {
    if (entry.name == name) return entry;
    known.push_back(entry.name);
  }
  throw SpecError("kind", std::string(name), not_one_of(name, known));
}

}  // namespace plumbline
