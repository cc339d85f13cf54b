// Sizes of a layout, and the names that a file can hold.
#include "record/layout.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "core/errors.hpp"

namespace plumbline {
namespace {

/// HDF5 paths use '/', and '.' alone means the group itself.
void check_name(const std::string& key, const std::string& name) {
  if (name.empty() || name == "." || name.find('/') != std::string::npos ||
      name.find('\0') != std::string::npos)
    throw SpecError(key, name, "must be a name without '/', neither empty nor '.'");
}

/// The variables of one group; a second of the same name is an error.
class Names {
 public:
  explicit Names(std::string group) : group_(std::move(group)) {}
  void add(const std::string& key, const std::string& name) {
    check_name(key, name);
    if (!seen_.insert(name).second)
      throw SpecError(key, name, "is taken among the axes and metrics of '" + group_ + "'");
  }

 private:
  std::string group_;
  std::set<std::string> seen_;
};

}  // namespace

const std::vector<std::string>& reserved_labels() {
  static const std::vector<std::string> labels = {"null",    "problem", "samples",    "ess",
                                                  "verdict", "look",    "functionals"};
  return labels;
}

std::size_t length(const AxisValues& values) {
  return std::visit([](const auto& list) { return list.size(); }, values);
}

std::string value_text(const AxisValues& values, std::int64_t i) {
  const auto index = static_cast<std::size_t>(i);
  if (const auto* booleans = std::get_if<std::vector<std::int8_t>>(&values))
    return (*booleans)[index] ? "true" : "false";
  return std::visit([&](const auto& list) { return fmt::format("{}", list[index]); }, values);
}

std::int64_t SweepLayout::problem_points() const {
  std::int64_t points = 1;
  for (const AxisInfo& axis : problem_axes) points *= static_cast<std::int64_t>(axis.size());
  return points;
}

std::vector<AxisInfo> SweepLayout::axes(const SamplerLayout& sampler) const {
  std::vector<AxisInfo> all = problem_axes;
  all.insert(all.end(), sampler.axes.begin(), sampler.axes.end());
  return all;
}

bool SweepLayout::is_of_same_sweep(const SweepLayout& other) const {
  return spec_hash == other.spec_hash && name == other.name &&
         (tolerances.empty() || other.tolerances.empty() || tolerances == other.tolerances);
}

const SamplerLayout* SweepLayout::find_sampler(const std::string& label) const {
  for (const SamplerLayout& sampler : samplers)
    if (sampler.label == label) return &sampler;
  return nullptr;
}

void SweepLayout::check() const {
  std::set<std::string> labels;
  for (const SamplerLayout& sampler : samplers) {
    check_name("label", sampler.label);
    if (std::ranges::find(reserved_labels(), sampler.label) != reserved_labels().end())
      throw SpecError("label", sampler.label,
                      fmt::format("needs another name: these are taken: {}",
                                  fmt::join(reserved_labels(), ", ")));
    if (!labels.insert(sampler.label).second)
      throw SpecError("label", sampler.label, "is the label of another [[sampler]]: set `label`");

    Names names(sampler.label);
    for (const char* own :
         {"replicate", "null_replicate", "status", "message", "cell_hash", "draw", "draws",
          "coordinate", "dimension", "x", "log_w", "point", "claim", "evidence_claim"})
      names.add("name", own);
    for (const MetricInfo& metric : metrics) {
      for (const char* suffix : {"", "_se", "_floor", "_excess", "_p_value"})
        names.add("metrics", metric.name + suffix);
    }
    for (const MetricInfo& extra : extras) {
      names.add("name", extra.name);
      names.add("name", extra.name + "_se");
    }
    for (const AxisInfo& axis : axes(sampler)) {
      names.add("axis", axis.name);
      for (const Coordinate& coordinate : axis.zipped) {
        names.add("axis", coordinate.name);
        if (length(coordinate.values) != axis.size())
          throw SpecError("zip", coordinate.name,
                          "must have as many values as '" + axis.name + "'");
      }
    }
  }
}

}  // namespace plumbline
