// A sweep file and overrides, all the way to a plan: what `plumbline plan` does before it prints.
#include <algorithm>
#include <string>

#include "core/kokkos.hpp"
#include "diffusion/processes/process.hpp"
#include "fuzz/mutations.hpp"
#include "fuzz/planned.hpp"
#include "fuzz/targets.hpp"
#include "harness/sweep/plan.hpp"
#include "problem/observations/entry.hpp"

namespace plumbline::fuzz {
namespace {

void add(Vocabulary& out, const std::string& kind, const std::vector<FieldDoc>& fields) {
  out.texts.push_back(kind);
  for (const FieldDoc& field : fields) {
    out.keys.push_back(field.name);
    if (!field.type.starts_with("one of ")) continue;
    for (std::size_t at = 7; at < field.type.size();) {
      const std::size_t end = std::min(field.type.find(", ", at), field.type.size());
      out.texts.push_back(field.type.substr(at, end - at));
      at = end + 2;
    }
  }
}

}  // namespace

const Vocabulary& vocabulary() {
  static const Vocabulary all = [] {
    Vocabulary out = {{"schema", "name", "seed", "replicates", "draws", "null_replicates",
                       "samples", "kind", "label", "zip", "use", "process", "prior", "observation",
                       "\"sampler.smcdiff.particles\"", "\"problem.prior.dim\""},
                      {"plumbline/1", "prior.dim", "draw", "steps", "particles"}};
    for (const auto& entry : galleries().samplers) add(out, entry.name, entry.fields);
    for (const auto& entry : galleries().priors) add(out, entry.name, entry.fields);
    for (const auto& entry : galleries().metrics) add(out, entry.name, entry.fields);
    for (const auto& entry : process_catalogue()) add(out, entry.name, entry.fields);
    for (const auto& entry : observation_catalogue()) add(out, entry.name, entry.fields);
    return out;
  }();
  return all;
}

void start_kokkos() {
  static const Kokkos::ScopeGuard kokkos(
      Kokkos::InitializationSettings().set_num_threads(1).set_disable_warnings(true));
}

/// The text, and behind zero bytes the overrides; an odd number of those asks for --quick.
void plan(Input input) {
  start_kokkos();
  std::vector<std::string> texts = {""};
  for (const std::uint8_t byte : input)
    if (byte == 0)
      texts.emplace_back();
    else
      texts.back() += static_cast<char>(byte);
  refusals_are_fine([&] {
    const SweepOptions options = {.overrides = {texts.begin() + 1, texts.end()},
                                  .quick = texts.size() % 2 == 0};
    Sweep sweep = parse_sweep(texts[0], "no such folder/sweep.toml", options);
    sweep.limits = small_limits;
    const Plan made = make_plan(Exec(), std::move(sweep));
    for (const Cell& cell : made.cells) describe(made, cell);
  });
}

}  // namespace plumbline::fuzz
