// Slow and obvious metrics on the host, for tests: loops over plain vectors, quadrature instead of
// closed forms, sorting instead of marching. Nothing here knows how src/metrics does it.
#pragma once

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <vector>

namespace reference {

using Points = std::vector<std::vector<double>>;  // [n][d]

/// A mixture on a line.
struct Line {
  std::vector<double> weight, mean, stddev;

  double pdf(double x) const {
    double sum = 0;
    for (std::size_t k = 0; k < weight.size(); ++k) {
      const double z = (x - mean[k]) / stddev[k];
      sum += weight[k] * std::exp(-0.5 * z * z) / (stddev[k] * std::sqrt(2 * std::numbers::pi));
    }
    return sum;
  }
  double cdf(double x) const {
    double sum = 0;
    for (std::size_t k = 0; k < weight.size(); ++k)
      sum += weight[k] * 0.5 * std::erfc(-(x - mean[k]) / (stddev[k] * std::numbers::sqrt2));
    return sum;
  }
  double low() const {
    double least = mean[0];
    for (std::size_t k = 0; k < weight.size(); ++k)
      least = std::min(least, mean[k] - 12 * stddev[k]);
    return least;
  }
  double high() const {
    double most = mean[0];
    for (std::size_t k = 0; k < weight.size(); ++k) most = std::max(most, mean[k] + 12 * stddev[k]);
    return most;
  }
  double quantile(double u) const {
    double a = low(), b = high();
    for (int i = 0; i < 100; ++i) {
      const double middle = 0.5 * (a + b);
      (cdf(middle) < u ? a : b) = middle;
    }
    return 0.5 * (a + b);
  }
};

/// ∫_a^b g for a g that varies as the mixture does: five-point Gauss–Legendre on quarters of the
/// pieces between the points mean ± 0, 1, …, 12 standard deviations of every component. Exact to
/// rounding for polynomials times its density or distribution function.
template <class G>
double integral(const Line& line, const G& g, double a, double b) {
  const double node[5] = {-0.9061798459386640, -0.5384693101056831, 0, 0.5384693101056831,
                          0.9061798459386640};
  const double weight[5] = {0.2369268850561891, 0.4786286704993665, 0.5688888888888889,
                            0.4786286704993665, 0.2369268850561891};
  std::vector<double> knots = {a, b};
  for (std::size_t k = 0; k < line.mean.size(); ++k)
    for (int s = -12; s <= 12; ++s) {
      const double x = line.mean[k] + s * line.stddev[k];
      if (a < x && x < b) knots.push_back(x);
    }
  std::sort(knots.begin(), knots.end());
  double sum = 0;
  for (std::size_t p = 0; p + 1 < knots.size(); ++p)
    for (int quarter = 0; quarter < 4; ++quarter) {
      const double h = (knots[p + 1] - knots[p]) / 4, centre = knots[p] + (quarter + 0.5) * h;
      for (int i = 0; i < 5; ++i) sum += 0.5 * h * weight[i] * g(centre + 0.5 * h * node[i]);
    }
  return sum;
}

/// Order of the entries of x, ascending.
inline std::vector<std::size_t> ascending(const std::vector<double>& x) {
  std::vector<std::size_t> order(x.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return x[a] < x[b]; });
  return order;
}

/// W_p^p of weighted numbers to a mixture: ∫ |x_i − x|^p f(x) dx over the piece of mass that goes
/// to atom i, between the quantiles of the levels below and above it.
inline double wasserstein_to_line(const std::vector<double>& x, const std::vector<double>& w,
                                  const Line& line, int p) {
  double sum = 0, level = 0, from = line.low();
  for (const std::size_t i : ascending(x)) {
    level += w[i];
    const double to = level >= 1 - 1e-15 ? line.high() : line.quantile(level);
    const auto cost = [&](double t) { return std::pow(std::abs(x[i] - t), p) * line.pdf(t); };
    const double kink = std::clamp(x[i], from, to);
    sum += integral(line, cost, from, kink) + integral(line, cost, kink, to);
    from = to;
  }
  return sum;
}

