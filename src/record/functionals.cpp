// Words for signed functionals.
#include "record/functionals.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace plumbline {

MetricInfo functional_info(const std::string& name) {
  struct Kind {
    std::string_view name, words, units;
  };
  static constexpr std::array kinds = {
      Kind{"location", "mean along principal axis", "posterior standard deviations"},
      Kind{"spread", "second moment along principal axis, over the posterior's", "1"},
      Kind{"tails", "share beyond the posterior's 5 % and 95 % along principal axis",
           "probability"},
      Kind{"dependence", "product moment of principal axes", "1"},
      Kind{"mass", "mass of component", "probability"}};
  const std::size_t end = name.find('_');
  const auto kind = std::find_if(kinds.begin(), kinds.end(), [&](const Kind& k) {
    return k.name == std::string_view(name).substr(0, end);
  });
  if (kind == kinds.end() || end == name.npos) return {name, "", "1"};
  std::string numbers = name.substr(end + 1);
  std::replace(numbers.begin(), numbers.end(), '_', ',');
  return {name, fmt::format("{} {}, less the truth", kind->words, numbers),
          std::string(kind->units)};
}

}  // namespace plumbline
