// Jᵀ Aᵀ v by chunks of rows, Jᵀ u from the exact covariance of z_0 | z_t.
#include <algorithm>

#include "mixture/covariance_product.hpp"
#include "samplers/guidance/denoised_guidance.hpp"

namespace plumbline {
namespace {

/// The observation on the device.
struct DeviceObservation {
  Matrix a;  ///< [m, D]
  Vector y;  ///< [m]
};

/// z_0 ← ẑ_0, v ← y − A clip(ẑ_0).   shapes  z, prior, z_0 [n, D], v [n, m]
struct Residual {
  DeviceObservation o;
  ToDenoised denoised;
  Real bound;
  Matrix z, prior, z_0, v;

  KOKKOS_FUNCTION void operator()(Index n) const {
    for (int i = 0; i < z.extent_int(1); ++i) z_0(n, i) = denoised(z(n, i), prior(n, i));
    for (int j = 0; j < v.extent_int(1); ++j) {
      Real sum = o.y(j);
      for (int i = 0; i < z.extent_int(1); ++i)
        sum = Kokkos::fma(-o.a(j, i), clipped(z_0(n, i), bound), sum);
      v(n, j) = sum;
    }
  }
};

/// u ← scale Aᵀ v where ẑ_0 is not clipped and 0 where it is: the derivative of the clip.
///   shapes  v [n, m], z_0, u [n, D]
struct PullBack {
  DeviceObservation o;
  Real bound, scale;
  Matrix v, z_0, u;

  KOKKOS_FUNCTION void operator()(Index n) const {
    for (int i = 0; i < u.extent_int(1); ++i) {
      Real sum = 0;
      for (int j = 0; j < v.extent_int(1); ++j) sum = Kokkos::fma(o.a(j, i), v(n, j), sum);
      u(n, i) = Kokkos::abs(z_0(n, i)) > bound ? Real(0) : scale * sum;
    }
  }
};

/// Columns of all rows first … last − 1.
Matrix rows_of(const Matrix& m, Index first, Index last) {
  return Kokkos::subview(m, std::make_pair(first, last), Kokkos::ALL);
}

class DenoisedLikelihood final : public LikelihoodScore {
 public:
  DenoisedLikelihood(const Exec& exec, const Problem& problem, Gradient gradient,
                     std::optional<Real> clip, std::unique_ptr<ResidualWeight> weight)
      : gradient_(gradient),
        bound_(clip.value_or(infinity)),
        weight_(std::move(weight)),
        diffused_(exec, problem.prior_factored(), problem.process(), problem.process().horizon()) {
    // of a nonlinear y A = I and y = 0: its residual is −ẑ_0, of which the weight makes what it
    // needs
    const int dimension = problem.full_dimension();
    const LinearForm o = problem.linear_form().value_or(
        LinearForm{HostMatrix::Identity(dimension, dimension),
                   HostMatrix::Zero(dimension, dimension), HostVector::Zero(dimension)});
    observation_ = {to_device("A", o.a), to_device("y", o.y)};
    if (weight_->needs_spread())
      directions_ = observed_directions(exec, problem.prior_factored(), observation_.a);
  }

  void evaluate(const Exec& exec, Real t, const Matrix& z, Prediction prediction,
                const Matrix& prior, const Matrix& out) override {
    reserve(z);
    diffused_.move_to(exec, t);
    if (weight_->needs_spread()) look_at(exec, diffused_.tables(), directions_);
    const Index n = z.extent(0), chunk = z_0_.extent(0);
    for (Index first = 0; first < n; first += chunk) {
      const Index last = std::min(n, first + chunk);
      rows(exec, rows_of(z, first, last), prediction, rows_of(prior, first, last),
           rows_of(out, first, last));
    }
  }
  int cost() const override { return gradient_ == Gradient::jacobian ? 1 : 0; }

 private:
  void rows(const Exec& exec, const Matrix& z, Prediction prediction, const Matrix& prior,
            const Matrix& out) {
    const NoiseLevel& level = diffused_.level();
    const Index n = z.extent(0);
    const Matrix z_0 = rows_of(z_0_, 0, n), v = rows_of(v_, 0, n);

    // v = y − A ẑ_0
    const bool given = prediction == Prediction::denoised;
    parallel_over(exec, "plumbline::samplers::residual", n,
                  Residual{observation_, to_denoised(level, prediction), bound_, z, prior, z_0, v});

    // v ← weight(v), which may ask for A Cov[z_0 | z_t] Aᵀ
    weight_->weigh(exec, level, weight_->needs_spread() ? spread_at(exec, z, z_0) : Cube(), v);

    // out = Jᵀ Aᵀ v: Jᵀ = (a/s²) Cov, which is I at s = 0; (s²/a) as much on the denoised state
    const Real gain = score_per_denoised(level);
    const bool by_covariance = gradient_ == Gradient::jacobian && level.variance > 0;
    Real scale = 1;
    if (by_covariance) scale = given ? 1 : gain;
    if (!by_covariance && given) scale = 1 / gain;
    const Matrix u = by_covariance ? rows_of(u_, 0, n) : out;
    parallel_over(exec, "plumbline::samplers::pull_back", n,
                  PullBack{observation_, bound_, scale, v, z_0, u});
    if (by_covariance) covariance_product(exec, diffused_.tables(), z, z_0, u, out);
  }

