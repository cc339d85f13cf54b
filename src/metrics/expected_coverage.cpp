// metrics/expected_coverage.cpp – tests of accuracy with random points: how much of the draws lies
// nearer to a random reference point than x* does. Sees all coordinates at once.
#include "metrics/marginals/truth_rank.hpp"

namespace plumbline::expected_coverage {

/// value(n) = Σ_i ((x_ni − reference_i)/scale_i)².   shapes  reference, inverse_scale [d]
void squared_distances(const Exec& exec, const Vector& reference, const Vector& inverse_scale,
                       const Matrix& x, const Vector& value) {
  const int d = x.extent_int(1);
  parallel_over(
      exec, "plumbline::metrics::reference_distance", x.extent(0), KOKKOS_LAMBDA(Index n) {
        Real sum = 0;
        for (int i = 0; i < d; ++i) {
          const Real step = (x(n, i) - reference(i)) * inverse_scale(i);
          sum = Kokkos::fma(step, step, sum);
        }
        value(n) = sum;
      });
}

/// A draw of the prior that knows neither y nor x*.   shapes  [d]
Vector reference_point(const Exec& exec, const GaussianMixture& prior, Rng rng) {
  const Matrix row = make_matrix("reference", 1, prior.dimension());
  draw(exec, tables_at(exec, factored(exec, prior), NoiseLevel{}), rng, 0, row);
  return Kokkos::subview(row, 0, Kokkos::ALL);
}

/// 1 over the prior's standard deviations; 1 where it has none.   shapes  [d]
Vector inverse_scales(const GaussianMixture& prior) {
  const HostVector variance = prior.total_covariance().diagonal();
  return to_device("inverse_scale",
                   HostVector((variance.array() > 0).select(variance.array().rsqrt(), 1).matrix()));
}

class ExpectedCoverage final : public Metric {
 public:
  struct Settings {
    void visit(auto&&) {}
  };
  explicit ExpectedCoverage(const Settings&) {}

  void check(const Problem& problem) const override { require_truth(problem, "expected_coverage"); }

  Estimate evaluate(const Exec& exec, const MetricInput& input) const override {
    const GaussianMixture prior = input.problem.prior().marginal(input.problem.free());
    const Vector reference = reference_point(exec, prior, input.rng.stream("reference"));
    const Vector inverse_scale = inverse_scales(prior);
    return truth_rank(exec, input,
                      [&](const Exec& e, const Problem&, const Matrix& x, const Vector& value) {
                        squared_distances(e, reference, inverse_scale, x, value);
                      });
  }
};

}  // namespace plumbline::expected_coverage

namespace plumbline {

MetricEntry expected_coverage_metric() {
  return metric_entry<expected_coverage::ExpectedCoverage>(
      {.name = "expected_coverage",
       .long_name = "share of draws nearer to a random point than the truth",
       .units = "probability",
       .better = Better::zero,
       .has_floor = false,
       .law = Law::uniform,
       .summary = "Randomised rank in [0, 1] of |x* − r| among |x_n − r|, r a draw of the prior "
                  "that knows neither y nor x*, distances in prior standard deviations. Its "
                  "distribution function at 1 − α is the expected coverage of regions of "
                  "credibility 1 − α around random points: uniform over replicates for the exact "
                  "posterior. Draws must be independent: thin chains",
       .reference = "Lemos et al. 2023 (TARP)",
       .cost = "O(n d)"});
}

}  // namespace plumbline
