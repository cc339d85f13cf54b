// Mixtures on a line: F, f, partial means and the quantile search, against quadrature and
// bisection.
#include "metrics/transport/line_mixture.hpp"

#include <gtest/gtest.h>

#include "unit/metrics/transport/lines.hpp"

namespace plumbline::test::line_mixture_test {
namespace {

const std::vector<reference::Line>& lines() {
  static const std::vector<reference::Line> all = {
      {{1}, {3}, {2}},
      {{.5, .5}, {-8, 8}, {1, 1}},                      // a gap of density 1e-14
      {{.2, .3, .5}, {-40, 0, 40}, {1, .5, 2}},         // gaps of density 0
      {{.01, .98, .01}, {-3, 0, 100}, {1e-3, 1, 1e-3}}  // narrow and rare
  };
  return all;
}

LineTable values_at(const reference::Line& line, const std::vector<Real>& x) {
  return evaluate_lines(Exec(), row_of(line), to_device("x", x, 1, static_cast<Index>(x.size())));
}

TEST(LineMixture, MatchesQuadrature) {
  for (const reference::Line& line : lines()) {
    const reference::Line exact = centred(line);
    std::vector<Real> x;
    for (int i = 0; i <= 40; ++i) x.push_back(exact.low() + (exact.high() - exact.low()) * i / 40);

    const LineTable at = values_at(line, x);

    const auto cdf = to_host(at.cdf), pdf = to_host(at.pdf), partial = to_host(at.partial_mean);
    const Real width = exact.high() - exact.low();
    Real mean = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      EXPECT_NEAR(cdf[i], exact.cdf(x[i]), 1e-15);
      EXPECT_NEAR(pdf[i], exact.pdf(x[i]), 1e-13 * (1 + exact.pdf(x[i])));
      if (i > 0)
        mean += reference::integral(
            exact, [&](Real t) { return t * exact.pdf(t); }, x[i - 1], x[i]);
      EXPECT_NEAR(partial[i], mean, 1e-14 * width) << x[i];
    }
  }
}

TEST(LineMixture, CountsComponentsThatAreFarFromABlockAsNothingOrWhole) {
  // Points in blocks around one component each, so that the others are beyond nine deviations.
  const reference::Line line = {{.1, .2, .3, .4}, {-1000, -20, 30, 800}, {1, .01, 2, 5}};
  const reference::Line exact = centred(line);
  std::vector<Real> x;
  for (const std::size_t k : {0, 1, 2, 3})
    for (int i = 0; i < 2 * block_width; ++i)
      x.push_back(exact.mean[k] + exact.stddev[k] * (i - block_width) / 2.0);
  const IndexVector undone = make_index_vector("undone", 1);
  Kokkos::deep_copy(undone, 0);
  const LineTable rest = line_table(to_device("x", x, 1, static_cast<Index>(x.size())));

  evaluate_rest(Exec(), row_of(line), undone, rest);

  const LineTable all = values_at(line, x);
  const auto cdf = to_host(rest.cdf), pdf = to_host(rest.pdf), partial = to_host(rest.partial_mean);
  const auto all_cdf = to_host(all.cdf);
  for (std::size_t i = 0; i < x.size(); ++i) {
    EXPECT_NEAR(cdf[i], all_cdf[i], 1e-18) << x[i];
    EXPECT_NEAR(cdf[i], exact.cdf(x[i]), 1e-15) << x[i];
    EXPECT_NEAR(pdf[i], exact.pdf(x[i]), 1e-13 * (1 + exact.pdf(x[i]))) << x[i];
    const Real mean = reference::integral(
        exact, [&](Real t) { return t * exact.pdf(t); }, exact.low(), x[i]);
    EXPECT_NEAR(partial[i], mean, 1e-11) << x[i];
  }
}

TEST(LineMixture, KeepsEveryDigitOfTailsBeyondTheTable) {
  const reference::Line line = {{.5, .5}, {-1, 1}, {1, 1}};
  for (const Real x : {-12.0, -20.0, -30.0}) {
    const Real exact = line.cdf(x), found = to_host(values_at(line, {x}).cdf)[0];
    EXPECT_GT(found, 0) << x;
    EXPECT_NEAR(found / exact, 1, 1e-12) << x;
  }
}

void levels_to_partial_means(const ProjectedMixture& mixture, const LineTable& table,
                             const Vector& u, const Vector& partial) {
  parallel_over(
      Exec(), "test::levels", u.extent(0), KOKKOS_LAMBDA(Index i) {
        Index node[block_width];
        Real level[block_width], mean[block_width];
        for (int l = 0; l < block_width; ++l) {
          level[l] = u(i);
          node[l] = 0;
          while (node[l] < table.x.extent_int(1) - 2 && table.cdf(0, node[l] + 1) <= level[l])
            ++node[l];
        }
        partial_means_at_levels(LineMixture{mixture, 0, to_all_mass}, table, node, level, mean);
        partial(i) = mean[block_width - 1];
      });
}

TEST(PartialMean, AtALevelMatchesBisectionAndQuadrature) {
  for (const reference::Line& line : lines()) {
    const reference::Line exact = centred(line);
    const ProjectedMixture mixture = row_of(line);
    const LineTable table = evaluate_lines(Exec(), mixture, equidistant(Exec(), mixture, 512));
    std::vector<Real> u = {0, 1e-300, 1e-12, 1e-6, .2, .5, 1 - 1e-6, 1 - 1e-12, 1};
    for (int i = 1; i < 100; ++i) u.push_back(i / 100.0);
    const Vector result = make_vector("result", u.size());

    levels_to_partial_means(mixture, table, to_device("u", u), result);

    // ∫_0^u F⁻¹ = q u − ∫_{−∞}^q F with q = F⁻¹(u), by quadrature of F.
    const auto partial = to_host(result);
    const Real spread = to_host(mixture.spread)[0];
    for (std::size_t i = 0; i < u.size(); ++i) {
      const Real q = std::clamp(exact.quantile(u[i]), exact.low(), exact.high());
      const Real area = reference::integral(
          exact, [&](Real t) { return exact.cdf(t); }, exact.low(), q);
      EXPECT_NEAR(partial[i], q * u[i] - area, 2e-11 * spread) << u[i] << " of " << line.mean[0];
    }
  }
}

}  // namespace
}  // namespace plumbline::test::line_mixture_test
