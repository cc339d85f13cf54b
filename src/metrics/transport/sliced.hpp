// Distances seen along directions: the target as lines show it, its transport cost to the draws
// along any directions, and the sliced Wasserstein distance, their mean over random ones.
#pragma once

#include <optional>

#include "metrics/metric.hpp"
#include "metrics/transport/line_transport.hpp"

namespace plumbline {

/// What the draws are compared with along a line.
enum class Against { mixture, draws };
constexpr auto names(Against) {
  return std::array{"mixture", "draws"};
}
inline constexpr const char* against_doc =
    "the exact projected mixture, or as many exact draws (a tilted class: draws, whatever is said)";

struct SlicedSettings {
  int projections = 256;
  Against against = Against::mixture;

  void visit(auto&& field) {
    field("projections", projections, "random directions, the same for all samplers of a replicate",
          at_least(1));
    field("against", against, against_doc);
  }
};

/// The side of the target: a mixture without its negligible components, or exact draws.
struct SlicedTarget {
  HostVector centre;  ///< what all projections are relative to
  std::optional<GaussianMixture> mixture = {};
  std::optional<Ensemble> reference = {};
};
/// Exact draws come from stream "reference" of the metric's random numbers, as many as there are
/// draws; they serve a target that is no mixture too.
SlicedTarget sliced_target(const Exec& exec, const MetricInput& input, Against against);

/// What `sliced_costs` holds.
Needs sliced_needs(const Problem& problem, Index n, Index projections);

/// W_p^p along each direction.
///
/// Directions go in batches of about 2^21 projected numbers: memory stays bounded, and no number
/// depends on the batch.
///   shapes  directions [M, d] → [M];  requires  measurable draws
std::vector<Real> sliced_costs(const Exec& exec, const Ensemble& ensemble,
                               const SlicedTarget& target, const Matrix& directions,
                               const Transport& transport);

/// The mean of W_p^p over random directions to the power 1/p and its standard error over
/// directions; NaN for draws that are not finite.
Estimate sliced_wasserstein(const Exec& exec, const MetricInput& input,
                            const SlicedSettings& settings, const Transport& transport);

}  // namespace plumbline
