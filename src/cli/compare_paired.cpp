// Paired comparisons for people and programs.
#include "cli/compare_paired.hpp"

#include <cmath>

#include "cli/arguments.hpp"
#include "cli/console.hpp"
#include "cli/json.hpp"
#include "harness/statistics/rate.hpp"
#include "harness/verdict/paired.hpp"
#include "io/result/result_file.hpp"

namespace plumbline::cli {
namespace {

/// Which of the two has the better mean, when the difference is told from 0.
std::string winner(const PairedComparison& pair, Real level) {
  if (!(pair.p_adjusted < level)) return "not told apart";
  if (pair.better == Better::zero) return "differ";
  const bool a_is_less = pair.difference < 0;
  return (a_is_less == (pair.better == Better::lower) ? pair.cell_a : pair.cell_b) + " is better";
}

/// "–" where too few pairs have none.
std::string number_text(fmt::format_string<Real> format, Real value) {
  return std::isnan(value) ? "–" : fmt::format(format, Real(value));
}

std::string as_text(const std::vector<PairedComparison>& list, Real level) {
  std::vector<std::vector<std::string>> rows = {
      {"first", "second", "metric", "difference", "p (Holm)", "correlation", ""}};
  for (const PairedComparison& pair : list)
    rows.push_back({pair.cell_a, pair.cell_b, pair.metric,
                    with_error(pair.difference, (pair.high - pair.low) / 2),
                    number_text("{:.2g}", pair.p_adjusted), number_text("{:.2f}", pair.correlation),
                    winner(pair, level)});
  return columns(rows) +
         fmt::format(
             "{} comparisons; ± is half a {:g} % confidence interval of the mean difference, "
             "first − second\n",
             list.size(), 100 * (1 - level));
}

Value as_json(const std::vector<PairedComparison>& list, Real level) {
  Array pairs;
  for (const PairedComparison& pair : list)
    pairs.push_back(object({{"a", {pair.cell_a}},
                            {"b", {pair.cell_b}},
                            {"metric", {pair.metric}},
                            {"pairs", {pair.pairs}},
                            {"difference", {pair.difference}},
                            {"low", {pair.low}},
                            {"high", {pair.high}},
                            {"p_value", {pair.p_value}},
                            {"p_adjusted", {pair.p_adjusted}},
                            {"correlation", {pair.correlation}},
                            {"says", {winner(pair, level)}}}));
  return object({{"level", {level}}, {"pairs", {std::move(pairs)}}});
}

}  // namespace

int print_paired(const std::string& path, const std::string& pair, Real level, Output output) {
  const std::size_t comma = pair.find(',');
  if (comma == pair.npos)
    throw UsageError(fmt::format(
        "plumbline compare: --paired {}: two labels are needed, as in smc,exact", pair));
  const auto list = compare_paired(ResultFile::open(path).read(), pair.substr(0, comma),
                                   pair.substr(comma + 1), level);
  if (list.empty())
    throw UsageError("plumbline compare: the two have no finished cell and metric in common");
  if (output == Output::json)
    print_json(as_json(list, level));
  else
    print(as_text(list, level));
  return 0;
}

}  // namespace plumbline::cli
