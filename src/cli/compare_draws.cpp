// Two files of draws for people and programs.
#include "cli/compare_draws.hpp"

#include <cmath>

#include "cli/arguments.hpp"
#include "cli/console.hpp"
#include "cli/json.hpp"
#include "core/ensemble.hpp"
#include "core/errors.hpp"
#include "core/text/numbers.hpp"
#include "harness/judge/same_law.hpp"
#include "harness/statistics/rate.hpp"

namespace plumbline::cli {
namespace {

/// All sets of a file as one.
GivenDraws all_draws(const std::string& path) {
  const std::vector<GivenDraws> sets = read_draws(path);
  Index rows = 0;
  for (const GivenDraws& set : sets) rows += set.x.rows();
  GivenDraws all{HostMatrix(rows, sets.front().x.cols()), {}, sets.front().chain_length, ""};
  if (sets.front().log_w.size() > 0) all.log_w.resize(rows);
  Index at = 0;
  for (const GivenDraws& set : sets) {
    all.x.middleRows(at, set.x.rows()) = set.x;
    if (all.log_w.size() > 0)
      all.log_w.segment(at, set.x.rows()) =
          set.log_w.array() - std::log(static_cast<Real>(sets.size()));
    at += set.x.rows();
  }
  if (all.x.cwiseAbs().maxCoeff() > largest_coordinate)
    throw SpecError("x", fmt::format("{:g}", all.x.cwiseAbs().maxCoeff()),
                    "must be numbers of at most 1e150: their squares overflow beyond",
                    Location{path});
  const Index worth =
      all.log_w.size() == 0
          ? rows
          : static_cast<Index>(1 / all.log_w.array().exp().square().sum() * (1 + 1e-9));
  if (worth < fewest_to_compare)
    throw SpecError(all.log_w.size() == 0 ? "x" : "log_w", fmt::format("{} draws", worth),
                    fmt::format("must be at least {}", fewest_to_compare), Location{path});
  return all;
}

std::string p_text(Real p) {
  return p < 1e-300 ? "p < 1e-300" : fmt::format("p = {:.2g}", p);
}

std::string sentence(const LawComparison& c, Real level) {
  const std::string distance = fmt::format("in {} the distribution functions differ by {:.3g}",
                                           c.widest.name, c.widest.distance);
  if (c.p_value < level)
    return fmt::format(
        "different laws ({}, level {:g}): {}, the means by {} pooled standard deviations",
        p_text(c.p_value), level, distance, with_error(c.widest.shift, c.widest.shift_error));
  return fmt::format(
      "not told apart ({}, level {:g}): {}; excluded are differences of more than {:.3g} there and "
      "on every line looked at, and shifts of a coordinate's mean by more than {:.3g} pooled "
      "standard deviations",
      p_text(c.p_value), level, distance, c.distance_bound, c.shift_bound);
}

std::string as_text(const LawComparison& c, Real level) {
  std::string text =
      fmt::format("{} and {} draws in {} dimension{}\n", c.a, c.b, c.d, c.d == 1 ? "" : "s");
  text += columns(
      {{"test", "statistic", "p"},
       {"energy distance", fmt::format("{:.4g}", c.energy), fmt::format("{:.2g}", c.p_energy)},
       {"largest KS distance, by permutation", fmt::format("{:.4g}", c.widest.distance),
        fmt::format("{:.2g}", c.p_lines)},
       {"the same, by a bound", "", fmt::format("{:.2g}", c.p_bound)}});
  for (const std::string& note : c.notes) text += wrapped("note: " + note, 100, 0);
  return text + wrapped(sentence(c, level), 100, 0);
}

Value as_json(const LawComparison& c, Real level) {
  return object({{"differ", {c.p_value < level}},
                 {"sentence", {sentence(c, level)}},
                 {"level", {level}},
                 {"p_value", {c.p_value}},
                 {"draws_a", {c.a}},
                 {"draws_b", {c.b}},
                 {"dimension", {c.d}},
                 {"energy", {c.energy}},
                 {"energy_draws", {c.energy_draws}},
                 {"p_energy", {c.p_energy}},
                 {"p_lines", {c.p_lines}},
                 {"p_bound", {c.p_bound}},
                 {"line", {c.widest.name}},
                 {"ks_distance", {c.widest.distance}},
                 {"shift", {c.widest.shift}},
                 {"shift_error", {c.widest.shift_error}},
                 {"distance_bound", {c.distance_bound}},
                 {"shift_bound", {c.shift_bound}},
                 {"notes", texts(c.notes)}});
}

}  // namespace

int print_draws_comparison(const std::string& a, const std::string& b, Real level, Output output) {
  const GivenDraws of_a = all_draws(a), of_b = all_draws(b);
  if (of_a.x.cols() != of_b.x.cols())
    throw SpecError("x", fmt::format("{} columns", of_b.x.cols()),
                    fmt::format("must be {}, as in {}", of_a.x.cols(), a), Location{b});
  const LawComparison comparison = compare_laws(of_a, of_b, level);
  if (output == Output::json)
    print_json(as_json(comparison, level));
  else
    print(as_text(comparison, level));
  return comparison.p_value < level ? 1 : 0;
}

}  // namespace plumbline::cli
