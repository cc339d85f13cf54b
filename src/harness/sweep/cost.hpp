// How long cells will take: declared score evaluations × the work of one × this machine's speed.
#pragma once

#include "harness/sweep/plan.hpp"

namespace plumbline {

/// Seconds per multiply-add of a score evaluation, measured on the plan's first problem in about
/// 20 ms. Predictions from it are good to a factor of two or so: metrics and launches are not in
/// it.
Real measure_speed(const Exec& exec, const Plan& plan);

/// Seconds of all replicates of a cell at `speed`.
Real predicted_seconds(const Plan& plan, const Cell& cell, Real speed);

}  // namespace plumbline
