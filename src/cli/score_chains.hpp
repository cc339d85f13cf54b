// score, of draws that say that they are Markov chains'.
#pragma once

#include "cli/arguments.hpp"
#include "cli/commands.hpp"
#include "harness/judge/chain_score.hpp"
#include "harness/judge/scoring.hpp"

namespace plumbline::cli {

/// What is judged, read and placed.
struct GivenChains {
  Exec exec;
  const Problem& problem;
  const std::vector<Ensemble>& sets;
  Index length;
  std::string label, problem_hash;
};

/// SpecError at `where` unless a file's chains are as long as those of the first file.
void require_same_chains(Index length, Index first, const std::string& first_file,
                         const Location& where);

/// Judges, prints, writes --out; the exit code. SpecError for options that have no meaning here.
int score_chains_command(const Invocation& call, const Arguments& arguments,
                         const GivenChains& given, const ScoreOptions& options);

}  // namespace plumbline::cli
