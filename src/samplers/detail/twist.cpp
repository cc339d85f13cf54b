#include "samplers/detail/twist.hpp"

#include <cmath>
#include <numbers>

#include "problem/likelihood.hpp"
#include "samplers/detail/denoised_guidance.hpp"

namespace plumbline {
namespace {

/// increment ← conditional − prior, where increment holds the conditional prediction.   [n, D]
void subtract_prior(const Exec& exec, const Matrix& prior, const Matrix& increment) {
  const int dimension = increment.extent_int(1);
  parallel_over(
      exec, "plumbline::samplers::twist_increment", increment.extent(0), KOKKOS_LAMBDA(Index n) {
        for (int i = 0; i < dimension; ++i) increment(n, i) -= prior(n, i);
      });
}

/// h = p(y | z_t): the conditional prediction of the posterior mixture less the prior's.
class ExactTwist final : public Twist {
 public:
  ExactTwist(const Exec& exec, const Problem& problem)
      : problem_(problem),
        conditional_(exact_score(exec, problem.full_posterior_factored(), problem.process())) {}

  void evaluate(const Exec& exec, Real t, Real, const Matrix& z, Prediction prediction,
                const Matrix& prior, const Vector& log_h, const Matrix& increment) override {
    log_likelihood(exec, problem_, t, z, log_h);
    conditional_->evaluate(exec, t, z, prediction, increment);
    subtract_prior(exec, prior, increment);
  }
  int cost() const override { return exact_cost; }
  static constexpr int exact_cost = 2;

 private:
  Problem problem_;
  std::unique_ptr<ScoreField> conditional_;
};

/// log N(y; A ẑ_0, L Lᵀ) with ẑ_0 = state z + model prior.
struct LogNormal {
  Matrix a;        ///< L⁻¹ A  [m, D]
  Vector y;        ///< L⁻¹ y  [m]
  Real log_const;  ///< −Σ log L_ii − (m/2) log 2π
  Real state, model;
  Matrix z, prior;  ///< [n, D]
  Vector log_h;     ///< [n]

  KOKKOS_FUNCTION void operator()(Index n) const {
    Real square = 0;
    for (int j = 0; j < a.extent_int(0); ++j) {
      Real residual = y(j);
      for (int i = 0; i < a.extent_int(1); ++i)
        residual =
            Kokkos::fma(-a(j, i), Kokkos::fma(state, z(n, i), model * prior(n, i)), residual);
      square = Kokkos::fma(residual, residual, square);
    }
    log_h(n) = log_const - square / 2;
  }
};

/// h = N(y; A ẑ_0(z_t), C), C = variance A Aᵀ + Γ.
class GaussianTwist final : public Twist {
 public:
  GaussianTwist(const Exec& exec, const Problem& problem, const TwistChoice& choice)
      : choice_(choice), process_(problem.process()), observation_(as_linear(problem)) {
    gradient_ =
        denoised_likelihood(exec, problem, Gradient::jacobian, {},
                            matrix_weight([this](const NoiseLevel&) { return precision_; }));
  }

  void evaluate(const Exec& exec, Real t, Real s, const Matrix& z, Prediction prediction,
                const Matrix& prior, const Vector& log_h, const Matrix& increment) override {
    const HostMatrix& a = observation_.a;
    const Eigen::MatrixXd covariance = variance(t, s) * a * a.transpose() + observation_.noise;
    const Eigen::LLT<Eigen::MatrixXd> root(covariance);
    const Index m = a.rows();
    const Eigen::MatrixXd whitener = root.matrixL().solve(Eigen::MatrixXd::Identity(m, m));
    precision_ = whitener.transpose() * whitener;

    const NoiseLevel level = process_.at(t);
    const bool given = prediction == Prediction::denoised;
    const Real log_const =
        whitener.diagonal().array().log().sum() - m * std::log(2 * std::numbers::pi) / 2;
    parallel_over(exec, "plumbline::samplers::gaussian_twist", z.extent(0),
                  LogNormal{to_device("whitened_A", HostMatrix(whitener * a)),
                            to_device("whitened_y", HostVector(whitener * observation_.y)),
                            log_const, given ? Real(0) : 1 / level.alpha,
                            given ? Real(1) : level.variance / level.alpha, z, prior, log_h});
    gradient_->evaluate(exec, t, z, prediction, prior, increment);
  }
  int cost() const override { return gradient_->cost(); }

 private:
  Real variance(Real t, Real s) const {
    const NoiseLevel level = process_.at(t);
    const Real square = level.alpha * level.alpha, c = choice_.prior_variance;
    switch (choice_.kind) {
      case TwistKind::noise:
        return level.variance / square;
      case TwistKind::prior:
        return level.variance * c / (level.variance + square * c);
      case TwistKind::beta:
        return 2 * process_.between(s, t).variance;
      case TwistKind::beta_scaled:
        return process_.between(s, t).variance / level.alpha;
      default:
        return 0;
    }
  }

  TwistChoice choice_;
  NoiseProcess process_;
  LinearGaussian observation_;
  HostMatrix precision_;  // C⁻¹ of the level that is evaluated
  std::unique_ptr<LikelihoodScore> gradient_;
};

}  // namespace

std::unique_ptr<Twist> make_twist(const Exec& exec, const Problem& problem,
                                  const TwistChoice& choice) {
  if (choice.kind == TwistKind::exact) return std::make_unique<ExactTwist>(exec, problem);
  return std::make_unique<GaussianTwist>(exec, problem, choice);
}

int twist_cost(const Problem&, TwistKind kind) {
  return kind == TwistKind::exact ? ExactTwist::exact_cost : 1;
}

void require_twist(const Problem& problem, const TwistChoice& choice, std::string_view sampler) {
  if (choice.kind == TwistKind::exact) return;
  const std::string kind = name_of(choice.kind);
  if (std::holds_alternative<ClassLabel>(problem.observation()))
    throw SpecError(
        "twist", kind,
        fmt::format("exact, which doob has: the other twists of {} are Gaussians of a linear y",
                    sampler));
  if (choice.kind == TwistKind::point)
    require_noise(problem, "twist", kind, "p(y | ẑ_0) is no density; noise, prior and exact are");
  const bool infinite = choice.kind == TwistKind::noise || choice.kind == TwistKind::beta_scaled;
  if (infinite && problem.process().degenerate_at_horizon())
    throw SpecError("twist", kind,
                    fmt::format("prior or exact, or a process.horizon below {}: at a_T = 0 its "
                                "variance is infinite",
                                problem.process().horizon()));
}

}  // namespace plumbline
