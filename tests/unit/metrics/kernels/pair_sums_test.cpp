// Sums over all pairs, every pair looked at once, against loops: sizes around blocks and strips,
// weights that are 0, points that coincide, and a GPU's way beside a host core's.
#include "metrics/kernels/pair_means.hpp"
#include "unit/metrics/support.hpp"

namespace plumbline::test::pair_sums_test {
namespace {

struct Distance {
  KOKKOS_FUNCTION Real operator()(Real square) const { return Kokkos::sqrt(square); }
};
/// 1 at distance 0: pairs of a row with itself count.
struct Bell {
  KOKKOS_FUNCTION Real operator()(Real square) const { return exp(-square); }
};

/// Σ_m w_m f(|x_n − y_m|²)
template <class F>
std::vector<Real> slow_sums(const F& f, const reference::Points& x, const reference::Points& y,
                            const std::vector<Real>& w) {
  std::vector<Real> sums;
  for (const auto& row : x) {
    Real sum = 0;
    for (std::size_t m = 0; m < y.size(); ++m)
      sum += w[m] * f(std::pow(reference::distance(row, y[m]), 2));
    sums.push_back(sum);
  }
  return sums;
}

/// Positive numbers of size 1 summed in another order: n/2 roundings at most, √n usually.
void expect_near(const Vector& found, const std::vector<Real>& expected, const std::string& what) {
  const std::vector<Real> host = to_host(found);
  ASSERT_GE(host.size(), expected.size());
  Real worst = 0;
  for (std::size_t n = 0; n < expected.size(); ++n)
    worst = std::max(worst, std::abs(host[n] - expected[n]) / (1e-3 + std::abs(expected[n])));
  EXPECT_LT(worst, 1e-13) << what;
}

/// Every third weight is 0.
std::vector<Real> gapped_weights(Index n) {
  std::vector<Real> w = uneven_weights(n);
  for (Index i = 0; i < n; i += 3) w[i] = n > 1 ? 0 : 1;
  const Real total = std::accumulate(w.begin(), w.end(), 0.0);
  for (Real& v : w) v /= total;
  return w;
}

const std::vector<Index> ugly_sizes = {1, 2, 15, 16, 17, 63, 64, 65, 127, 129, 200, 321};

template <class F>
void expect_within(const F& f, Index n, int d) {
  const reference::Points x = normal_points(n, d, 1, 2);
  const std::vector<Real> w = gapped_weights(n);
  const Ensemble sample = ensemble(x, w);
  const std::vector<Real> expected = slow_sums(f, x, x, w);
  const std::string what = fmt::format("n = {}, d = {}", n, d);
  expect_near(means_within(Exec(), f, sample), expected, what);

  const Vector weight = padded_weights(Exec(), sample.log_w);
  const Vector rows = make_vector("rows", weight.extent(0));
  sum_rows_of_pairs(Exec(), OfDistance<F>{f, transposed(Exec(), sample.x), sample.x}, weight, n,
                    rows);
  expect_near(rows, expected, "row by row, " + what);
}

TEST(PairSums, WithinASampleAreThoseOfLoops) {
  for (const Index n : ugly_sizes)
    for (const int d : {1, 2, 7}) {
      expect_within(Distance(), n, d);
      expect_within(Bell(), n, d);
    }
}

TEST(PairSums, AcrossTwoSamplesAreThoseOfLoopsOnBothSides) {
  for (const Index n : ugly_sizes)
    for (const Index m : {Index{1}, Index{16}, Index{50}, n}) {
      const reference::Points x = normal_points(n, 3, 1), y = normal_points(m, 3, 0, 2, 8);
      const std::vector<Real> w = gapped_weights(n), v = gapped_weights(m);

      const auto [of_x, of_y] = pair_sides(Exec(), Distance(), ensemble(x, w), ensemble(y, v));

      const std::string what = fmt::format("{} and {} rows", n, m);
      expect_near(of_x.across, slow_sums(Distance(), x, y, v), what);
      expect_near(of_y.across, slow_sums(Distance(), y, x, w), "other side, " + what);
      expect_near(of_x.within, slow_sums(Distance(), x, x, w), "within, " + what);
      expect_near(of_y.within, slow_sums(Distance(), y, y, v), "within the other, " + what);
    }
}

TEST(PairSums, OfCoincidingPointsAreExact) {
  const Index n = 130;
  const Ensemble sample = ensemble(reference::Points(n, {3, -1}));
  const std::vector<Real> zeros = to_host(means_within(Exec(), Distance(), sample)),
                          ones = to_host(means_within(Exec(), Bell(), sample));
  for (Index i = 0; i < n; ++i) {
    EXPECT_EQ(zeros[i], 0) << i;
    EXPECT_NEAR(ones[i], 1, 1e-14) << i;
  }
}

TEST(PairSums, OfMoreRowsThanStripsOf64AreThoseOfLoops) {
  const Index n = 128 * 64 + 1;
  const reference::Points x = normal_points(n, 1);
  const std::vector<Real> w = uneven_weights(n);
  const std::vector<Real> found = to_host(means_within(Exec(), Distance(), ensemble(x, w)));
  for (const Index row : {Index{0}, Index{79}, Index{80}, Index{4000}, n - 2, n - 1})
    EXPECT_NEAR(found[row], slow_sums(Distance(), {x[row]}, x, w)[0], 1e-13) << row;
}

}  // namespace
}  // namespace plumbline::test::pair_sums_test