/// W_p^p of two samples of equal size and equal weights.
inline double wasserstein_of_samples(std::vector<double> x, std::vector<double> y, int p) {
  std::sort(x.begin(), x.end());
  std::sort(y.begin(), y.end());
  double sum = 0;
  for (std::size_t i = 0; i < x.size(); ++i) sum += std::pow(std::abs(x[i] - y[i]), p);
  return sum / static_cast<double>(x.size());
}

inline double distance(const std::vector<double>& a, const std::vector<double>& b) {
  double square = 0;
  for (std::size_t i = 0; i < a.size(); ++i) square += (a[i] - b[i]) * (a[i] - b[i]);
  return std::sqrt(square);
}

/// Unbiased 2 E|X − Y| − E|X − X'| − E|Y − Y'| of weighted x and equally weighted y.
inline double energy_distance(const Points& x, const std::vector<double>& w, const Points& y) {
  double across = 0, within_x = 0, within_y = 0, square = 0;
  const double n = static_cast<double>(y.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    square += w[i] * w[i];
    for (const auto& b : y) across += w[i] * distance(x[i], b) / n;
    for (std::size_t j = 0; j < x.size(); ++j)
      if (j != i) within_x += w[i] * w[j] * distance(x[i], x[j]);
  }
  for (std::size_t i = 0; i < y.size(); ++i)
    for (std::size_t j = 0; j < y.size(); ++j)
      if (j != i) within_y += distance(y[i], y[j]) / (n * (n - 1));
  return 2 * across - within_x / (1 - square) - within_y;
}

/// E κ(|x − Y|), Y from the mixture on a line.
template <class Kappa>
double kernel_mean(const Line& line, double x, const Kappa& kappa) {
  const auto f = [&](double t) { return kappa(std::abs(x - t)) * line.pdf(t); };
  const double kink = std::clamp(x, line.low(), line.high());
  return integral(line, f, line.low(), kink) + integral(line, f, kink, line.high());
}

/// Unbiased E κ(X, X') + E κ(Y, Y') − 2 E κ(X, Y) of weighted points and a mixture on a line.
template <class Kappa>
double kernel_discrepancy(const Points& x, const std::vector<double>& w, const Line& line,
                          const Kappa& kappa) {
  double within = 0, across = 0, square = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    square += w[i] * w[i];
    across += w[i] * kernel_mean(line, x[i][0], kappa);
    for (std::size_t j = 0; j < x.size(); ++j)
      if (j != i) within += w[i] * w[j] * kappa(distance(x[i], x[j]));
  }
  const double between = integral(
      line, [&](double t) { return line.pdf(t) * kernel_mean(line, t, kappa); }, line.low(),
      line.high());
  return within / (1 - square) + between - 2 * across;
}

inline std::vector<double> mean(const Points& x, const std::vector<double>& w) {
  std::vector<double> m(x[0].size(), 0);
  for (std::size_t n = 0; n < x.size(); ++n)
    for (std::size_t i = 0; i < m.size(); ++i) m[i] += w[n] * x[n][i];
  return m;
}

inline Points covariance(const Points& x, const std::vector<double>& w) {
  const std::vector<double> m = mean(x, w);
  Points c(m.size(), std::vector<double>(m.size(), 0));
  for (std::size_t n = 0; n < x.size(); ++n)
    for (std::size_t i = 0; i < m.size(); ++i)
      for (std::size_t j = 0; j < m.size(); ++j)
        c[i][j] += w[n] * (x[n][i] - m[i]) * (x[n][j] - m[j]);
  return c;
}

