// The resolved problem of a point as numbers for the result file's /problem group.
#pragma once

#include "harness/sweep/problem_point.hpp"
#include "record/problem.hpp"

namespace plumbline {

/// Prior, posterior, y, evidence and moments; y and the evidence for each of `replicates` when y is
/// drawn.   cost  builds every replicate's Problem then
ProblemRecord describe_problem(Problems& problems, Index replicates);

}  // namespace plumbline
