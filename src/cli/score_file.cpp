// A score as named arrays.
#include "cli/score_file.hpp"

#include <algorithm>

#include "cli/score_text.hpp"
#include "core/named_enum.hpp"
#include "io/user/array_file.hpp"

namespace plumbline::cli {
namespace {

/// /<group>/<metric> [replicate], /<group>_null/<metric> [null_replicate], and what follows of them
/// in /<group>_verdict over the dimension `metric`.
void add_comparison(ArrayFile& file, const std::string& group, const Comparison& comparison) {
  for (const MetricSample& sample : comparison.samples) {
    const std::string& doc = sample.info.long_name;
    file.add(group + "/" + sample.info.name, {"replicate"},
             {static_cast<Index>(sample.values.size())}, sample.values, doc);
    file.add(group + "_null/" + sample.info.name, {"null_replicate"},
             {static_cast<Index>(sample.null.size())}, sample.null, doc + " of exact draws");
  }
  const std::vector<Calibrated>& metrics = comparison.verdict.metrics;
  std::vector<std::string> names;
  names.reserve(metrics.size());
  for (const Calibrated& metric : metrics) names.push_back(metric.metric);
  const std::string verdict = group + "_verdict";
  file.coordinate(verdict, "metric", names, "metric");
  const auto column = [&](const char* name, Real Calibrated::*number, const char* doc) {
    std::vector<double> values;
    values.reserve(metrics.size());
    for (const Calibrated& metric : metrics) values.push_back(metric.*number);
    file.add(verdict + "/" + name, {"metric"}, {static_cast<Index>(values.size())}, values, doc);
  };
  column("value", &Calibrated::value, "mean over the sets");
  column("floor", &Calibrated::floor, "mean over the sets of exact draws");
  column("floor_sd", &Calibrated::floor_sd, "standard deviation of one such set");
  column("excess", &Calibrated::excess, "(value - floor)/floor_sd, towards worse");
  column("excess_se", &Calibrated::excess_se, "standard error of the excess");
  column("p_value", &Calibrated::p_value, "of 'the values are the metric of exact draws'");
  file.add(verdict + "/p_adjusted", {"metric"}, {static_cast<Index>(metrics.size())},
           comparison.verdict.p_adjusted_all, "p_value after Holm over the metrics");
}

/// /excluded: by aspect, the smallest error that is excluded and what is tolerated.
void add_excluded(ArrayFile& file, const Score& score) {
  if (score.excluded.empty()) return;
  std::vector<std::string> aspects;
  std::vector<double> bounds, tolerances;
  for (const Excluded& e : score.excluded) {
    aspects.push_back(name_of(e.sizes.aspect));
    bounds.push_back(e.bound);
    tolerances.push_back(e.sizes.tolerance);
  }
  const auto count = static_cast<Index>(aspects.size());
  file.coordinate("excluded", "aspect", aspects, "in what a law may be wrong");
  file.add("excluded/bound", {"aspect"}, {count}, bounds, "errors of this size are excluded");
  file.add("excluded/tolerance", {"aspect"}, {count}, tolerances, "errors of this size are none");
}

/// /list: repeats and nearness of the sets and of exact ones.
void add_list(ArrayFile& file, const ListLook& list) {
  const auto column = [&](const std::string& group, const char* name,
                          const std::vector<double>& values, const char* dimension,
                          const char* doc) {
    file.add(group + "/" + name, {dimension}, {static_cast<Index>(values.size())}, values, doc);
  };
  const char* repeats = "draws that equal an earlier one";
  const char* nearness =
      "mean log distance to the nearest other draw, in the set's own standard deviations";
  column("list", "repeated", list.given.repeated, "replicate", repeats);
  column("list", "nearness", list.given.nearness, "replicate", nearness);
  column("list_null", "repeated", list.null.repeated, "null_replicate", repeats);
  column("list_null", "nearness", list.null.nearness, "null_replicate", nearness);
}

/// /where: the lines, and their directions and centres where they have any.
void add_where(ArrayFile& file, const WhereWrong& where, Index d) {
  if (where.lines.empty()) return;
  std::vector<std::string> texts;
  const auto count = static_cast<Index>(where.lines.size());
  HostMatrix directions = HostMatrix::Constant(count, d, nan), centres = directions;
  for (Index l = 0; l < count; ++l) {
    const Disagreement& line = where.lines[static_cast<std::size_t>(l)];
    texts.push_back(line.text());
    if (line.direction.size() == d) directions.row(l) = line.direction.transpose();
    if (line.centre.size() == d) centres.row(l) = line.centre.transpose();
  }
  file.coordinate("where", "line", texts, "what is wrong, the furthest out first");
  const auto column = [&](const char* name, Real Disagreement::*number, const char* doc) {
    std::vector<double> values;
    for (const Disagreement& line : where.lines) values.push_back(line.*number);
    file.add(std::string("where/") + name, {"line"}, {count}, values, doc);
  };
  column("value", &Disagreement::value, "of the draws");
  column("error", &Disagreement::error, "its standard error");
  column("right", &Disagreement::right, "of the target");
  column("low", &Disagreement::low, "lower end, for all lines at once");
  column("high", &Disagreement::high, "upper end, for all lines at once");
  column("z", &Disagreement::z, "standing from right, in standard errors");
  column("radius", &Disagreement::radius, "of the region, in deviations along the widest axes");
  file.add("where/direction", {"line", "coordinate"}, directions, "of length 1; NaN: none");
  file.add("where/centre", {"line", "coordinate"}, centres, "of the region or mode; NaN: none");
}

/// /draws and /exact: the first rows, and five times as many exact ones, for pictures.
void add_rows(ArrayFile& file, const Exec& exec, const Problem& problem,
              const std::vector<Ensemble>& sets, Rng rng) {
  constexpr Index most = 2000, most_numbers = 1'000'000;
  const Index d = problem.dimension(), n = sets.front().draws();
  const Index rows = std::max<Index>(1, std::min({most, most_numbers / d, n})), exact = 5 * rows;
  file.add("draws/x", {"draw", "coordinate"},
           HostMatrix(to_host_matrix(sets.front().x).topRows(rows)), "the first of the draws");
  file.add("draws/log_w", {"draw"}, HostVector(to_host_vector(sets.front().log_w).head(rows)),
           "their log weights");
  file.add("exact/x", {"draw", "coordinate"}, to_host_matrix(problem.draw_exact(exec, exact, rng)),
           "exact draws");
}

}  // namespace

void write_score(const std::filesystem::path& out, const Exec& exec, const Problem& problem,
                 const std::vector<Ensemble>& sets, const Score& score, const ScoreOptions& options,
                 const ScoreOrigin& origin, Rng rng) {
  ArrayFile file;
  file.attribute("schema", "plumbline-score/1");
  file.attribute("label", origin.label);
  file.attribute("finding", name_of(score.finding(options.judge.level)));
  file.attribute("sentence", score_sentence(score, options));
  file.attribute("level", fmt::format("{}", options.judge.level));
  file.attribute("draws", fmt::format("{}", score.draws));
  file.attribute("problem_hash", origin.problem_hash);
  file.attribute("command", origin.command);
  add_comparison(file, "judged", score.main);
  add_excluded(file, score);
  if (score.list) add_list(file, *score.list);
  add_where(file, score.where, problem.dimension());
  add_rows(file, exec, problem, sets, rng);
  file.write(out);
}

}  // namespace plumbline::cli
