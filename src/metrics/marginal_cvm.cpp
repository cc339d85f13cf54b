// metrics/marginal_cvm.cpp – Cramér–von Mises distance of every coordinate to its exact posterior
// marginal, averaged over coordinates.
//
// Between neighbouring draws F_P is a constant u, so the piece of ∫ (F_P − F_Q)² dF_Q is that of
// (u − v)² over v from F_Q(x_i) to F_Q(x_{i+1}−). For equal weights their sum is the textbook's
// 1/(12 n²) + (1/n) Σ ((i − ½)/n − F_Q(x_i))².
#include "metrics/estimates/weighted.hpp"
#include "metrics/marginals/marginals.hpp"

namespace plumbline::marginal_cvm {

/// ∫_a^b (u − v)² dv and ∫_a^b (u − v) dv.
struct Piece {
  Real square, signed_gap;
};
KOKKOS_INLINE_FUNCTION Piece piece(Real u, Real a, Real b) {
  const Real s = u - a, t = u - b;
  return {(b - a) * (s * s + s * t + t * t) / 3, (b - a) * (s + t) / 2};
}

/// square(j) = ∫ (F_P − F_Q)² dF_Q and beyond(j, i) = ∫_{x_i}^∞ (F_P − F_Q) dF_Q, from the top
/// down. An atom of F_Q at a draw counts with the gap right of it, once for all draws that share
/// it.
///   beyond may be at.right
void integrate_gaps(const Exec& exec, const Marginals& at, const Vector& square,
                    const Matrix& beyond) {
  const Index n = at.draws.draws();
  parallel_over(
      exec, "plumbline::metrics::integrate_gaps", at.coordinates(), KOKKOS_LAMBDA(Index j) {
        Real sum = 0, above = 0, next_left = 1;
        for (Index i = n - 1; i >= 0; --i) {
          const Real u = at.draws.level(j, i), left = at.left(j, i), right = at.right(j, i);
          if (next_left >= right) {  // else the next draw shares the atom of this one
            const Piece rest = piece(u, right, next_left);
            sum += rest.square + (u - right) * (u - right) * (right - left);
            above += rest.signed_gap + (u - right) * (right - left);
          }
          beyond(j, i) = above;
          next_left = left;
        }
        square(j) = sum + piece(0, 0, next_left).square;
      });
}

/// influence(n) += (2/d) Σ_j beyond_j(x_nj): what one more draw at x_n adds to F_P from there on.
void add_gap_influence(const Exec& exec, const Matrix& x, const Marginals& at, const Matrix& beyond,
                       const Vector& influence) {
  const Index rows = at.coordinates(), first = at.first;
  const ProjectedDraws draws = at.draws;
  const Vector centre = at.centre;
  const Real scale = 2 / static_cast<Real>(x.extent(1));
  parallel_over(
      exec, "plumbline::metrics::gap_influence", x.extent(0), KOKKOS_LAMBDA(Index n) {
        Real sum = 0;
        for (Index j = 0; j < rows; ++j) {
          const Real t = x(n, first + j) - centre(first + j);
          Index low = 0, high = draws.draws() - 1;  // the first draw not below t
          while (low < high) {
            const Index middle = (low + high) / 2;
            const bool below = draws.x(j, middle) < t;
            (below ? low : high) = below ? middle + 1 : middle;
          }
          sum += beyond(j, low);
        }
        influence(n) += scale * sum;
      });
}

class MarginalCvm final : public Metric {
 public:
  struct Settings {
    void visit(auto&&) {}
  };
  explicit MarginalCvm(const Settings&) {}

  Needs needs(const Problem& problem, Index n) const override { return marginal_needs(problem, n); }

  Estimate evaluate(const Exec& exec, const MetricInput& input) const override {
    const Ensemble& ensemble = input.ensemble;
    if (!measurable(exec, ensemble)) return {};
    const Vector influence = make_vector("influence", ensemble.draws());
    Kokkos::deep_copy(exec, influence, 0);
    Real sum = 0;
    over_marginals(exec, input, [&](const Marginals& at) {
      const Vector square = make_vector("square", at.coordinates());
      integrate_gaps(exec, at, square, at.right);
      add_gap_influence(exec, ensemble.x, at, at.right, influence);
      exec.fence("plumbline::metrics::marginal_cvm");
      for (const Real s : to_host(square)) sum += s;
    });
    return {sum / ensemble.dimension(), influence_standard_error(exec, ensemble, influence)};
  }
};

}  // namespace plumbline::marginal_cvm

namespace plumbline {

MetricEntry marginal_cvm_metric() {
  return metric_entry<marginal_cvm::MarginalCvm>(
      {.name = "marginal_cvm",
       .long_name = "mean Cramér–von Mises distance of the marginals",
       .units = "squared probability",
       .better = Better::lower,
       .usual = true,
       .summary =
           "(1/d) Σ_i ∫ (F_P,i − F_Q,i)² dF_Q,i, F_P,i the distribution function of the "
           "weighted draws' coordinate i, F_Q,i the exact posterior's: closed form between "
           "draws (a tilted class: that of as many exact draws). ω² itself, not n ω²: 1/(6 n) "
           "on average on n exact draws. Standard error by the delta method, draws taken as "
           "independent",
       .reference = "Cramér 1928; von Mises 1928; Anderson & Darling 1952",
       .cost = "O(d n (log n + K)), K components of weight above 1e-14"});
}

}  // namespace plumbline
