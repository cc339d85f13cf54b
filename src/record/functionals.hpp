// Known functionals: averages over draws whose expectation under the target is known, less that.
// Their mean error is 0 for exact draws, whatever the sampler's weights: no floor to subtract.
// metrics/README §10.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "record/cell.hpp"
#include "record/metric_info.hpp"

namespace plumbline {

/// Series of them stand among a cell's extras, under names that begin so; a file keeps them in the
/// group /functionals without it.
inline constexpr std::string_view functional_prefix = "functional:";
inline bool is_functional(std::string_view series) {
  return series.starts_with(functional_prefix);
}

/// Where the draws of a replicate depend on each other, functionals that such cells are judged by
/// (harness/verdict/README §12) have standard errors: those of as many independent exact draws.
inline bool judges_dependent_draws(const Series& series) {
  return is_functional(series.name) && !series.se.empty();
}

/// Values of a series, NaN where the replicate did not end well.   shapes  both [replicate]
std::vector<double> where_ok(const Series& series, const std::vector<Status>& status);

/// Along at most so many principal axes, of at most so many components: the heaviest.
inline constexpr int functional_axes = 4, functional_components = 8;
/// At most so many of one target.
inline constexpr int most_functionals =
    functional_axes * (functional_axes + 5) / 2 + functional_components + 1;

/// The one whose expectation is no closed form but a mean over so many exact draws, the same for
/// all replicates unless each has a y of its own. Only dependent draws are judged by it.
inline constexpr std::string_view log_density_functional = "log_density";
inline constexpr int functional_exact_draws = 1 << 16;

/// "masses_rank_1": of the heaviest component of a target that is another for every replicate.
inline constexpr std::string_view mass_rank_prefix = "masses_rank_";

/// What is averaged and its unit, by the name without the prefix: "location_1", "spread_2",
/// "tails_3", "dependence_1_2" (principal axes, from 1: the widest), "masses_0" (components, from
/// 0), "masses_rank_1" (components, from the heaviest), "log_density". The name alone of an unknown
/// one.
MetricInfo functional_info(const std::string& name);

/// The extras of a record as earlier versions left them, in names of now: masses counted components
/// from 1 ("functional:mass_1"); averages of dependent draws stood beside the functionals, under
/// "average_", and are now their values or, where there are both, their standard errors.
void rename_functionals(std::vector<Series>& extras);

}  // namespace plumbline
