// Five hot kernels, each once, in a function that callgrind knows by its name: what is counted is
// what happens inside (tests/instructions/count.py). Sizes are so that a kernel takes milliseconds
// natively; the results are checked by a sum, so that nobody counts a kernel that computes nothing.
#include <cmath>
#include <cstdio>

#include "metrics/transport/projection.hpp"
#include "mixture/covariance_product.hpp"
#include "mixture/draw.hpp"
#include "mixture/evaluate.hpp"
#include "samplers/smc/resampling.hpp"

namespace plumbline {
namespace {

/// K components scattered in D dimensions, unit variances.
GaussianMixture scattered(int components, int dimension) {
  const Rng rng = Rng::from_seed(1);
  HostMatrix means(components, dimension);
  for (int k = 0; k < components; ++k)
    for (int i = 0; i < dimension; ++i) means(k, i) = 4 * rng.normal(k, 0, i);
  return GaussianMixture::isotropic(HostVector::Ones(components), means,
                                    HostVector::Ones(components));
}

struct Points {
  Exec exec;
  MixtureTables tables;
  Matrix z, out;

  Points(Index n, int components, int dimension)
      : tables(
            tables_at(exec, factored(exec, scattered(components, dimension)), {0.6, -0.4, 0.64})),
        z(make_matrix("z", n, dimension)),
        out(make_matrix("out", n, dimension)) {
    draw(exec, tables, Rng::from_seed(2), 0, z);
  }
};

/// Σ |x|, finite and not 0.
bool computed(const Matrix& x) {
  Real sum = 0;
  for (const Real v : to_host(x)) sum += std::abs(v);
  return std::isfinite(sum) && sum > 0;
}

}  // namespace
}  // namespace plumbline

using namespace plumbline;

extern "C" {
[[gnu::noinline]] void counted_score_2d(const Points& p) {
  score(p.exec, p.tables, p.z, p.out);
}
[[gnu::noinline]] void counted_score_64d(const Points& p) {
  score(p.exec, p.tables, p.z, p.out);
}
[[gnu::noinline]] void counted_product_10d(const Points& p, const Matrix& m, const Matrix& u) {
  covariance_product(p.exec, p.tables, p.z, m, u, p.out);
}
[[gnu::noinline]] const IndexVector& counted_systematic(const Exec& exec, Resampler& resampler,
                                                        const Vector& w,
                                                        const IndexVector& wanted) {
  return resampler.choose(exec, w, wanted, Rng::from_seed(3), 0);
}
[[gnu::noinline]] ProjectedDraws counted_project(const Exec& exec, const LineRoom& room,
                                                 const Matrix& directions) {
  return project(exec, room, directions);
}
}

/// Says which kernel computed nothing.
bool right = true;
void expect(bool holds, const char* kernel) {
  if (!holds) std::fprintf(stderr, "%s computes rubbish\n", kernel);
  right = right && holds;
}

int main(int argc, char** argv) {
  const Kokkos::ScopeGuard kokkos(argc, argv);
  {
    const Points p(8192, 25, 2);
    counted_score_2d(p);
    expect(computed(p.out), "score_2d");
  }
  {
    const Points p(512, 100, 64);
    counted_score_64d(p);
    expect(computed(p.out), "score_64d");
  }
  {
    const Points p(2048, 25, 10);
    const Matrix m = make_matrix("m", 2048, 10), u = make_matrix("u", 2048, 10);
    denoised(p.exec, p.tables, p.z, m);
    fill_normal(p.exec, Rng::from_seed(4), 0, u);
    counted_product_10d(p, m, u);
    expect(computed(p.out), "product_10d");
  }
  {
    const Exec exec;
    const Index n = 100000;
    const Matrix w = make_matrix("w", 1, n);
    fill_normal(exec, Rng::from_seed(5), 0, w);
    std::vector<Real> weights = to_host(w);
    for (Real& v : weights) v *= v;
    Resampler resampler(Resampling::systematic, 1, n);
    const IndexVector wanted = make_index_vector("wanted", 1);
    Kokkos::deep_copy(wanted, 1);
    const auto chosen =
        host_copy(counted_systematic(exec, resampler, to_device("w", weights), wanted));
    bool ascending = true;
    for (Index i = 1; i < n; ++i) ascending = ascending && chosen(i - 1) <= chosen(i);
    expect(ascending && chosen(n - 1) > n / 2, "systematic");
  }
  {
    const Exec exec;
    const Matrix x = make_matrix("x", 8192, 10);
    fill_normal(exec, Rng::from_seed(6), 0, x);
    const LineRoom room = line_room(exec, equally_weighted(x), HostVector::Zero(10), 8);
    const ProjectedDraws lines =
        counted_project(exec, room, random_directions(exec, Rng::from_seed(7), 8, 10));
    expect(computed(lines.x), "project");
  }
  if (right) std::puts("computed");
  return right ? 0 : 1;
}