  Cube spread_at(const Exec& exec, const Matrix& z, const Matrix& z_0) const {
    const Cube spread = Kokkos::subview(spread_, std::make_pair(Index{0}, Index(z.extent(0))),
                                        Kokkos::ALL, Kokkos::ALL);
    if (diffused_.level().variance == 0)
      Kokkos::deep_copy(exec, spread, 0);
    else
      observed_covariance(exec, diffused_.tables(), directions_, z, z_0, spread);
    return spread;
  }

  void reserve(const Matrix& z) {
    constexpr Index budget = Index(1) << 22;  // numbers
    const Index dimension = z.extent(1), m = observation_.y.extent(0);
    const Index row = 2 * dimension + m + (weight_->needs_spread() ? m * m : 0);
    const Index chunk = std::min(Index(z.extent(0)), std::max(Index(1), budget / row));
    if (Index(z_0_.extent(0)) >= chunk) return;
    z_0_ = make_matrix("z_0", chunk, dimension);
    v_ = make_matrix("v", chunk, m);
    if (gradient_ == Gradient::jacobian) u_ = make_matrix("u", chunk, dimension);
    if (weight_->needs_spread()) spread_ = make_cube("spread", chunk, m, m);
  }

  Gradient gradient_;
  Real bound_;
  std::unique_ptr<ResidualWeight> weight_;
  DiffusedMixture diffused_;
  DeviceObservation observation_;
  ObservedDirections directions_;  // where the weight needs the spread
  Matrix z_0_, v_, u_;             // [chunk, D], [chunk, m], [chunk, D] work
  Cube spread_;                    // [chunk, m, m] work
};

/// v ← w v.   shapes  w [m, m], v [n, m], work [n, m]
void apply_matrix(const Exec& exec, const Matrix& w, const Matrix& work, const Matrix& v) {
  const int m = v.extent_int(1);
  parallel_over(
      exec, "plumbline::samplers::matrix_weight", v.extent(0), KOKKOS_LAMBDA(Index n) {
        for (int i = 0; i < m; ++i) {
          work(n, i) = 0;
          for (int j = 0; j < m; ++j) work(n, i) = Kokkos::fma(w(i, j), v(n, j), work(n, i));
        }
        for (int i = 0; i < m; ++i) v(n, i) = work(n, i);
      });
}

class MatrixWeight final : public ResidualWeight {
 public:
  explicit MatrixWeight(const LevelWeights& given) : levels_(given.levels) {
    const Index m = given.weights.front().rows();
    weights_ = make_cube("weights", Index(given.weights.size()), m, m);
    const auto host = host_mirror(weights_);
    for (std::size_t l = 0; l < given.weights.size(); ++l)
      std::copy_n(given.weights[l].data(), m * m, &host(l, 0, 0));
    Kokkos::deep_copy(weights_, host);
  }

  void weigh(const Exec& exec, const NoiseLevel& level, const Cube&, const Matrix& v) override {
    if (work_.extent(0) < v.extent(0)) work_ = make_matrix("weighted", v.extent(0), v.extent(1));
    const auto same = [&](const NoiseLevel& other) {
      return other.alpha == level.alpha && other.variance == level.variance;
    };
    // a run takes them in their order, again and again
    auto at = std::find_if(levels_.begin() + last_, levels_.end(), same);
    if (at == levels_.end()) at = std::find_if(levels_.begin(), levels_.end(), same);
    PLUMBLINE_REQUIRE(levels_.empty() || at != levels_.end(), "no weight at a = {}, s² = {}",
                      level.alpha, level.variance);
    last_ = at - levels_.begin();
    apply_matrix(exec, Matrix(Kokkos::subview(weights_, last_, Kokkos::ALL, Kokkos::ALL)), work_,
                 v);
  }

 private:
  std::vector<NoiseLevel> levels_;
  Index last_ = 0;  // the one that was taken last
  Cube weights_;    // [levels, m, m]
  Matrix work_;     // [n, m]
};

}  // namespace

std::unique_ptr<ResidualWeight> matrix_weight(const LevelWeights& given) {
  return std::make_unique<MatrixWeight>(given);
}

std::unique_ptr<LikelihoodScore> denoised_likelihood(const Exec& exec, const Problem& problem,
                                                     Gradient gradient, std::optional<Real> clip,
                                                     std::unique_ptr<ResidualWeight> weight) {
  return std::make_unique<DenoisedLikelihood>(exec, problem, gradient, clip, std::move(weight));
}

}  // namespace plumbline
