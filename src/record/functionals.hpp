// Signed functionals: averages over draws whose expectation under the target is known, less that.
// Their mean error is 0 for exact draws, whatever the sampler's weights: no floor to subtract.
// metrics/README §10.
#pragma once

#include <string>
#include <string_view>

#include "record/metric_info.hpp"

namespace plumbline {

/// Series of them stand among a cell's extras, under names that begin so; a file keeps them in the
/// group /functionals without it.
inline constexpr std::string_view functional_prefix = "functional:";
inline bool is_functional(std::string_view series) {
  return series.starts_with(functional_prefix);
}

/// Along at most so many principal axes, of at most so many components: the heaviest.
inline constexpr int functional_axes = 4, functional_components = 8;

/// What is said of one, by its name without the prefix: "location_1", "spread_2", "tails_3",
/// "dependence_1_2", "mass_5".
MetricInfo functional_info(const std::string& name);

}  // namespace plumbline
