// Mixtures on a line by interpolation, against the mixture itself and quadrature.
#include "metrics/transport/fine_table.hpp"

#include "unit/metrics/transport/lines.hpp"

namespace plumbline::test::fine_table_test {
namespace {

const std::vector<reference::Line>& lines() {
  static const std::vector<reference::Line> all = {
      {{1}, {3}, {2}},
      {{.5, .5}, {-8, 8}, {1, 1}},                // a gap of density 1e-14
      {{.2, .3, .5}, {-40, 0, 40}, {1, .5, 2}},   // gaps of density 0
      {{.1, .8, .1}, {-3, 0, 20}, {.2, 1, .3}}};  // narrower ones
  return all;
}

void evaluate_at(const FineTable& table, const Matrix& x, const Matrix& found) {
  parallel_over(
      Exec(), "test::values", x.extent(1), KOKKOS_LAMBDA(Index i) {
        Real points[block_width], cdf[block_width], partial_mean[block_width];
        for (int l = 0; l < block_width; ++l) points[l] = x(0, i);
        values_at_points(table, 0, points, cdf, partial_mean);
        found(0, i) = cdf[block_width - 1];
        found(1, i) = partial_mean[block_width - 1];
      });
}

TEST(FineTable, IsTheMixtureAtEveryPoint) {
  for (const reference::Line& line : lines()) {
    const ProjectedMixture mixture = row_of(line);
    const FineTable table = fine_table(Exec(), mixture, 1024);
    ASSERT_GT(to_host(mixture.spread)[0], 0);
    const Real low = to_host(mixture.low)[0], high = to_host(mixture.high)[0];
    std::vector<Real> points;
    for (int i = -50; i <= 5050; ++i) points.push_back(low + (high - low) * i / 5000);
    const Index count = static_cast<Index>(points.size());
    const Matrix x = to_device("x", points, 1, count), found = make_matrix("found", 2, count);

    evaluate_at(table, x, found);

    const LineTable exact = evaluate_lines(Exec(), mixture, x);
    const auto cdf = to_host(exact.cdf), mean = to_host(exact.partial_mean), at = to_host(found);
    const Real spread = to_host(mixture.spread)[0];
    Real worst = 0, worst_mean = 0;
    for (Index i = 0; i < count; ++i) {
      worst = std::max(worst, std::abs(at[i] - cdf[i]));
      worst_mean = std::max(worst_mean, std::abs(at[count + i] - mean[i]));
    }
    // ∫ |F − its interpolant| over a piece is below 1e-12 spreads: F itself 630/256 times that over
    // h, and M has x F − ∫ F.
    EXPECT_LT(worst, 1e-10) << line.mean[0];
    EXPECT_LT(worst_mean, 1e-10 * spread) << line.mean[0];
  }
}

void levels_at(const FineTable& table, const Vector& u, const Vector& found) {
  parallel_over(
      Exec(), "test::levels", u.extent(0), KOKKOS_LAMBDA(Index i) {
        Index node[block_width];
        Real level[block_width], mean[block_width];
        for (int l = 0; l < block_width; ++l) {
          level[l] = u(i);
          node[l] = 0;
          while (node[l] < table.nodes(0) - 2 && table.at(0, node[l] + 1, 0) <= level[l]) ++node[l];
        }
        partial_means_by_table(table, 0, node, level, mean);
        found(i) = mean[block_width - 1];
      });
}

TEST(FineTable, HasThePartialMeansOfBisectionAndQuadrature) {
  for (const reference::Line& line : lines()) {
    const reference::Line exact = centred(line);
    const ProjectedMixture mixture = row_of(line);
    const FineTable table = fine_table(Exec(), mixture, 1024);
    std::vector<Real> u = {0, 1e-300, 1e-12, 1e-6, 1 - 1e-6, 1 - 1e-12, 1};
    for (int i = 1; i < 200; ++i) u.push_back(i / 200.0);
    const Vector result = make_vector("result", u.size());

    levels_at(table, to_device("u", u), result);

    // ∫_0^u F⁻¹ = q u − ∫_{−∞}^q F with q = F⁻¹(u), by quadrature of F.
    const auto partial = to_host(result);
    const Real spread = to_host(mixture.spread)[0];
    for (std::size_t i = 0; i < u.size(); ++i) {
      const Real q = std::clamp(exact.quantile(u[i]), exact.low(), exact.high());
      const Real area = reference::integral(
          exact, [&](Real t) { return exact.cdf(t); }, exact.low(), q);
      EXPECT_NEAR(partial[i], q * u[i] - area, 5e-12 * spread) << u[i] << " of " << line.mean[0];
    }
  }
}

TEST(FineTable, HasAsManyNodesAsTheNarrowestComponentAsks) {
  const auto nodes = [](const reference::Line& line, Index most) {
    const FineTable table = fine_table(Exec(), row_of(line), most);
    return static_cast<int>(host_copy(table.nodes)(0));
  };
  const int one = nodes({{1}, {3}, {2}}, 512);
  EXPECT_GT(one, 0);
  EXPECT_LE(one, 128);
  EXPECT_EQ(nodes({{1}, {3}, {2}}, one), one);
  EXPECT_EQ(nodes({{1}, {3}, {2}}, one - 1), 0);
  EXPECT_GT(nodes({{.5, .5}, {-8, 8}, {1, 1}}, 512), one);
  EXPECT_EQ(nodes({{.5, .5}, {-8, 8}, {1e-3, 1}}, 1024), 0);  // an atom, nearly
}

}  // namespace
}  // namespace plumbline::test::fine_table_test
