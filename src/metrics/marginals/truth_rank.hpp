// Simulation-based calibration: where the z* behind a drawn y ranks among the draws. Given y, z* is
// one more exact draw, so its randomised rank is uniform on [0, 1] for a sampler of the posterior,
// over replicates with their own z* and y (Cook et al. 2006; Talts et al. 2018).
#pragma once

#include "metrics/metric.hpp"

namespace plumbline {

/// SpecError("use") unless the problem's y is drawn anew per replicate.
void require_truth(const Problem& problem, std::string_view metric);

/// z* in the coordinates of a draw.   shapes  [1, d]
Matrix truth_as_draw(const Problem& problem);

/// The rank of `at` among weighted values, ties and its own place broken at random:
///
///     (Σ_{v_n < at} n w_n + u (1 + Σ_{v_n = at} n w_n)) / (n + 1),     u ~ U(0, 1) from `rng`.
///
/// With equal weights exactly uniform when `at` and the values are exchangeable, at any n; with
/// unequal ones as n → ∞. Draws that hang together (one chain, one run) are not
/// exchangeable with z*: thin them first. NaN for values that are not finite.
///   shapes  values, log_w [n]
Real randomised_rank(const Exec& exec, const Vector& values, const Vector& log_w, Real at, Rng rng);

/// What z* and the draws are ranked by, for the metrics below.   shapes  x [n, d] → value [n]
using RankedQuantity =
    std::function<void(const Exec&, const Problem&, const Matrix& x, const Vector& value)>;

/// The rank of z*'s quantity among the draws'; NaN for draws that cannot be measured.
Estimate truth_rank(const Exec& exec, const MetricInput& input, const RankedQuantity& quantity);

/// log p(x), the prior's density of what a draw holds: a quantity that knows no data.
void log_prior(const Exec& exec, const Problem& problem, const Matrix& x, const Vector& log_p);
/// log p(y | x): the observation model; for inpainting log p(x, y) − log p(x). NaN where that is no
/// density: a linear observation without noise, a class of a prior with points.
void log_likelihood_of_draws(const Exec& exec, const Problem& problem, const Matrix& x,
                             const Vector& log_p);

}  // namespace plumbline
