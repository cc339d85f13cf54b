// metrics/mmd.cpp – squared maximum mean discrepancy E k(X, X') − 2 E k(X, Y) + E k(Y, Y') of the
// draws X and the exact target Y, unbiased.
//
// A Gaussian kernel of bandwidth h integrates against a Gaussian mixture in closed form: it is
// (2πh²)^{d/2} times the density of N(·, h² I), and convolving widens every covariance by h². So
// against a mixture only the draws are random, and the kernel means cost one density evaluation.
#include <algorithm>
#include <cmath>

#include "core/steps/stop.hpp"
#include "metrics/kernels/mixture_kernel.hpp"
#include "metrics/kernels/pair_means.hpp"
#include "metrics/metric.hpp"
#include "mixture/evaluate.hpp"

namespace plumbline::mmd {

enum class Kernel { rbf, imq };
constexpr auto names(Kernel) {
  return std::array{"rbf", "imq"};
}
enum class Against { mixture, draws };
constexpr auto names(Against) {
  return std::array{"mixture", "draws"};
}

struct Settings {
  Kernel kernel = Kernel::rbf;
  std::optional<Real> bandwidth;
  Against against = Against::mixture;
  Index reference = 0;

  void visit(auto&& field) {
    field("kernel", kernel, "rbf: exp(−r²/2h²); imq: 1/√(1 + r²/h²), heavier tails");
    field("bandwidth", bandwidth,
          "h in data units; when not set the median distance of two exact draws", above(0));
    field("against", against,
          "mixture: the exact target in closed form; draws: exact draws of it (targets that are no "
          "mixture always)");
    field("reference", reference, "exact draws to compare with; 0: as many as there are draws",
          at_least(0));
  }
  void validate() const {
    if (reference == 1) throw SpecError("reference", "1", "must be 0, or at least 2");
  }
};

struct Rbf {
  Real factor;  ///< −1/2h²
  KOKKOS_FUNCTION Real operator()(Real square) const { return exp(factor * square); }
};
struct Imq {
  Real factor;  ///< 1/h²
  KOKKOS_FUNCTION Real operator()(Real square) const {
    return 1 / Kokkos::sqrt(Kokkos::fma(factor, square, Real(1)));
  }
};

/// The median distance of 512 disjoint pairs of exact draws, from a seed of its own: a property of
/// the target. 1 when all draws coincide.
Real median_distance(const Exec& exec, const Problem& problem) {
  constexpr Index pairs = 512;
  const HostMatrix x =
      to_host_matrix(problem.draw_exact(exec, 2 * pairs, Rng::from_seed(0).stream("bandwidth")));
  std::vector<Real> distance;
  for (Index j = 0; j < pairs; ++j) distance.push_back((x.row(2 * j) - x.row(2 * j + 1)).norm());
  std::nth_element(distance.begin(), distance.begin() + pairs / 2, distance.end());
  const Real median = distance[pairs / 2];
  return median > 0 ? median : 1;
}

/// value(n) ← exp(value(n) + shift)
void exponentiate(const Exec& exec, Real shift, const Vector& value) {
  parallel_over(
      exec, "plumbline::metrics::kernel_mean", value.extent(0),
      KOKKOS_LAMBDA(Index n) { value(n) = exp(value(n) + shift); });
}

/// E_Y k(x, Y) in closed form.   shapes  x [n, d] → [n]
Vector kernel_mean(const Exec& exec, const GaussianMixture& target, Real h, const Matrix& x) {
  NoiseLevel widened;
  widened.variance = h * h;
  Vector mean = make_vector("kernel_mean", x.extent(0));
  log_density(exec, tables_at(exec, factored(exec, target), widened), x, mean);
  exponentiate(exec, Real(target.dimension()) / 2 * (log_2pi + 2 * std::log(h)), mean);
  return mean;
}

/// log N(x; 0, C + h² I), C the sum of two covariances.
Real log_normal_sum(const GaussianMixture& q, int j, int k, Real h) {
  const int d = q.dimension();
  const HostVector x = (q.means().row(j) - q.means().row(k)).transpose();
  if (q.kind() == CovarianceKind::full) {
    const HostMatrix c = q.covariance(j) + q.covariance(k) + h * h * HostMatrix::Identity(d, d);
    const Eigen::LLT<Eigen::MatrixXd> llt(c);
    const Real log_det = 2 * llt.matrixLLT().diagonal().array().log().sum();
    return -(llt.matrixL().solve(x).squaredNorm() + log_det + d * log_2pi) / 2;
  }
  Real sum = d * log_2pi;
  for (int i = 0; i < d; ++i) {
    const int column = q.kind() == CovarianceKind::isotropic ? 0 : i;
    const Real v = q.eigenvalues()(j, column) + q.eigenvalues()(k, column) + h * h;
    sum += x[i] * x[i] / v + std::log(v);
  }
  return -sum / 2;
}

/// E k(Y, Y') = (2πh²)^{d/2} Σ_jk π_j π_k N(μ_j − μ_k; 0, Σ_j + Σ_k + h² I).
///   cost  K²/2 densities in d dimensions on the host
Real kernel_mean_within(const GaussianMixture& target, Real h) {
  const Real scale = Real(target.dimension()) / 2 * (log_2pi + 2 * std::log(h));
  std::vector<Real> terms;
  for (int j = 0; j < target.components(); ++j) {
    stop_if_asked();
    for (int k = 0; k <= j; ++k) {
      const Real weight = target.weights()[j] * target.weights()[k] * (k < j ? 2 : 1);
      if (weight > 0) terms.push_back(weight * std::exp(log_normal_sum(target, j, k, h) + scale));
    }
  }
  return pairwise_sum(terms);
}

/// Against the target itself: only the draws are random.
Estimate to_mixture(const Exec& exec, const Ensemble& draws, const GaussianMixture& target,
                    Real h) {
  const PairSide x{draws, kernel_mean(exec, target, h, draws.x),
                   means_within(exec, Rbf{-1 / (2 * h * h)}, draws)};
  return {mean_within(exec, x, 1) - 2 * weighted_mean(exec, draws.log_w, x.across) +
              kernel_mean_within(target, h),
          pair_standard_error(exec, x, 1)};
}

/// The same for the inverse multiquadric, a sum of Gaussian kernels.
Estimate imq_to_mixture(const Exec& exec, const Ensemble& draws, const GaussianMixture& target,
                        Real h) {
  const GaussianSum kernel = inverse_multiquadric_sum(h);
  const PairSide x{draws, make_vector("across", draws.draws()),
                   means_within(exec, Imq{1 / (h * h)}, draws)};
  mean_against(exec, kernel, target, draws.x, x.across);
  return {mean_within(exec, x, 1) - 2 * weighted_mean(exec, draws.log_w, x.across) +
              mean_between(kernel, target),
          pair_standard_error(exec, x, 1)};
}

template <class F>
Estimate to_draws(const Exec& exec, const F& kernel, const Ensemble& draws, const Ensemble& exact) {
  const auto [x, y] = pair_sides(exec, kernel, draws, exact);
  return {mean_within(exec, x, 1) - 2 * weighted_mean(exec, draws.log_w, x.across) +
              mean_within(exec, y, 1),
          std::hypot(pair_standard_error(exec, x, 1), pair_standard_error(exec, y, 1))};
}

class Mmd final : public Metric {
 public:
  using Settings = mmd::Settings;
  explicit Mmd(const Settings& settings) : settings_(settings) {}