/// Σ_n w_n r_k(x_n) of isotropic components, and the weights w_n r_k(x_n) over it: [k][n].
struct Shares {
  std::vector<double> mass;
  Points weight;
};
inline Shares shares(const Points& x, const std::vector<double>& w,
                     const std::vector<double>& weight, const Points& mean,
                     const std::vector<double>& stddev) {
  Shares s{std::vector<double>(weight.size(), 0),
           Points(weight.size(), std::vector<double>(x.size()))};
  const double sum = std::accumulate(weight.begin(), weight.end(), 0.0);
  for (std::size_t n = 0; n < x.size(); ++n) {
    std::vector<double> joint(weight.size());
    for (std::size_t k = 0; k < weight.size(); ++k) {
      const double z = distance(x[n], mean[k]) / stddev[k];
      joint[k] = weight[k] / sum * std::exp(-0.5 * z * z) / std::pow(stddev[k], x[n].size());
    }
    const double total = std::accumulate(joint.begin(), joint.end(), 0.0);
    for (std::size_t k = 0; k < weight.size(); ++k)
      s.mass[k] += s.weight[k][n] = w[n] * joint[k] / total;
  }
  for (std::size_t k = 0; k < weight.size(); ++k)
    for (double& v : s.weight[k]) v /= s.mass[k];
  return s;
}

/// ½ Σ_k |Σ_n w_n r_k(x_n) − weight_k| for isotropic components.
inline double component_mass(const Points& x, const std::vector<double>& w,
                             const std::vector<double>& weight, const Points& mean,
                             const std::vector<double>& stddev) {
  const std::vector<double> mass = shares(x, w, weight, mean, stddev).mass;
  double sum = 0;
  for (std::size_t k = 0; k < weight.size(); ++k) sum += 0.5 * std::abs(mass[k] - weight[k]);
  return sum;
}

/// Σ_k min(weight_k, mass_k) e_k², e_k the error of component k's mean in its standard deviations
/// (root mean square over coordinates), or the relative Frobenius error of its covariance.
enum class Moment { mean, covariance };
inline double component_square(const Points& x, const std::vector<double>& w,
                               const std::vector<double>& weight, const Points& mean_k,
                               const std::vector<double>& stddev, Moment moment) {
  const Shares s = shares(x, w, weight, mean_k, stddev);
  const double d = static_cast<double>(x[0].size());
  double sum = 0;
  for (std::size_t k = 0; k < weight.size(); ++k) {
    const double variance = stddev[k] * stddev[k];
    double square = std::pow(distance(mean(x, s.weight[k]), mean_k[k]), 2) / (variance * d);
    if (moment == Moment::covariance) {
      const Points c = covariance(x, s.weight[k]);
      square = 0;
      for (std::size_t i = 0; i < c.size(); ++i)
        for (std::size_t j = 0; j < c.size(); ++j)
          square += std::pow(c[i][j] / variance - (i == j ? 1 : 0), 2) / d;
    }
    sum += std::min(weight[k], s.mass[k]) * square;
  }
  return sum;
}

/// Weight of the numbers below t, or up to t.
inline double weight_below(const std::vector<double>& x, const std::vector<double>& w, double t,
                           bool inclusive) {
  double sum = 0;
  for (std::size_t n = 0; n < x.size(); ++n)
    if (x[n] < t || (inclusive && x[n] == t)) sum += w[n];
  return sum;
}

/// sup |F_P − F_Q|: reached just left of a number or at it.
inline double kolmogorov_smirnov(const std::vector<double>& x, const std::vector<double>& w,
                                 const Line& line) {
  double largest = 0;
  for (const double t : x)
    for (const bool inclusive : {false, true})
      largest = std::max(largest, std::abs(weight_below(x, w, t, inclusive) - line.cdf(t)));
  return largest;
}

/// ∫ (F_P − F_Q)² f_Q by quadrature between the numbers.
inline double cramer_von_mises(const std::vector<double>& x, const std::vector<double>& w,
                               const Line& line) {
  std::vector<double> knots = x;
  knots.push_back(line.low());
  knots.push_back(line.high());
  std::sort(knots.begin(), knots.end());
  double sum = 0;
  for (std::size_t i = 0; i + 1 < knots.size(); ++i) {
    const double level = weight_below(x, w, 0.5 * (knots[i] + knots[i + 1]), true);
    const auto gap = [&](double t) { return std::pow(level - line.cdf(t), 2) * line.pdf(t); };
    sum += integral(line, gap, knots[i], knots[i + 1]);
  }
  return sum;
}

}  // namespace reference
