// How a sweep is run: what the command line can say beside the sweep itself.
#pragma once

#include <filesystem>
#include <limits>
#include <string>

#include "harness/sweep/costs.hpp"

namespace plumbline {

/// Part k of N of a sweep, k from 1. Cells are dealt out in turn, so that shards cost about alike.
struct Shard {
  Index k = 1, of = 1;

  bool owns(Index job) const { return job % of == k - 1; }
};

struct RunOptions {
  std::filesystem::path output;  ///< X.h5
  Shard shard = {};
  Real max_seconds = infinity;
  bool force = false;   ///< run what is done too
  bool retry = false;   ///< run failed cells again (--failed)
  Index max_fail = 1;   ///< stop when this many cells have failed; at most unlimited_failures
  bool grows = false;   ///< more replicates than there are is what is asked for: not to be said
  std::string command;  ///< the command line, for the result file
  /// Seconds of timing before the first cell, for progress and limits; with all = 0 nothing is
  /// timed.
  ProbeTime probe = brief;
};

inline constexpr Index unlimited_failures = std::numeric_limits<Index>::max();

/// "90", "90s", "50m", "2h", "1d" → seconds. SpecError("--max-time").
Real parse_duration(const std::string& text);
/// "3/8". SpecError("--shard") unless 1 ≤ k ≤ N.
Shard parse_shard(const std::string& text);
/// Seconds as a person says them: "0.4 s", "12 s", "3 min 20 s", "2 h 5 min".
std::string duration_text(Real seconds);

/// results/<stem>.h5 beside the folder experiments/ the sweep lies in, else <stem>.h5 in results/
/// of the working folder; <stem>-quick.h5 for a shortened sweep.
std::filesystem::path default_output(const std::filesystem::path& sweep, bool quick);

}  // namespace plumbline
