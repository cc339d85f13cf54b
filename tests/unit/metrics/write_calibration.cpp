// Writes draws, what they are drawn for, and metrics of calibration for calibration_test.py, one
// line "name: numbers" each: Rosenblatt's transform of weighted draws under a mixture of full
// covariances, and what is known of z* under a linear observation whose y was drawn.
#include <fmt/ostream.h>
#include <fmt/ranges.h>

#include <fstream>

#include "metrics/marginals/rosenblatt_scores.hpp"
#include "metrics/marginals/truth_rank.hpp"
#include "metrics/transport/projection.hpp"
#include "unit/metrics/support.hpp"

namespace plumbline {
namespace {

void write(std::ofstream& out, const std::string& name, const std::vector<Real>& values) {
  fmt::print(out, "{}: {}\n", name, fmt::join(values, " "));
}

std::vector<Real> flat(const HostMatrix& m) {
  return {m.data(), m.data() + m.size()};
}

void write_mixture(std::ofstream& out, const std::string& name, const GaussianMixture& mixture) {
  const HostVector& weights = mixture.weights();
  write(out, name + "_weights", {weights.begin(), weights.end()});
  write(out, name + "_means", flat(mixture.means()));
  std::vector<Real> all;
  for (int k = 0; k < mixture.components(); ++k)
    for (const Real v : flat(mixture.covariance(k))) all.push_back(v);
  write(out, name + "_covariances", all);
}

/// Two full covariances in three dimensions.
GaussianMixture correlated() {
  HostMatrix mu(2, 3), first(3, 3), second(3, 3);
  mu << -1, 0, 1, 2, 1, -1;
  first << 1, .6, .2, .6, 2, -.5, .2, -.5, .7;
  second << .5, -.2, 0, -.2, .4, .1, 0, .1, 1.5;
  return GaussianMixture::full((HostVector(2) << .3, .7).finished(), mu, {first, second});
}

void write_rosenblatt(std::ofstream& out) {
  const Problem problem = test::target(correlated());
  const Index n = 150;
  const Ensemble draws =
      test::ensemble(test::normal_points(n, 3, .4, 1.3), test::uneven_weights(n));
  const Rng rng = Rng::from_seed(1);
  const Matrix g = make_matrix("g", n, 3);
  rosenblatt_scores(Exec(), problem.posterior(), rng.stream("ties"), draws.x, g);
  write_mixture(out, "target", problem.posterior());
  write(out, "target_draws", to_host(draws.x));
  write(out, "target_log_w", to_host(draws.log_w));
  write(out, "scores", to_host(g));
  write(out, "directions", to_host(random_directions(Exec(), rng.stream("directions"), 32, 3)));
  write(out, "rosenblatt", {test::evaluate("rosenblatt", problem, draws).value});
}

void write_ranks(std::ofstream& out) {
  Table linear = test::text_setting("kind", "linear"), ou = test::text_setting("kind", "ou");
  linear.set("y", {std::string("draw")});
  linear.set("A", {Array{{Array{{1.0}, {-0.5}, {0.3}}}, {Array{{0.0}, {1.0}, {1.0}}}}});
  linear.set("noise", {0.7});
  const GaussianMixture prior = correlated();
  const Observed given = make_observation(linear, prior, Rng::from_seed(5));
  const Problem problem(Exec(), prior, NoiseProcess::from_settings(ou), given.observation,
                        given.truth);
  const Index n = 120;
  const Ensemble draws = {problem.draw_exact(Exec(), n, Rng::from_seed(3)),
                          test::ensemble(test::normal_points(n, 3), test::uneven_weights(n)).log_w};
  const Rng rng = Rng::from_seed(1);
  const LinearForm form = *problem.linear_form();
  write(out, "a", flat(form.a));
  write(out, "noise", flat(form.noise));
  write(out, "y", {form.y.begin(), form.y.end()});
  write(out, "truth", to_host(truth_as_draw(problem)));
  write(out, "draws", to_host(draws.x));
  write(out, "log_w", to_host(draws.log_w));
  write(out, "reference", to_host(problem.draw_exact(Exec(), 1, rng.stream("reference"))));
  write(out, "place", {rng.stream("ties").uniform(0, 0, 0), 0});
  for (const char* metric : {"hpd_coverage", "expected_coverage", "rank_log_likelihood"})
    write(out, metric, {test::evaluate(metric, problem, draws).value});
  const Estimate gap = test::evaluate("mmse_gap", problem, draws);
  write(out, "mmse_gap", {gap.value});
  write(out, "mmse_gap_se", {gap.standard_error});
}

}  // namespace
}  // namespace plumbline

// NOLINTNEXTLINE(bugprone-exception-escape): an exception ends it, and the test that runs it
int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const Kokkos::ScopeGuard kokkos(argc, argv);
  std::ofstream out(argv[1]);
  plumbline::write_rosenblatt(out);
  plumbline::write_ranks(out);
  return out.good() ? 0 : 1;
}
