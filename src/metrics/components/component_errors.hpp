// Errors component by component: the draws weighted by a component's responsibility, against the
// law that weighting gives under the exact target.
//
// For a mixture r_k q = π_k N_k: the exact law is component k itself, overlapping or not. A target
// that is no mixture is weighted the same way, from exact draws.
#pragma once

#include "metrics/metric.hpp"

namespace plumbline {

/// What component k's share should look like.
struct ComponentLaw {
  Real weight;
  HostVector mean;
  HostMatrix covariance;
};

/// One component's squared error e², and how e² changes to first order when a draw x joins it:
/// linear · (x − centre) + (x − centre)ᵀ quadratic (x − centre) − constant. Empty parts are absent.
struct ComponentError {
  Real square = 0;
  HostVector centre = {}, linear = {};
  HostMatrix quadratic = {};
  Real constant = 0;
};

/// e² of the draws as one component sees them (normalised weights w_n r_k(x_n)); `overall` is the
/// covariance of the whole target, for components that have none.
using ComponentMeasure = ComponentError (*)(const Exec& exec, const Ensemble& members,
                                            const ComponentLaw& exact, const HostMatrix& overall);

/// √(Σ_k min(π_k, p_k) e_k²), p_k = Σ_n w_n r_k(x_n), with its standard error by the delta method.
///
/// On n exact draws e_k² is of order 1/(n π_k) times the unit's, so every component adds about as
/// much. One that the draws miss has nothing to be measured and counts for nothing (component_mass
/// sees it); one of next to no mass cannot count for more than its mass, however few draws it got.
///   cost  responsibilities, twice over K when n K exceeds 2^24; per component what `measure` costs
Estimate component_error(const Exec& exec, const MetricInput& input, ComponentMeasure measure);
/// What that holds for n draws.
Needs component_needs(const Problem& problem, Index n);

}  // namespace plumbline
