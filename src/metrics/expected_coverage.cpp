// metrics/expected_coverage.cpp – tests of accuracy with random points: how much of the draws lies
// nearer to a random reference point than x* does. Sees all coordinates at once.
//
// A point may depend on y and on nothing else. Points that do not see the prior and the posterior
// alike; the law is right exactly when ranks around all points that depend on y are uniform (Lemos
// et al. 2023).
#include "metrics/marginals/truth_rank.hpp"

namespace plumbline::expected_coverage {

/// Where reference points come from.
enum class Points { posterior, prior };
constexpr auto names(Points) {
  return std::array{"posterior", "prior"};
}

struct Settings {
  Points points = Points::posterior;

  void visit(auto&& field) {
    field("points", points,
          "a reference point is a draw of the exact posterior, and so depends on y; or of the "
          "prior, and does not: then draws of the prior pass");
  }
};

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

/// What a distance is measured from and in, one number per coordinate of a draw.
struct Reference {
  Vector point, inverse_scale;
};

/// 1 over standard deviations; 1 where there is none.   shapes  [d]
Vector inverse_scales(const HostVector& variance) {
  return to_device("inverse_scale",
                   HostVector((variance.array() > 0).select(variance.array().rsqrt(), 1).matrix()));
}

/// A draw of the prior that knows neither y nor x*, and the prior's deviations.
Reference from_prior(const Exec& exec, const Problem& problem, Rng rng) {
  const GaussianMixture prior = problem.prior().marginal(problem.free());
  const Matrix row = make_matrix("reference", 1, prior.dimension());
  draw(exec, tables_at(exec, factored(exec, prior), NoiseLevel{}), rng, 0, row);
  return {Kokkos::subview(row, 0, Kokkos::ALL),
          inverse_scales(prior.total_covariance().diagonal())};
}

/// A draw of the exact posterior that does not know x*, and the posterior's deviations.
Reference from_posterior(const Exec& exec, const Problem& problem, Rng rng) {
  return {Kokkos::subview(problem.draw_exact(exec, 1, rng), 0, Kokkos::ALL),
          inverse_scales(problem.target_covariance().diagonal())};
}

class ExpectedCoverage final : public Metric {
 public:
  using Settings = expected_coverage::Settings;
  explicit ExpectedCoverage(const Settings& settings) : settings_(settings) {}

  void check(const Problem& problem) const override { require_truth(problem, "expected_coverage"); }
  bool depends_on_y() const override { return settings_.points == Points::posterior; }

  Estimate evaluate(const Exec& exec, const MetricInput& input) const override {
    const Rng rng = input.rng.stream("reference");
    const Reference reference = depends_on_y() ? from_posterior(exec, input.problem, rng)
                                               : from_prior(exec, input.problem, rng);
    return truth_rank(exec, input,
                      [&](const Exec& e, const Problem&, const Matrix& x, const Vector& value) {
                        squared_distances(e, reference.point, reference.inverse_scale, x, value);
                      });
  }

 private:
  Settings settings_;
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
       .needs_truth = true,
       .summary = "Randomised rank in [0, 1] of |x* − r| among |x_n − r|, r a draw of the exact "
                  "posterior given y that does not know x*, distances in posterior standard "
                  "deviations (points = \"prior\": of the prior, in prior ones). Its distribution "
                  "function at 1 − α is the expected coverage of regions of credibility 1 − α "
                  "around random points: uniform over replicates for the exact posterior. Around "
                  "points that do not depend on y the prior's draws are as uniform. Draws must be "
                  "independent: thin chains",
       .reference = "Lemos et al. 2023 (TARP)",
       .cost = "O(n d)"});
}

}  // namespace plumbline
