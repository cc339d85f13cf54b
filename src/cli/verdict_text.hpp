// Verdicts for people and for programs.
#pragma once

#include <string>
#include <vector>

#include "core/value.hpp"
#include "harness/judge/self_test.hpp"
#include "harness/verdict/claim.hpp"

namespace plumbline::cli {

/// What it adds up to, then every claim, contradicted ones first: what is found and, below, by
/// what, how it is wrong, and what else there is to say. One screen of them, or `all`.
std::string verdict_text(const FileVerdict& verdict, bool all = false);
/// "mean_error 0.312, floor 0.0180, excess 25 ± 4 sd, p = 2e-09": the number that decided.
std::string deciding_text(const CellVerdict& verdict);

/// `rounds` of a verdict at any time, each with as many entries as there are claims.
Value verdict_json(const FileVerdict& verdict, const std::vector<SelfCheck>& checks,
                   const std::vector<VerdictRecord::Round>& rounds = {});
Value calibrated_json(const Calibrated& metric, Real p_adjusted);

/// "failed: the posterior density integrates to 1 (problem point 2): 0.93, allowed 1 ± 0.01".
std::string check_text(const SelfCheck& check);

}  // namespace plumbline::cli