  Needs needs(const Problem& problem, Index n) const override {
    const Real components = problem.prior().components();
    return {rows_need(problem, Real(n), "draws", "draws"),
            rows_need(problem, Real(settings_.reference), "reference", "exact draws"),
            pairs_need(Real(n), Real(settings_.reference)),
            {"problem.prior", "pairs of components", bytes_of(components * components)}};
  }

  Estimate evaluate(const Exec& exec, const MetricInput& input) const override {
    const Ensemble& draws = input.ensemble;
    const Problem& problem = input.problem;
    if (draws.draws() < 2 || !measurable(exec, draws)) return {};
    const Real h = settings_.bandwidth ? *settings_.bandwidth : median_distance(exec, problem);
    if (settings_.against == Against::mixture && problem.is_mixture())
      return (settings_.kernel == Kernel::rbf ? to_mixture : imq_to_mixture)(
          exec, draws, problem.posterior(), h);
    const Index count = settings_.reference > 0 ? settings_.reference : draws.draws();
    const Ensemble exact =
        equally_weighted(problem.draw_exact(exec, count, input.rng.stream("reference")));
    return settings_.kernel == Kernel::rbf ? to_draws(exec, Rbf{-1 / (2 * h * h)}, draws, exact)
                                           : to_draws(exec, Imq{1 / (h * h)}, draws, exact);
  }

 private:
  Settings settings_;
};

}  // namespace plumbline::mmd

namespace plumbline {

MetricEntry mmd_metric() {
  return metric_entry<mmd::Mmd>(
      {.name = "mmd",
       .long_name = "squared maximum mean discrepancy",
       .units = "1",
       .better = Better::lower,
       .least_draws = 2,
       .pairwise = true,
       .summary =
           "E k(X, X') − 2 E k(X, Y) + E k(Y, Y'), X the weighted draws, Y the exact "
           "target: a U-statistic, so mean 0 and sometimes negative on exact draws. The terms "
           "of Y are closed-form for a mixture (imq: as a sum of Gaussian kernels, error below "
           "1e-11); otherwise from exact draws. Bandwidth: the median distance of exact draws, "
           "never of the draws "
           "that are judged. Standard error from first-order influences. NaN for one draw",
       .reference = "Gretton et al. 2012, eq. (3)",
       .cost = "O(n² d + n K d + K² d), full covariances O(n K d² + K² d³); imq 140 exp "
               "per draw and component"});
}

}  // namespace plumbline
