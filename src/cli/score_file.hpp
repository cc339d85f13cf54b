// Every number of a verdict on draws, as HDF5: `score --out`. results/README.md.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "harness/judge/scoring.hpp"

namespace plumbline::cli {

/// What belongs to a score and is not in it.
struct ScoreOrigin {
  std::string label, problem_hash, command;
};

/// The first 2000 draws (fewer in many dimensions), and five times as many exact ones, are there
/// too: what analysis/score.py draws. IoError.
void write_score(const std::filesystem::path& out, const Exec& exec, const Problem& problem,
                 const std::vector<Ensemble>& sets, const Score& score, const ScoreOptions& options,
                 const ScoreOrigin& origin, Rng rng);

}  // namespace plumbline::cli
