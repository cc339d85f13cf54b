// plumbline compare: do two result files agree? Cells are matched by sampler and coordinates.
#include <cmath>
#include <map>

#include "cli/agreement.hpp"
#include "cli/arguments.hpp"
#include "cli/commands.hpp"
#include "cli/compare_draws.hpp"
#include "cli/compare_paired.hpp"
#include "cli/console.hpp"
#include "cli/json.hpp"
#include "cli/selection.hpp"
#include "core/errors.hpp"

namespace plumbline::cli {
namespace {

/// One metric of one cell in both files.
struct Comparison {
  std::string cell, metric;
  bool same_cell = false;  ///< equal hash: numbers must agree to `tolerance`
  Real difference = 0;     ///< largest relative difference (same cell)
  Real p_value = 1;        ///< of Welch's test (other seed, draws or replicates)
  MeanAndError a = {}, b = {};
  bool agree = true;
};

struct Report {
  std::vector<Comparison> metrics;
  std::int64_t cells = 0, identical = 0;  ///< cells in both files; of these to the bit
  std::int64_t only_a = 0, only_b = 0;    ///< finished in one file alone
  std::vector<std::string> status;        ///< cells that are the same but ended otherwise

  std::int64_t disagreements() const {
    auto n = static_cast<std::int64_t>(status.size());
    for (const Comparison& c : metrics) n += !c.agree;
    return n;
  }
};

/// Finished cells by "label (axis = value, …)".
std::map<std::string, CellRecord> finished_cells(const ResultFile& file) {
  std::map<std::string, CellRecord> cells;
  for (const SamplerLayout& sampler : file.layout().samplers) {
    const std::vector<CellRecord> records = file.cells(sampler.label);
    for (const Selected& cell : select(file.layout(), sampler, records, {}))
      if (cell.record)
        cells.emplace(fmt::format("{} ({})", sampler.label, place_text(file.layout(), cell)),
                      *cell.record);
  }
  return cells;
}

void compare_cell(const std::string& name, const CellRecord& a, const CellRecord& b, Real tolerance,
                  Report& report) {
  const bool same_cell = a.hash == b.hash;
  ++report.cells;
  report.identical += same_numbers(a, b);
  if (same_cell && a.status != b.status) report.status.push_back(name);
  for (const Series& u : a.metrics)
    for (const Series& v : b.metrics) {
      if (u.name != v.name) continue;
      Comparison c{name, u.name, same_cell};
      c.a = mean_and_error(u.value);
      c.b = mean_and_error(v.value);
      if (same_cell) {
        c.difference = largest_difference(u.value, v.value);
        c.agree = c.difference <= tolerance;
      } else {
        c.p_value = welch_p_value(u.value, v.value);
      }
      report.metrics.push_back(std::move(c));
    }
}

/// Of m tests at family-wise level `level` each is judged at level/m (Bonferroni).
void judge_statistics(Report& report, Real level) {
  Real tests = 0;
  for (const Comparison& c : report.metrics) tests += !c.same_cell && !std::isnan(c.p_value);
  for (Comparison& c : report.metrics)
    if (!c.same_cell && !std::isnan(c.p_value)) c.agree = c.p_value >= level / tests;
}

Report compare(const ResultFile& a, const ResultFile& b, Real tolerance, Real level) {
  Report report;
  const auto cells_a = finished_cells(a), cells_b = finished_cells(b);
  for (const auto& [name, record] : cells_a) {
    const auto other = cells_b.find(name);
    if (other == cells_b.end())
      ++report.only_a;
    else
      compare_cell(name, record, other->second, tolerance, report);
  }
  report.only_b = static_cast<std::int64_t>(cells_b.size()) - report.cells;
  judge_statistics(report, level);
  return report;
}

Value as_json(const Report& report) {
  Array metrics;
  for (const Comparison& c : report.metrics) {
    std::vector<Member> members = {{"cell", {c.cell}},     {"metric", {c.metric}},
                                   {"agree", {c.agree}},   {"same_cell", {c.same_cell}},
                                   {"mean_a", {c.a.mean}}, {"error_a", {c.a.error}},
                                   {"mean_b", {c.b.mean}}, {"error_b", {c.b.error}}};
    if (c.same_cell)
      members.push_back({"relative_difference", {c.difference}});
    else
      members.push_back({"p_value", {c.p_value}});
    metrics.push_back(object(std::move(members)));
  }
  return object({{"agree", {report.disagreements() == 0}},
                 {"cells", {report.cells}},
                 {"identical", {report.identical}},
                 {"only_a", {report.only_a}},
                 {"only_b", {report.only_b}},
                 {"other_status", texts(report.status)},
                 {"metrics", {std::move(metrics)}}});
}

std::string as_text(const Report& report) {
  std::string text;
  for (const std::string& cell : report.status)
    text += fmt::format("{}: the same cell ended with another status\n", cell);
  std::vector<std::vector<std::string>> rows;
  for (const Comparison& c : report.metrics)
    if (!c.agree)
      rows.push_back({c.cell, c.metric, mean_text(c.a, 6), mean_text(c.b, 6),
                      c.same_cell ? fmt::format("relative difference {:.2g}", c.difference)
                                  : fmt::format("p = {:.2g}", c.p_value)});
  text += columns(rows);
  text += fmt::format(
      "{} cells in both files, {} identical to the bit; {} numbers compared, {} "
      "disagree",
      report.cells, report.identical, report.metrics.size(), report.disagreements());
  if (report.only_a + report.only_b > 0)
    text += fmt::format("; {} cells only in the first file, {} only in the second", report.only_a,
                        report.only_b);
  return text + "\n";
}

}  // namespace

int compare_command(const Invocation& call) {
  Arguments arguments(
      "compare", "A.h5 B.h5 | FILE.h5 --paired LABEL,LABEL | --draws A B",
      "Compare the cells that both files have finished, matched by sampler and coordinates. The "
      "same\n"
      "cell (equal hash) must give the same numbers to a relative tolerance; a cell with another\n"
      "seed, budget or version the same means, by Welch's test at a level for all tests together.\n"
      "Exit code 0: they agree; 1: they do not; 2: nothing to compare.\n"
      "With --paired: two samplers of one file, replicate by replicate, which share their random\n"
      "numbers: mean difference of every metric, its interval, a sign-flip test, Holm; exit code "
      "0.\n"
      "With --draws: two files of independent draws (.h5, .npz, .npy, .csv, weights as for score), "
      "one\n"
      "law? Energy distance and Kolmogorov-Smirnov in coordinates, directions and radius, by\n"
      "permutation; the effect and what is excluded. Exit code 1: different laws.");
  arguments.option("tolerance", "R", "relative difference that rounding explains (default 1e-9)")
      .option("level", "P",
              "chance of a false alarm among all tests (default 0.001; paired and draws 0.01)")
      .option("paired", "A,B", "compare these two samplers of one file")
      .flag("draws", "the two files hold draws")
      .flag("json", "for programs");
  if (!arguments.parse(call.words, 1, 2)) return 0;
  arguments.exclusive("draws", "paired");
  const Real tolerance = arguments.number("tolerance").value_or(1e-9);
  const Real level = arguments.number("level").value_or(1e-3);
  if (!(tolerance >= 0))
    throw SpecError("--tolerance", *arguments.text("tolerance"), "must be ≥ 0");
  if (!(level > 0 && level < 1))
    throw SpecError("--level", *arguments.text("level"), "must be in (0, 1)");
  if (const auto pair = arguments.text("paired")) {
    if (arguments.words().size() != 1 || arguments.has("tolerance"))
      throw UsageError("plumbline compare: --paired takes one file and no --tolerance");
    return print_paired(arguments.words()[0], *pair, arguments.number("level").value_or(0.01),
                        arguments.has("json") ? Output::json : Output::text);
  }
  if (arguments.words().size() != 2)
    throw UsageError("plumbline compare: needs two files, or one and --paired LABEL,LABEL");
  if (arguments.has("draws")) {
    if (arguments.has("tolerance"))
      throw UsageError("plumbline compare: --draws takes no --tolerance");
    return print_draws_comparison(arguments.words()[0], arguments.words()[1],
                                  arguments.number("level").value_or(0.01),
                                  arguments.has("json") ? Output::json : Output::text);
  }
  const Report report = compare(open_result(arguments.words()[0]),
                                open_result(arguments.words()[1]), tolerance, level);
  if (report.metrics.empty())
    throw UsageError("plumbline compare: the files have no finished cell and metric in common");
  if (arguments.has("json"))
    print_json(as_json(report));
  else
    print(as_text(report));
  return report.disagreements() > 0 ? 1 : 0;
}

}  // namespace plumbline::cli
