// Prints the bits of every kind of reduction and of bulk normals, for same_bits.cmake to compare
// between thread counts. The sizes leave a short last chunk and an odd number of chunks.
#include <fmt/format.h>

#include "core/ensemble.hpp"
#include "core/reduce.hpp"
#include "core/rng.hpp"

namespace plumbline {
namespace {

void print(const char* what, Real value) {
  fmt::print("{} {:016x}\n", what, math::bits_of(value));
}

/// Bits folded together, so that one changed entry changes the line.
void print(const char* what, const Real* values, Index n) {
  std::uint64_t h = 0;
  for (Index i = 0; i < n; ++i) h = (h ^ math::bits_of(values[i])) * 0x100000001b3 + 1;
  fmt::print("{} {:016x}\n", what, h);
}

void print_digests(const Exec& exec) {
  const Index n = 40 * reduction_chunk + 597;
  const int d = 7;
  const Rng rng = Rng::from_seed(1);
  const Matrix x = make_matrix("x", n, d);
  fill_normal(exec, rng, 3, x);
  print("normals", to_host(x).data(), n * d);

  const Matrix w = make_matrix("w", n, 1);
  fill_normal(exec, rng, 4, w);
  Ensemble ensemble{x, to_device("log_w", to_host(w))};
  const Real log_total = log_sum_exp(exec, ensemble.log_w);
  print("log_sum_exp", log_total);

  auto log_w = to_host(ensemble.log_w);
  for (Real& v : log_w) v -= log_total;
  ensemble.log_w = to_device("log_w", log_w);
  print("ess", effective_sample_size(exec, ensemble));
  print("mean", mean(exec, ensemble).data(), d);
  print("covariance", covariance(exec, ensemble).data(), d * d);
}

}  // namespace
}  // namespace plumbline

int main(int argc, char** argv) {
  const Kokkos::ScopeGuard kokkos(argc, argv);
  const plumbline::Exec exec;
  fmt::print("threads {}\n", exec.concurrency());
  plumbline::print_digests(exec);
}
