// Rules of a verdict: typed, frozen by the first look, or usual.
#include "cli/verify_rules.hpp"

#include <fmt/format.h>

#include "cli/console.hpp"
#include "cli/selection.hpp"
#include "core/errors.hpp"
#include "harness/cover/rules.hpp"

namespace plumbline::cli {

JudgeOptions judge_options(const Arguments& arguments, const Tolerances& tolerances,
                           const std::optional<LookRecord>& look) {
  JudgeOptions options;
  options.tolerances = tolerances;
  const auto value = [&](const char* name, Real usual) {
    return arguments.number(name).value_or(frozen(look, name).value_or(usual));
  };
  options.level = value("level", options.level);
  options.margin = value("margin", options.margin);
  options.any_time = arguments.has("any-time") || arguments.has("until-settled");
  if (!(options.level > 0 && options.level < 0.5))
    throw SpecError("--level", *arguments.text("level"), "must be in (0, 0.5)");
  if (!(options.margin > 0)) throw SpecError("--margin", *arguments.text("margin"), "must be > 0");
  return options;
}

void hold_to_first_look(const std::filesystem::path& path, const std::optional<LookRecord>& look,
                        const std::vector<std::string>& rules, bool writes) {
  const std::string broken = look ? broken_rules(*look, rules) : "";
  if (broken.empty()) return;
  const std::string frozen_text =
      fmt::format("the first verdict on {} ({}) froze {}", path.string(), look->judged, broken);
  if (writes)
    throw UsageError(fmt::format(
        "plumbline verify: {}. To judge by other rules start anew, with other random numbers and "
        "in another file: plumbline verify SPEC.toml seed={} --out NEW.h5; to look without a "
        "verdict: --read-only",
        frozen_text, 1 + static_cast<Index>(frozen(look, "seed").value_or(0))));
  message(frozen_text + ": what follows is a look beside it, no verdict");
}

JudgeOptions options_of(const Arguments& arguments, const Plan& plan,
                        const std::filesystem::path& output) {
  std::optional<LookRecord> look;
  std::error_code unreadable;  // who writes there says why
  if (std::filesystem::exists(output, unreadable)) {
    const ResultFile file = open_result(output.string());
    if (file.layout().spec_hash == plan.layout.spec_hash) look = file.look();
  }
  const JudgeOptions options = judge_options(arguments, plan.sweep.tolerances, look);
  hold_to_first_look(output, look, rules_of(plan.layout, options), !arguments.has("read-only"));
  return options;
}

Tolerances judged_by(const std::optional<Plan>& given, const std::optional<Plan>& own,
                     const SweepLayout& layout, const std::optional<LookRecord>& look) {
  if (given) return given->sweep.tolerances;
  if (look) return tolerances_of(look->rules, {});
  return tolerances_of(layout.tolerances, own ? own->sweep.tolerances : Tolerances{});
}

}  // namespace plumbline::cli
