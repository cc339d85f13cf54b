// Prints the bits of the score and of products with the covariance of X | z, of every kind, for
// same_bits.cmake to compare between thread counts.
#include <fmt/format.h>

#include "mixture/covariance_product.hpp"
#include "unit/mixture/support.hpp"

namespace plumbline {
namespace {

/// Bits folded together, so that one changed entry changes the line.
void print(const char* what, int d, const Real* values, Index n) {
  std::uint64_t h = 0;
  for (Index i = 0; i < n; ++i) h = (h ^ math::bits_of(values[i])) * 0x100000001b3 + 1;
  fmt::print("{} d {} {:016x}\n", what, d, h);
}

void print_digests(const Exec& exec, CovarianceKind kind, int d) {
  const Index n = 1597;
  const int m = 2;
  const MixtureTables tables = testing_mixture::tables_of(
      testing_mixture::random_mixture({.kind = kind, .components = 11, .dimension = d}, 2),
      testing_mixture::ou_level(0.7));
  const Rng rng = Rng::from_seed(1);
  const Matrix z = make_matrix("z", n, d), u = make_matrix("u", n, d), a = make_matrix("A", m, d);
  const Matrix x_0 = make_matrix("denoised", n, d), out = make_matrix("out", n, d);
  const Cube observed = make_cube("observed", n, m, m);
  fill_normal(exec, rng, 0, z);
  fill_normal(exec, rng, 1, u);
  fill_normal(exec, rng, 2, a);
  score(exec, tables, z, out);
  print("score", d, to_host(out).data(), n * d);
  denoised(exec, tables, z, x_0);
  covariance_product(exec, tables, z, x_0, u, out);
  print("product", d, to_host(out).data(), n * d);
  const ObservedDirections directions = observed_directions(exec, tables.mixture, a);
  look_at(exec, tables, directions);
  observed_covariance(exec, tables, directions, z, x_0, observed);
  print("observed", d, host_copy(observed).data(), n * m * m);
}

/// Points that leave out groups, and share blocks by where they are.
void print_data_set(const Exec& exec) {
  const Index n = 1597;
  testing_mixture::Numbers numbers(3);
  const MixtureTables tables =
      testing_mixture::tables_of(GaussianMixture::points(numbers.normals(1000, 2)), {1, 0, 1e-4});
  const Matrix z = make_matrix("z", n, 2), out = make_matrix("out", n, 2);
  fill_normal(exec, Rng::from_seed(1), 0, z);
  score(exec, tables, z, out);
  print("score of a data set", 2, to_host(out).data(), n * 2);
}

}  // namespace
}  // namespace plumbline

int main(int argc, char** argv) {
  const Kokkos::ScopeGuard kokkos(argc, argv);
  const plumbline::Exec exec;
  fmt::print("threads {}\n", exec.concurrency());
  using plumbline::CovarianceKind;
  for (const auto kind :
       {CovarianceKind::isotropic, CovarianceKind::diagonal, CovarianceKind::full})
    for (const int d : {2, 5, 10, 20}) plumbline::print_digests(exec, kind, d);
  plumbline::print_data_set(exec);
}
