// Verdicts on draws made elsewhere, for people and for programs.
#pragma once

#include <string>

#include "core/value.hpp"
#include "harness/judge/scoring.hpp"

namespace plumbline::cli {

/// "inconsistent: mean_error is 12 ± 1 null standard deviations off …": the verdict and what it
/// rests on.
std::string score_sentence(const Score& score, const ScoreOptions& options);

/// The table of metrics, notes, and the sentence.
std::string score_text(const Score& score, const ScoreOptions& options, const std::string& label);
Value score_json(const Score& score, const ScoreOptions& options, const std::string& label,
                 const std::string& problem_hash);

}  // namespace plumbline::cli
