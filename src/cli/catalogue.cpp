// The galleries and the documented kinds of process, kernel and observation under one type.
#include "cli/catalogue.hpp"

#include <fmt/ranges.h>

#include "diffusion/processes/process.hpp"
#include "diffusion/reverse_kernel.hpp"
#include "harness/sweep/galleries.hpp"
#include "harness/sweep/sweep.hpp"
#include "problem/observation.hpp"
#include "problem/observations/entry.hpp"

namespace plumbline::cli {
namespace {

/// The example of an entry as the line of a sweep file that it would be.
std::string example_line(const char* part, const std::string& kind, const std::string& example) {
  return fmt::format("{} = {{ kind = \"{}\"{}{} }}", part, kind, example.empty() ? "" : ", ",
                     example);
}

}  // namespace

const std::vector<std::string>& catalogue_groups() {
  static const std::vector<std::string> groups = {"samplers",  "priors",  "metrics",
                                                  "processes", "kernels", "observations"};
  return groups;
}

std::vector<CatalogueEntry> catalogue() {
  std::vector<CatalogueEntry> list;
  for (const SamplerEntry& s : galleries().samplers)
    list.push_back({"samplers",
                    s.name,
                    s.summary,
                    s.reference,
                    {{"claim", s.claim.text()},
                     {"evidence", s.retains_path ? "unbiased at any budget with the exact kernel; "
                                                   "its runs can keep an exact path"
                                                 : ""},
                     {"targets", fmt::format("{}", fmt::join(targets_of(s.asks), ", "))}},
                    s.fields});
  for (const PriorEntry& p : galleries().priors)
    list.push_back({"priors", p.name, p.summary, p.reference, {}, p.fields});
  for (const MetricEntry& m : galleries().metrics)
    list.push_back({"metrics",
                    m.name,
                    m.summary,
                    m.reference,
                    {{"label", m.long_name},
                     {"units", m.units},
                     {"better", name_of(m.better)},
                     {"floor", m.has_floor ? "measured on exact draws" : "none"},
                     {"cost", m.cost}},
                    m.fields});
  for (const ProcessEntry& p : process_catalogue())
    list.push_back({"processes", p.name, p.summary, p.reference, {}, p.fields});
  for (const KernelDoc& k : kernel_docs())
    list.push_back({"kernels", k.name, k.summary, k.reference, k.facts});
  for (const ObservationEntry& o : observation_catalogue())
    list.push_back({"observations",
                    o.name,
                    o.summary,
                    o.reference,
                    {{"example", example_line("observation", o.name, o.example)}},
                    o.fields});
  list.push_back(
      {"tables",  // of a sweep file: described, not listed
       "tolerance",
       "Errors that count as none: a verdict says consistent only where larger ones would "
       "have been seen. The table [tolerance] of a sweep file; the first verdict freezes it",
       "",
       {},
       describe_settings<Tolerances>()});
  list.push_back({"tables",
                  "sampler",
                  "What any [[sampler]] of a sweep file may say beside its kind, a label, zip and "
                  "the settings of its kind",
                  "",
                  {},
                  describe_settings<SamplerShare>()});
  return list;
}

}  // namespace plumbline::cli
