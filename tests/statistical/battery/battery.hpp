// Batteries of verdicts: many seeds of sweeps and files as users have them, judged as `verify` and
// `score` do. harness/verdict/README §1 says what they have to keep.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "harness/sweep/plan.hpp"
#include "harness/verdict/claim.hpp"
#include "record/cell.hpp"
#include "unit/deep.hpp"

namespace plumbline::test {

/// What is not a sampler's own of a sweep.
struct Setting {
  int seed = 1;
  Index replicates = 16, null_replicates = 32, draws = 300;
  std::string problem, metrics;
};
/// The problems of the batteries: modes that overlap, correlated coordinates.
std::string inpainting();
std::string linear();
std::string two_rows();  ///< linear, A Aᵀ not diagonal
std::string classes(Real gamma = 1);

std::string sweep(const Setting& setting, const std::string& samplers);

struct Judged {
  Plan plan;
  Results results;
  FileVerdict verdict;

  const ClaimVerdict& of(const std::string& label) const;
};
/// Runs a sweep and judges it; what comes out consistent is asked for its cover.
Judged judge(const std::string& sweep, const JudgeOptions& options = {});

/// Most of `trials` that happen with probability `p` each, but for one case in a thousand.
Index at_most(Index trials, Real p);

}  // namespace plumbline::test
