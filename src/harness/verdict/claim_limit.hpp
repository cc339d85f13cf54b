// The limit of one claim: along which cells it is judged, and what they say of it. For claim.cpp
// alone.
#pragma once

#include <optional>

#include "harness/verdict/claim.hpp"
#include "harness/verdict/metric_samples.hpp"

namespace plumbline {

/// What belongs to one claim while it is judged.
struct ClaimCase {
  const Results& results;
  const MetricSamples& samples;
  const ClaimScope& scope;
  const JudgeOptions& options;
};

/// Of every metric along every budget axis, the others at their finest, and along all of a claim
/// together.
std::vector<Trend> trends_of(const ClaimCase& at, const CellRecord& corner,
                             const std::optional<Refinement>& together);

/// The finest cell is inconsistent: do the metrics say that the limit is? `level` for each.
void judge_limit(const ClaimCase& at, const CellRecord& corner,
                 const std::optional<Refinement>& together, Real level, ClaimVerdict& claim);

/// The finest cell settles nothing: do the functionals say that the limit is right, or what is left
/// of it? `level` for each of the latter.
void judge_functionals(const ClaimCase& at, const Refinement& together, Real level,
                       ClaimVerdict& claim);

/// "first order from steps = 32 on (1.04 ± 0.02) (location_1), as declared": of the smooth
/// functional with the largest error, in tolerances, that follows a straight law; "" without one.
std::string observed_order(const Refinement& together, const std::vector<FunctionalLimit>& limits);

}  // namespace plumbline
