// plumbline show: the cells of a result file, and for a single one every number and the command
// that runs it again.
#include <fmt/ranges.h>

#include <cmath>

#include "cli/agreement.hpp"
#include "cli/arguments.hpp"
#include "cli/commands.hpp"
#include "cli/console.hpp"
#include "cli/json.hpp"
#include "cli/selection.hpp"
#include "core/errors.hpp"
#include "record/functionals.hpp"

namespace plumbline::cli {
namespace {

Value numbers(const std::vector<double>& values) {
  Array array;
  for (const double v : values) array.push_back({v});
  return {std::move(array)};
}

Value as_json(const ResultFile& file, const Selected& cell) {
  std::vector<Member> members = {{"label", {cell.sampler->label}},
                                 {"kind", {cell.sampler->kind}},
                                 {"at", place_value(file.layout(), cell)},
                                 {"status", {status_text(cell)}},
                                 {"rerun", {rerun_command(file, cell)}}};
  if (!cell.record) return object(std::move(members));
  members.push_back({"hash", {cell.record->hash}});
  members.push_back({"messages", texts(cell.record->message)});
  Table metrics, errors;
  for (const auto* list : {&cell.record->metrics, &cell.record->extras})
    for (const Series& series : *list) {
      metrics.set(series.name, numbers(series.value));
      if (!series.se.empty()) errors.set(series.name, numbers(series.se));
    }
  members.push_back({"values", {std::move(metrics)}});
  members.push_back({"standard_errors", {std::move(errors)}});
  return object(std::move(members));
}

/// One line per cell: where, how it went, the mean of every metric.
std::string table(const ResultFile& file, const std::vector<Selected>& cells) {
  std::vector<std::vector<std::string>> rows = {{"cell", "status"}};
  for (const MetricInfo& metric : file.layout().metrics) rows[0].push_back(metric.name);
  for (const Selected& cell : cells) {
    const std::string place = place_text(file.layout(), cell);
    rows.push_back(
        {cell.sampler->label + (place.empty() ? "" : " (" + place + ")"), status_text(cell)});
    if (cell.record)
      for (const Series& metric : cell.record->metrics)
        rows.back().push_back(mean_text(mean_and_error(metric.value), 4));
  }
  return columns(rows);
}

std::string details(const ResultFile& file, const Selected& cell) {
  const std::string place = place_text(file.layout(), cell);
  std::string text = fmt::format("{}{}: {}\n", cell.sampler->label,
                                 place.empty() ? "" : " (" + place + ")", status_text(cell));
  std::vector<std::vector<std::string>> rows = {{"kind", cell.sampler->kind},
                                                {"claim", cell.sampler->claim},
                                                {"reference", cell.sampler->reference},
                                                {"settings", cell.sampler->settings}};
  if (cell.record) rows.push_back({"hash", cell.record->hash});
  rows.push_back({"again", rerun_command(file, cell)});
  text += columns(rows, 2);
  if (!cell.record) return text;
  for (std::size_t r = 0; r < cell.record->message.size(); ++r)
    if (!cell.record->message[r].empty())
      text += fmt::format("  replicate {}: {}: {}\n", r,
                          names(Status{})[static_cast<std::size_t>(cell.record->status[r])],
                          cell.record->message[r]);
  rows = {{"quantity", "mean ± error", "replicates"}};
  for (const auto* list : {&cell.record->metrics, &cell.record->extras})
    for (const Series& series : *list) {
      if (series.name == draws_digest) continue;  // no number to look at
      // --json has all of them
      if (is_functional(series.name) && !judges_dependent_draws(series)) continue;
      rows.push_back({series.name, mean_text(mean_and_error(series.value), 4),
                      fmt::format("{:.6g}", fmt::join(series.value, " "))});
    }
  return text + columns(rows, 2);
}

}  // namespace

int show_command(const Invocation& call) {
  Arguments arguments(
      "show", "FILE.h5 [LABEL] [AXIS=VALUE …]",
      "The cells of a result file with the means of their metrics over replicates. Name a\n"
      "sampler's LABEL and fix axes to see fewer; a single cell is shown with all its\n"
      "numbers, what went wrong, and the command that runs it again.");
  arguments.flag("json", "for programs: a list of cells");
  if (!arguments.parse(call.words, 1, any_number)) return 0;
  const ResultFile file = open_result(arguments.words().front());
  std::vector<std::string> where(arguments.words().begin() + 1, arguments.words().end());
  std::vector<std::string> labels;
  for (const SamplerLayout& sampler : file.layout().samplers) labels.push_back(sampler.label);
  if (!where.empty() && where.front().find('=') == std::string::npos) {
    if (!file.layout().find_sampler(where.front()))
      throw UsageError("plumbline show: " + not_one_of(where.front(), labels));
    labels = {where.front()};
    where.erase(where.begin());
  }

  std::vector<std::vector<CellRecord>> records;
  records.reserve(labels.size());
  for (const std::string& label : labels) records.push_back(file.cells(label));
  std::vector<Selected> cells;
  for (std::size_t i = 0; i < labels.size(); ++i)
    for (Selected& cell :
         select(file.layout(), *file.layout().find_sampler(labels[i]), records[i], where))
      cells.push_back(std::move(cell));
  if (arguments.has("json")) {
    Array array;
    for (const Selected& cell : cells) array.push_back(as_json(file, cell));
    print_json({std::move(array)});
  } else {
    print(cells.size() == 1 ? details(file, cells.front()) : table(file, cells));
  }
  return 0;
}

}  // namespace plumbline::cli
