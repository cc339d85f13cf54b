// Words for known functionals, and their names in files of earlier versions.
#include "record/functionals.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace plumbline {
namespace {

struct Kind {
  std::string_view name, words, units;
};
constexpr std::array functional_kinds = {
    Kind{"location", "mean along principal axis", "posterior standard deviations"},
    Kind{"spread", "second moment along principal axis", "posterior variances"},
    Kind{"tails", "share beyond the posterior's 5 % and 95 % along principal axis", "probability"},
    Kind{"dependence", "correlation of principal axes", "1"},
    Kind{"masses", "mass of component", "probability"}};

constexpr std::string_view average_prefix = "average_";

/// "mass_3" with `shift` added to its number; nothing for another name.
std::optional<std::string> masses_from(std::string_view name, int shift) {
  constexpr std::string_view mass = "mass_";
  int number = 0;
  if (!name.starts_with(mass)) return std::nullopt;
  name.remove_prefix(mass.size());
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (error != std::errc{} || end != name.data() + name.size()) return std::nullopt;
  return fmt::format("masses_{}", number + shift);
}

std::string renamed_average(std::string_view name) {
  constexpr std::string_view correlation = "correlation_";
  if (name.starts_with(correlation))
    return fmt::format("dependence_{}", name.substr(correlation.size()));
  return masses_from(name, 0).value_or(std::string(name));
}

}  // namespace

std::vector<double> where_ok(const Series& series, const std::vector<Status>& status) {
  std::vector<double> values = series.value;
  for (std::size_t r = 0; r < values.size() && r < status.size(); ++r)
    if (status[r] != Status::ok) values[r] = nan;
  return values;
}

MetricInfo functional_info(const std::string& name) {
  if (name == log_density_functional)
    return {name, "log density of the target", "standard deviations of exact draws"};
  if (name.starts_with(mass_rank_prefix))
    return {name, "mass of the component of rank " + name.substr(mass_rank_prefix.size()),
            "probability"};
  const std::size_t end = name.find('_');
  const auto kind =
      std::find_if(functional_kinds.begin(), functional_kinds.end(),
                   [&](const Kind& k) { return k.name == std::string_view(name).substr(0, end); });
  if (kind == functional_kinds.end() || end == name.npos) return {name, name, "1"};
  std::string numbers = name.substr(end + 1);
  if (const std::size_t second = numbers.find('_'); second != numbers.npos)
    numbers.replace(second, 1, " and ");
  return {name, fmt::format("{} {}", kind->words, numbers), std::string(kind->units)};
}

void rename_functionals(std::vector<Series>& extras) {
  std::vector<Series> averages;
  for (Series& series : extras) {
    const std::string_view name = series.name;
    if (is_functional(name)) {
      if (const auto masses = masses_from(name.substr(functional_prefix.size()), -1))
        series.name = std::string(functional_prefix) + *masses;
    } else if (name.starts_with(average_prefix)) {
      averages.push_back(series);
      averages.back().name =
          std::string(functional_prefix) + renamed_average(name.substr(average_prefix.size()));
    }
  }
  std::erase_if(extras,
                [](const Series& series) { return series.name.starts_with(average_prefix); });
  for (Series& average : averages) {
    const auto beside = std::find_if(extras.begin(), extras.end(), [&](const Series& series) {
      return series.name == average.name;
    });
    if (beside == extras.end())
      extras.push_back(std::move(average));
    else
      beside->se = std::move(average.se);
  }
}

}  // namespace plumbline
