// metrics/bures.cpp – Bures–Wasserstein distance: the 2-Wasserstein distance between the normals
// that share mean and covariance with the draws and with the posterior.
//
// All that two moments can say, in data units; blind to everything else. It never exceeds the
// 2-Wasserstein distance of the laws themselves (Gelbrich 1990).
#include <algorithm>
#include <cmath>

#include "core/arrays/elementwise.hpp"
#include "metrics/estimates/influence.hpp"
#include "metrics/estimates/weighted.hpp"
#include "metrics/metric.hpp"

namespace plumbline::bures {

/// Square roots of eigenvalues; what rounding made negative is 0.
HostVector roots(const SymmetricEigen& eigen) {
  return eigen.values.cwiseMax(0).cwiseSqrt();
}

/// tr √(R C R) for C = F Fᵀ and symmetric R, and R √(R C R)⁻¹ R: with R = √C_Q the optimal map from
/// N(0, C) to N(0, C_Q). From the singular values of R F, so that small ones are not lost in the
/// product; those below 1e-10 of the largest have no inverse.
struct Coupling {
  Real fidelity;
  HostMatrix map;
};
Coupling couple(const HostMatrix& r, const HostMatrix& f) {
  const SymmetricEigen inner = factor_eigen(r * f);
  const HostVector sigma = roots(inner);
  const Real least = 1e-10 * sigma.maxCoeff();
  HostVector inverse(sigma.size());
  for (Index i = 0; i < sigma.size(); ++i) inverse[i] = sigma[i] > least ? 1 / sigma[i] : 0;
  const HostMatrix side = r * inner.vectors;
  return {sigma.sum(), side * inverse.asDiagonal() * side.transpose()};
}

class Bures final : public Metric {
 public:
  struct Settings {
    void visit(auto&&) {}
  };
  explicit Bures(const Settings&) {}

  Needs needs(const Problem&, Index n) const override { return {few_need(n)}; }

  Estimate evaluate(const Exec& exec, const MetricInput& input) const override {
    const Ensemble& ensemble = input.ensemble;
    if (!measurable(exec, ensemble)) return {};
    const HostVector centre = mean(exec, ensemble);
    const HostVector shift = centre - input.problem.target_mean();
    const HostMatrix c1 = covariance(exec, ensemble);
    const HostMatrix& c2 = input.problem.target_covariance();
    const SymmetricEigen e1 = symmetric_eigen(c1), e2 = symmetric_eigen(c2);
    const HostMatrix root = e2.vectors * roots(e2).asDiagonal() * e2.vectors.transpose();
    const Coupling coupling = couple(root, e1.vectors * roots(e1).asDiagonal());
    // B² = |m_1 − m_2|² + tr C_1 + tr C_2 − 2 tr √(√C_2 C_1 √C_2)
    const Real square = shift.squaredNorm() + (c1.trace() + c2.trace() - 2 * coupling.fidelity);
    const Real value = std::sqrt(std::max(square, Real(0)));
    if (!(value > 0)) return {.value = value};
    // dB² = 2 (m_1 − m_2) · dm_1 + ⟨I − T, dC_1⟩, T the optimal map
    const HostMatrix gradient = HostMatrix::Identity(c1.rows(), c1.cols()) - coupling.map;
    const Vector at = to_device("centre", centre);
    const Vector influence = make_vector("influence", ensemble.draws());
    const Vector linear = make_vector("linear", ensemble.draws());
    quadratic_influence(exec, ensemble.x, at, to_device("gradient", gradient), influence);
    linear_influence(exec, ensemble.x, at, to_device("shift", HostVector(2 * shift)), linear);
    add(exec, influence, linear, influence);
    return {value, influence_standard_error(exec, ensemble, influence) / (2 * value)};
  }
};

}  // namespace plumbline::bures

namespace plumbline {

MetricEntry bures_metric() {
  return metric_entry<bures::Bures>(
      {.name = "bures",
       .long_name = "Bures–Wasserstein distance",
       .units = "data units",
       .better = Better::lower,
       .rounding = Rounding::root,
       .summary =
           "√(|m_P − m_Q|² + tr(C_P + C_Q − 2 (C_Q^½ C_P C_Q^½)^½)), mean m and covariance C "
           "of the weighted draws P (Σ w (x − m)(x − m)ᵀ, no n/(n − 1)) and of the exact "
           "posterior Q: the square root is taken, so a distance. Good to about 1e-7 of the "
           "spread, far below the floor. Standard error by the delta method, draws taken as "
           "independent",
       .reference = "Gelbrich 1990; Bhatia, Jain & Lim 2019",
       .cost = "O(n d² + d³)"});
}

}  // namespace plumbline
