// Why cells are to be run although a result file is there.
#pragma once

#include <string>

#include "harness/sweep/plan.hpp"
#include "io/result/result_file.hpp"

namespace plumbline {

/// What the plan and the file differ in: "metric mmd is new, draws 64 → 128". For messages: a cell
/// counts by its hash alone.
std::string why_pending(const Plan& plan, const ResultFile& file);

}  // namespace plumbline
