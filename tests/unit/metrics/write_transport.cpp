// Writes draws, directions' worth of exact reference draws and sliced distances of a tilted class
// for transport_test.py: one line "name: numbers" each.
#include <fmt/ostream.h>

#include <fstream>

#include "metrics/detail/projection.hpp"
#include "unit/metrics/support.hpp"

namespace {

void write(std::ofstream& out, const char* name, const std::vector<plumbline::Real>& values) {
  fmt::print(out, "{}: {}\n", name, fmt::join(values, " "));
}

}  // namespace

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
  return out.good() ? 0 : 1;
}
