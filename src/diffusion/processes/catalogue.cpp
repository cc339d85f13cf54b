// The catalogue: catalogue.def read twice, once to declare the factories, once to call them. Adding
// a process edits catalogue.def, never this file.
#include "diffusion/processes/process.hpp"

namespace plumbline {

#define PROCESS(name) ProcessEntry name##_process();
#include "diffusion/processes/catalogue.def"
#undef PROCESS

const std::vector<ProcessEntry>& process_catalogue() {
#define PROCESS(name) name##_process(),
  static const std::vector<ProcessEntry> catalogue = {
#include "diffusion/processes/catalogue.def"
  };
#undef PROCESS
  return catalogue;
}

const ProcessEntry& find_process(std::string_view name) {
  std::vector<std::string> known;
  for (const ProcessEntry& entry : process_catalogue()) {
    if (entry.name == name) return entry;
    known.push_back(entry.name);
  }
  throw SpecError("kind", std::string(name), not_one_of(name, known));
}

}  // namespace plumbline
