// metrics/marginal_ks.cpp – Kolmogorov–Smirnov distance of every coordinate to its exact posterior
// marginal; the worst coordinate counts.
#include "metrics/estimates/weighted.hpp"
#include "metrics/marginals/marginals.hpp"

namespace plumbline::marginal_ks {

/// worst(j, :) = (D, where, side): D = sup |F_P − F_Q| is reached at draw x_i, from the right
/// (side 1: F_P(x_i) − F_Q(x_i)) or from the left (side 0: F_Q(x_i−) − F_P(x_i−)).
void largest_gaps(const Exec& exec, const Marginals& at, const Matrix& worst) {
  const Index n = at.draws.draws();
  parallel_over(
      exec, "plumbline::metrics::largest_gaps", at.coordinates(), KOKKOS_LAMBDA(Index j) {
        Real largest = -1, where = 0, side = 0, below = 0;
        for (Index i = 0; i < n; ++i) {
          const Real over = at.draws.level(j, i) - at.right(j, i), under = at.left(j, i) - below;
          const Real gap = over > under ? over : under;
          if (gap > largest) {
            largest = gap;
            where = at.draws.x(j, i);
            side = over > under ? 1 : 0;
          }
          below = at.draws.level(j, i);
        }
        worst(j, 0) = largest;
        worst(j, 1) = where;
        worst(j, 2) = side;
      });
}

/// influence(n) = 1 for draws that F_P counts at the worst place.
void count_below(const Exec& exec, const Matrix& x, Index coordinate, Real centre, Real where,
                 Real side, const Vector& influence) {
  parallel_over(
      exec, "plumbline::metrics::count_below", x.extent(0), KOKKOS_LAMBDA(Index n) {
        const Real at = x(n, coordinate) - centre;
        influence(n) = at < where || (at == where && side == 1) ? 1 : 0;
      });
}

class MarginalKs final : public Metric {
 public:
  struct Settings {
    void visit(auto&&) {}
  };
  explicit MarginalKs(const Settings&) {}

  Needs needs(const Problem& problem, Index n) const override { return marginal_needs(problem, n); }

  Estimate evaluate(const Exec& exec, const MetricInput& input) const override {
    const Ensemble& ensemble = input.ensemble;
    if (!measurable(exec, ensemble)) return {};
    Real value = -1, where = 0, side = 0;
    Index coordinate = 0;
    over_marginals(exec, input, [&](const Marginals& at) {
      const Matrix gaps = make_matrix("worst", at.coordinates(), 3);
      largest_gaps(exec, at, gaps);
      const HostMatrix worst = to_host_matrix(gaps);
      for (Index j = 0; j < worst.rows(); ++j) {
        if (!(worst(j, 0) > value)) continue;
        value = worst(j, 0);
        where = worst(j, 1);
        side = worst(j, 2);
        coordinate = at.first + j;
      }
    });
    const Vector influence = make_vector("influence", ensemble.draws());
    count_below(exec, ensemble.x, coordinate, input.problem.target_mean()[coordinate], where, side,
                influence);
    return {value, influence_standard_error(exec, ensemble, influence)};
  }
};

}  // namespace plumbline::marginal_ks

namespace plumbline {

MetricEntry marginal_ks_metric() {
  return metric_entry<marginal_ks::MarginalKs>(
      {.name = "marginal_ks",
       .long_name = "Kolmogorov–Smirnov distance of the worst marginal",
       .units = "probability",
       .better = Better::lower,
       .summary =
           "max over coordinates i of sup_x |F_P,i(x) − F_Q,i(x)|, F_P,i the distribution "
           "function of the weighted draws' coordinate i, F_Q,i the exact posterior's: closed "
           "form, jumps included (a tilted class: that of as many exact draws). D_n itself, "
           "not √n D_n. Standard error of F_P where the gap is largest, draws taken as "
           "independent",
       .reference = "Kolmogorov 1933; Smirnov 1948",
       .cost = "O(d n (log n + K)), K components of weight above 1e-14"});
}

}  // namespace plumbline
