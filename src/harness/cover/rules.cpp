// Rules as lines of text: compared as such.
#include "harness/cover/rules.hpp"

#include <fmt/ranges.h>

#include <algorithm>

#include "core/settings.hpp"
#include "core/text/numbers.hpp"

namespace plumbline {
namespace {

constexpr std::string_view between_name_and_value = " = ";

std::string name_of_rule(const std::string& rule) {
  return rule.substr(0, rule.find(between_name_and_value));
}

std::string value_of_rule(const std::string& rule) {
  const std::size_t at = rule.find(between_name_and_value);
  return at == std::string::npos ? "" : rule.substr(at + between_name_and_value.size());
}

const std::string* find_rule(const std::vector<std::string>& rules, const std::string& name) {
  for (const std::string& rule : rules)
    if (name_of_rule(rule) == name) return &rule;
  return nullptr;
}

std::optional<Real> number_of(const std::vector<std::string>& rules, const std::string& name) {
  const std::string* rule = find_rule(rules, name);
  return rule ? parse_number(value_of_rule(*rule)) : std::nullopt;
}

}  // namespace

std::vector<std::string> rules_of(const SweepLayout& layout, const JudgeOptions& options) {
  std::vector<std::string> rules = {fmt::format("level = {}", options.level),
                                    fmt::format("margin = {}", options.margin),
                                    fmt::format("seed = {}", layout.seed)};
  for (std::string& text : texts_of(options.tolerances)) rules.push_back(std::move(text));
  for (const MetricInfo& metric : layout.metrics)
    rules.push_back(fmt::format("metric {} = {}", metric.name, metric.settings));
  return rules;
}

std::optional<Real> frozen(const std::optional<LookRecord>& look, const std::string& name) {
  return look ? number_of(look->rules, name) : std::nullopt;
}

Tolerances tolerances_of(const std::vector<std::string>& rules, Tolerances usual) {
  usual.visit([&](const char* name, Real& value, const char*, const Range&) {
    value = number_of(rules, fmt::format("tolerance.{}", name)).value_or(value);
  });
  return usual;
}

std::string broken_rules(const LookRecord& look, const std::vector<std::string>& rules) {
  std::vector<std::string> broken;
  for (const std::string& rule : look.rules) {
    if (std::find(rules.begin(), rules.end(), rule) != rules.end()) continue;
    const std::string* now = find_rule(rules, name_of_rule(rule));
    broken.push_back(now ? fmt::format("{}, not {}", rule, value_of_rule(*now))
                         : name_of_rule(rule) + " is gone");
  }
  return fmt::format("{}", fmt::join(broken, "; "));
}

}  // namespace plumbline
