// A table of statements × metrics, and one of trends.
#include "io/result/verdict_group.hpp"

#include "core/named_enum.hpp"
#include "io/hdf5/labelled_group.hpp"

namespace plumbline {
namespace {

using hdf5::Handle;
using hdf5::write_attribute;
using Statement = VerdictRecord::Statement;
using Trend = VerdictRecord::Trend;
using Round = VerdictRecord::Round;

/// One member of every row.
template <class T, class Row>
std::vector<T> column(const std::vector<Row>& rows, T Row::*member) {
  std::vector<T> values;
  values.reserve(rows.size());
  for (const Row& row : rows) values.push_back(row.*member);
  return values;
}

void describe(const Handle& variable, const std::string& long_name, const std::string& units = "") {
  write_attribute(variable, "long_name", long_name);
  if (!units.empty()) write_attribute(variable, "units", units);
}

void write_findings(LabelledGroup& group, const VerdictRecord& verdict) {
  std::vector<std::int8_t> finding, contradicted, flags;
  std::string meanings;
  for (const std::string& name : all_names<Finding>()) {
    flags.push_back(static_cast<std::int8_t>(flags.size()));
    meanings += (meanings.empty() ? "" : " ") + name;
  }
  for (const Statement& statement : verdict.statements) {
    finding.push_back(static_cast<std::int8_t>(statement.finding));
    contradicted.push_back(statement.contradicted);
  }
  const Handle variable = group.variable("finding", {"statement"}, finding);
  describe(variable, "what the numbers say of the sampler");
  write_attribute(variable, "flag_values", flags);
  write_attribute(variable, "flag_meanings", meanings);
  const Handle against = group.variable("contradicted", {"statement"}, contradicted);
  describe(against, "the finding contradicts the claim");
  write_attribute(against, "dtype", std::string("bool"));
}

void write_numbers(LabelledGroup& group, const VerdictRecord& verdict, const std::string& name,
                   std::vector<double> Statement::*member, const std::string& long_name) {
  std::vector<double> values;
  for (const Statement& statement : verdict.statements)
    values.insert(values.end(), (statement.*member).begin(), (statement.*member).end());
  describe(group.variable(name, {"statement", "metric"}, values), long_name, "1");
}

void write_statements(LabelledGroup& group, const VerdictRecord& verdict) {
  const std::vector<Statement>& rows = verdict.statements;
  group.dimension("statement", static_cast<std::int64_t>(rows.size()), "one per claim");
  group.dimension("metric", verdict.metrics, "metrics that were judged");
  const auto text = [&](const std::string& name, std::string Statement::*member,
                        const std::string& long_name) {
    describe(group.variable(name, {"statement"}, column(rows, member)), long_name);
  };
  text("label", &Statement::label, "sampler");
  text("place", &Statement::place, "where along the axes that the claim does not speak of");
  text("claim", &Statement::claim, "the limit in which the sampler should be exact");
  write_findings(group, verdict);
  describe(group.variable("cell", {"statement"}, column(rows, &Statement::cell)),
           "flat index of the cell that decided");
  text("deciding_metric", &Statement::deciding_metric, "metric that decided");
  describe(group.variable("further_draws", {"statement"}, column(rows, &Statement::further_draws)),
           "further draws that would settle it; -1: none would");
  text("note", &Statement::note, "what else there is to say");
  text("how", &Statement::how, "known expectations that its draws miss");
  write_numbers(group, verdict, "value", &Statement::value, "mean over replicates");
  write_numbers(group, verdict, "floor", &Statement::floor, "mean over exact draws");
  write_numbers(group, verdict, "floor_sd", &Statement::floor_sd, "its standard deviation");
  write_numbers(group, verdict, "statistic", &Statement::statistic, "excess over floor_sd");
  write_numbers(group, verdict, "statistic_se", &Statement::statistic_se, "its standard error");
  write_numbers(group, verdict, "p_value", &Statement::p_value, "p-value, uncorrected");
  write_numbers(group, verdict, "p_adjusted", &Statement::p_adjusted, "p-value, Holm");
  if (verdict.aspects.empty()) return;
  group.dimension("aspect", verdict.aspects, "in what draws may be wrong");
  std::vector<double> excluded;
  for (const Statement& statement : rows)
    excluded.insert(excluded.end(), statement.excluded.begin(), statement.excluded.end());
  describe(group.variable("excluded", {"statement", "aspect"}, excluded),
           "errors of this size and above are excluded; inf: none, nan: not looked for", "1");
}

void write_trends(LabelledGroup& group, const VerdictRecord& verdict) {
  const std::vector<Trend>& rows = verdict.trends;
  group.dimension("trend", static_cast<std::int64_t>(rows.size()), "a fit along a budget axis");
  describe(group.variable("trend_statement", {"trend"}, column(rows, &Trend::statement)),
           "which statement it belongs to");
  describe(group.variable("trend_axis", {"trend"}, column(rows, &Trend::axis)), "budget");
  describe(group.variable("trend_metric", {"trend"}, column(rows, &Trend::metric)), "metric");
  describe(group.variable("trend_text", {"trend"}, column(rows, &Trend::text)), "in words");
  const auto number = [&](const std::string& name, double Trend::*member,
                          const std::string& long_name) {
    describe(group.variable(name, {"trend"}, column(rows, member)), long_name, "1");
  };
  number("slope", &Trend::slope, "rate r of error ~ budget^-r");
  number("slope_low", &Trend::slope_low, "lower end of its 95 % interval");
  number("slope_high", &Trend::slope_high, "upper end of its 95 % interval");
  number("plateau", &Trend::plateau, "error that no budget removes");
  number("plateau_low", &Trend::plateau_low, "lower end of its 95 % interval");
  number("plateau_high", &Trend::plateau_high, "upper end of its 95 % interval");
  number("order", &Trend::order, "rate of the straight law that holds in the end");
  number("order_low", &Trend::order_low, "lower end of its 95 % interval");
  number("order_high", &Trend::order_high, "upper end of its 95 % interval");
  number("order_from", &Trend::order_from, "budget from which it holds");
}

void write_local_slopes(LabelledGroup& group, const VerdictRecord& verdict) {
  using LocalSlope = VerdictRecord::LocalSlope;
  const std::vector<LocalSlope>& rows = verdict.local_slopes;
  group.dimension("local", static_cast<std::int64_t>(rows.size()),
                  "two budgets of a trend that follow each other");
  describe(group.variable("local_trend", {"local"}, column(rows, &LocalSlope::trend)),
           "which trend they belong to");
  const auto number = [&](const std::string& name, double LocalSlope::*member,
                          const std::string& long_name) {
    describe(group.variable(name, {"local"}, column(rows, member)), long_name, "1");
  };
  number("local_from", &LocalSlope::from, "the coarser budget");
  number("local_to", &LocalSlope::to, "the finer budget");
  number("local_slope", &LocalSlope::slope, "rate of fall of the error between them");
  number("local_slope_low", &LocalSlope::low, "lower end of its 95 % interval");
  number("local_slope_high", &LocalSlope::high, "upper end of its 95 % interval");
}

/// One member of every round, [round, statement].
template <class To, class T>
std::vector<To> table(const std::vector<Round>& rounds, std::vector<T> Round::*member) {
  std::vector<To> values;
  for (const Round& round : rounds)
    for (const T& value : round.*member) values.push_back(static_cast<To>(value));
  return values;
}

void write_rounds(LabelledGroup& group, const VerdictRecord& verdict) {
  const std::vector<Round>& rounds = verdict.rounds;
  group.dimension("round", static_cast<std::int64_t>(rounds.size()),
                  "looks, each at more replicates");
  describe(group.variable("round_draws", {"round"}, column(rounds, &Round::draws)),
           "draws of all replicates of all cells until then", "1");
  const LabelledGroup::Dimensions of_statements = {"round", "statement"};
  describe(group.variable("round_replicates", of_statements,
                          table<std::int64_t>(rounds, &Round::replicates)),
           "replicates of the cell that decided");
  describe(
      group.variable("round_finding", of_statements, table<std::int8_t>(rounds, &Round::finding)),
      "what was found then, as `finding`");
  const auto number = [&](const std::string& name, std::vector<double> Round::*member,
                          const std::string& long_name) {
    describe(group.variable(name, of_statements, table<double>(rounds, member)), long_name, "1");
  };
  number("log_e", &Round::log_e, "log of the largest wealth of a bettor against the cell");
  number("theta_low", &Round::theta_low, "lowest bound of theta over its metrics");
  number("theta_high", &Round::theta_high, "highest bound of theta over its metrics");
}

}  // namespace

void write_looks(const Handle& at, const Looks& looks) {
  if (!looks.any()) return;
  write_attribute(at, "looks_once", looks.once);
  write_attribute(at, "looks_once_draws", looks.once_draws);
  write_attribute(at, "looks_any_time", looks.any_time);
  write_attribute(at, "looks_any_time_draws", looks.any_time_draws);
}

Looks read_looks(const Handle& at) {
  if (!hdf5::has_attribute(at, "looks_once")) return {};
  return {hdf5::read_integer_attribute(at, "looks_once"),
          hdf5::read_integer_attribute(at, "looks_any_time"),
          hdf5::read_real_attribute(at, "looks_once_draws"),
          hdf5::read_real_attribute(at, "looks_any_time_draws")};
}

void write_verdict(const Handle& file, const VerdictRecord& verdict) {
  LabelledGroup group(file, "verdict");
  write_attribute(group.handle(), "level", verdict.level);
  write_attribute(group.handle(), "margin", verdict.margin);
  write_attribute(group.handle(), "tests", verdict.tests);
  write_attribute(group.handle(), "command", verdict.command);
  write_attribute(group.handle(), "judged", verdict.judged);
  write_looks(group.handle(), verdict.looks);
  if (!verdict.statements.empty()) write_statements(group, verdict);
  if (!verdict.trends.empty()) write_trends(group, verdict);
  if (!verdict.local_slopes.empty()) write_local_slopes(group, verdict);
  if (!verdict.rounds.empty() && !verdict.statements.empty()) write_rounds(group, verdict);
}

}  // namespace plumbline
