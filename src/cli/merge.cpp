// plumbline merge: what is durable → one result file. With a sweep file, its parts; with result
// files, those of shards that ran apart.
#include <algorithm>
#include <map>
#include <set>

#include "cli/agreement.hpp"
#include "cli/commands.hpp"
#include "cli/console.hpp"
#include "cli/selection.hpp"
#include "cli/spec.hpp"
#include "core/text/numbers.hpp"
#include "harness/cover/rules.hpp"
#include "harness/run/provenance.hpp"
#include "harness/run/runner.hpp"
#include "harness/run/turn.hpp"
#include "harness/verdict/metric_samples.hpp"
#include "io/parts/durable.hpp"

namespace plumbline::cli {
namespace {

int merge_parts(const Arguments& arguments, const std::string& line) {
  const std::string started = now_utc();
  const Exec exec;
  const Plan plan = spec_plan(exec, arguments);
  const std::filesystem::path output = output_of(arguments);
  Ledger ledger(plan, output);
  const auto jobs = static_cast<Index>(plan.cells.size() + plan.null_hashes.size());
  if (ledger.missing() == jobs)
    throw UsageError(fmt::format("plumbline merge: nothing of {} is done in {}",
                                 plan.sweep.settings.name, output.string()));
  if (!ledger.merged()) {
    require_writable(output);
    if (const auto aside = merge_sweep(exec, plan, ledger, line, started); !aside.empty())
      message(
          fmt::format("{} held other cells; they are kept in {}", output.string(), aside.string()));
  }
  message(fmt::format("wrote {}: {} of {} cells and exact-draw sets", output.string(),
                      jobs - ledger.missing(), jobs));
  return ledger.missing() > 0 ? 4 : ledger.failures() > 0 ? 1 : 0;
}

/// The cells of all files, the first finished record of each; counts those that files disagree on.
struct Union {
  Results results;
  std::map<std::pair<std::string, std::int64_t>, std::size_t> place;
  std::set<std::int64_t> points;  ///< of the exact draws
  std::int64_t disagreements = 0;

  void add(CellRecord record) {
    const auto [found, is_new] =
        place.try_emplace({record.label, record.cell}, results.cells.size());
    if (is_new) return results.cells.push_back(std::move(record));
    CellRecord& first = results.cells[found->second];
    if (has_failed(first))
      first = std::move(record);
    else if (!has_failed(record) && !same_numbers(first, record))
      ++disagreements;
  }
  void add(NullRecord record) {
    if (points.insert(record.problem).second) results.nulls.push_back(std::move(record));
  }
};

int merge_files(const std::vector<std::string>& paths, const std::filesystem::path& output) {
  Union all;
  for (const std::string& path : paths) {
    Results next = open_result(path).read();
    if (path == paths.front()) {
      all.results.layout = next.layout;
      all.results.provenance = next.provenance;
    } else if (next.layout.spec_hash != all.results.layout.spec_hash) {
      throw UsageError(
          fmt::format("plumbline merge: {} and {} are of different sweeps", paths.front(), path));
    } else if (!next.layout.is_of_same_sweep(all.results.layout)) {
      const LookRecord first{"", all.results.layout.tolerances, {}, {}};
      std::string how = broken_rules(first, next.layout.tolerances);
      if (how.empty()) how = fmt::format("{}, not {}", all.results.layout.name, next.layout.name);
      throw UsageError(fmt::format("plumbline merge: {} and {} hold the same cells, but say: {}",
                                   paths.front(), path, how));
    }
    if (all.results.problems.empty()) all.results.problems = std::move(next.problems);
    if (!all.results.look) all.results.look = std::move(next.look);
    Provenance& from = all.results.provenance;
    from.started = std::min(from.started, next.provenance.started);
    from.finished = std::max(from.finished, next.provenance.finished);
    for (CellRecord& record : next.cells) all.add(std::move(record));
    for (NullRecord& record : next.nulls) all.add(std::move(record));
  }
  if (all.results.cells.empty())
    throw UsageError("plumbline merge: none of these files has a finished cell");
  calibrate_cells(all.results);
  write_results(output, all.results);
  if (all.disagreements > 0)
    message(fmt::format("{} in several files with other numbers; the first file's are kept",
                        counted(all.disagreements, "cell")));

  std::int64_t cells = 0;
  for (const SamplerLayout& sampler : all.results.layout.samplers) {
    std::int64_t size = 1;
    for (const AxisInfo& axis : all.results.layout.axes(sampler))
      size *= static_cast<std::int64_t>(axis.size());
    cells += size;
  }
  const auto done = static_cast<std::int64_t>(all.results.cells.size());
  message(fmt::format("wrote {}: {} of {} cells", output.string(), done, cells));
  const bool failed = std::any_of(all.results.cells.begin(), all.results.cells.end(), has_failed);
  return done < cells ? 4 : failed ? 1 : 0;
}

}  // namespace

int merge_command(const Invocation& call) {
  Arguments arguments(
      "merge", "SPEC.toml [KEY=VALUE …] | FILE.h5 FILE.h5 … --out FILE.h5",
      "Write the result file of a sweep from the cells that are done, complete or not; or make "
      "one\n"
      "result file of those of several shards. Cells that are not done are stored as missing.\n"
      "Exit code 4: something is missing.");
  arguments.option("out", "FILE.h5", "result file (for a sweep the default is that of run)");
  spec_options(arguments);
  if (!arguments.parse(call.words, 1, any_number)) return 0;
  if (arguments.words().front().ends_with(".toml")) return merge_parts(arguments, call.line);
  const std::filesystem::path output = arguments.required("out");
  require_writable(output);
  const Turn turn(output);  // it may be one of those that are read
  return merge_files(arguments.words(), output);
}

}  // namespace plumbline::cli
