// The first look at a file: the rules that it froze, and the draws that are wrong by known amounts
// which were measured to say what is excluded.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace plumbline {

/// A set of exact draws of one problem point, made wrong by a known amount and measured.
struct PerturbedSet {
  std::string key;            ///< of problem, metrics, draws and seed: other numbers have another
  std::string aspect;         ///< in what it is wrong
  double size = 0;            ///< by how much
  std::int64_t number = 0;    ///< of its kind
  std::vector<double> value;  ///< [metric]; NaN where there is no number
};

/// Read back: later looks are held to the rules, and measure nothing twice.
struct LookRecord {
  std::string judged;                ///< when first, ISO 8601, UTC
  std::vector<std::string> rules;    ///< "level = 0.01", "tolerance location = 0.25", …
  std::vector<std::string> metrics;  ///< of the values
  std::vector<PerturbedSet> sets;
};

}  // namespace plumbline
