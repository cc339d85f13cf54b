// What every metric asks of weighted draws: can they be measured, and how uncertain is an average
// of them.
#pragma once

#include "core/ensemble.hpp"

namespace plumbline {

/// True when there are draws, all finite, and some weight is positive; otherwise a metric is NaN.
bool measurable(const Exec& exec, const Ensemble& ensemble);

/// Standard error of a metric whose first-order change with the ensemble is Σ_n w_n h_n (delta
/// method; h_n is the influence of draw n, up to a constant):
///
///     √( Σ_n w_n² (h_n − h̄)² / (1 − Σ_n w_n²) ),      h̄ = Σ_n w_n h_n.
///
/// For equal weights the textbook s/√n. It takes the draws as independent: correlation within an
/// SMC run is not seen here, repetitions see it. NaN for one draw, or all weight on one.
///   shapes  influence [n]
Real influence_standard_error(const Exec& exec, const Ensemble& ensemble, const Vector& influence);

}  // namespace plumbline
