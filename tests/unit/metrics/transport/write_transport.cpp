// Writes draws, exact reference draws, directions and distances for transport_test.py, one line
// "name: numbers" each: weighted draws against a tilted class, and equally weighted ones against a
// mixture in the plane (names that begin with mixture_).
#include <fmt/ostream.h>
#include <fmt/ranges.h>

#include <fstream>

#include "metrics/transport/projection.hpp"
#include "unit/metrics/support.hpp"

namespace {

void write(std::ofstream& out, const char* name, const std::vector<plumbline::Real>& values) {
  fmt::print(out, "{}: {}\n", name, fmt::join(values, " "));
}

}  // namespace

// NOLINTNEXTLINE(bugprone-exception-escape): an exception ends it, and the test that runs it
int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const Kokkos::ScopeGuard kokkos(argc, argv);
  using namespace plumbline;
  const Problem problem = test::tilted_target();
  const Index n = 200;
  const Ensemble draws = test::ensemble(test::normal_points(n, 2), test::uneven_weights(n));
  const Rng rng = Rng::from_seed(1);

  std::ofstream out(argv[1]);
  write(out, "draws", to_host(draws.x));
  write(out, "log_weights", to_host(draws.log_w));
  write(out, "reference", to_host(problem.draw_exact(Exec(), n, rng.stream("reference"))));
  write(out, "directions", to_host(random_directions(Exec(), rng.stream("directions"), 256, 2)));
  for (const char* metric : {"sliced_wasserstein_1", "sliced_wasserstein_2"})
    write(out, metric, {test::evaluate(metric, problem, draws).value});

  const std::vector<Real> weight = {.3, .7}, stddev = {1, 2};
  const Problem mixture = test::target(test::isotropic(weight, {{0, 0}, {5, 1}}, stddev));
  const Ensemble equal = test::ensemble(test::normal_points(n, 2, 1, 3));
  write(out, "mixture_weights", weight);
  write(out, "mixture_means", {0, 0, 5, 1});
  write(out, "mixture_stddevs", stddev);
  write(out, "mixture_draws", to_host(equal.x));
  write(out, "mixture_reference", to_host(mixture.draw_exact(Exec(), n, rng.stream("reference"))));
  for (const char* metric : {"wasserstein_2", "bures", "marginal_ks", "marginal_cvm"})
    write(out, (std::string("mixture_") + metric).c_str(),
          {test::evaluate(metric, mixture, equal).value});
  for (const char* metric : {"sliced_wasserstein_1", "sliced_wasserstein_2"})
    write(
        out, (std::string("mixture_") + metric).c_str(),
        {test::evaluate(metric, mixture, equal, 1, test::text_setting("against", "draws")).value});
  Table of_mixture = test::text_setting("against", "mixture"), bandwidth;
  bandwidth.set("bandwidth", {1.5});
  const Ensemble weighted = {equal.x, draws.log_w};
  write(out, "kernel_energy_distance",
        {test::evaluate("energy_distance", mixture, weighted, 1, of_mixture).value});
  write(out, "kernel_mmd", {test::evaluate("mmd", mixture, weighted, 1, bandwidth).value});
  write(out, "kernel_ksd", {test::evaluate("ksd", mixture, weighted).value});
  return out.good() ? 0 : 1;
}
