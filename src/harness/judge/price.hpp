// What settling the claims of a sweep may cost, before anything runs.
#pragma once

#include "harness/sweep/enlarge.hpp"
#include "harness/verdict/verdict.hpp"

namespace plumbline {

/// Rough: by simulated metrics of an exact sampler, taken as independent, at most three of them.
struct Price {
  Index cells = 0;       ///< that decide claims
  Index replicates = 0;  ///< of each, at which most of five such samplers are consistent; 0: not
                         ///< even at `most_growth` times the sweep's
  Real draws = 0;        ///< of all replicates of all cells then

  static constexpr Index most_growth = 64;
};

/// Of `run_until_settled`, were all samplers exact.
///   cost  a few tenths of a second at most
Price settling_price(const Plan& plan, const JudgeOptions& options);

}  // namespace plumbline
