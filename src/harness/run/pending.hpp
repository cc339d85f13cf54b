// Why cells are to be run although a result file is there.
#pragma once

#include <string>

#include "harness/sweep/plan.hpp"
#include "io/result/result_file.hpp"

namespace plumbline {

/// What the plan and the file differ in: "metric mmd is new, draws 64 → 128". For messages: a cell
/// counts by its hash alone.
std::string why_pending(const Plan& plan, const ResultFile& file);

/// What is to be run, cells and exact draws: how many there are; of how many only metrics are to be
/// measured; of how many the first replicates are done.
struct Pending {
  Index jobs = 0, akin = 0, begun = 0;
};

/// Why there is something to run although there are results in `file`, and what of it; "" where
/// nothing is to be said. `why` as of `why_pending`.
std::string what_runs(const Pending& pending, const std::string& file, const std::string& why,
                      bool without_digests);

}  // namespace plumbline
