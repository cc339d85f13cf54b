#include "samplers/filters/twist.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>
#include <utility>

#include "core/arrays/elementwise.hpp"
#include "mixture/covariance_product.hpp"
#include "problem/conditional_field.hpp"
#include "problem/likelihood.hpp"
#include "problem/point_likelihood.hpp"
#include "samplers/guidance/denoised_guidance.hpp"

namespace plumbline {
namespace {

/// h = p(y | z_t): the conditional prediction less the prior's.
class ExactTwist final : public Twist {
 public:
  ExactTwist(const Exec& exec, const Problem& problem)
      : likelihood_(exec, problem),
        conditional_(exact_score(exec, problem.full_posterior_factored(), problem.process())) {}

  void evaluate(const Exec& exec, Real t, Real, const Matrix& z, Prediction prediction,
                const Matrix& prior, const Vector& log_h, const Matrix& increment) override {
    likelihood_.evaluate(exec, t, z, log_h);
    conditional_->evaluate(exec, t, z, prediction, increment);
    subtract(exec, increment, prior, increment);
  }
  int cost() const override { return 1 + conditional_->cost(); }

 private:
  LevelLikelihood likelihood_;
  std::unique_ptr<ScoreField> conditional_;
};

/// The same of a posterior that is no mixture: both in one pass, counted as two.
class LawTwist final : public Twist {
 public:
  LawTwist(const Exec& exec, const Problem& problem, const ConditionalLaw& law)
      : field_(law.field(exec, problem.prior_factored(), problem.process())) {}

  void evaluate(const Exec& exec, Real t, Real, const Matrix& z, Prediction prediction,
                const Matrix& prior, const Vector& log_h, const Matrix& increment) override {
    field_->evaluate_with_likelihood(exec, t, z, prediction, increment, log_h);
    subtract(exec, increment, prior, increment);
  }
  int cost() const override { return 1 + field_->cost(); }

 private:
  std::unique_ptr<ConditionalField> field_;
};

/// log N(y; A ẑ_0, L Lᵀ).
struct LogNormal {
  Matrix a;        ///< L⁻¹ A  [m, D]
  Vector y;        ///< L⁻¹ y  [m]
  Real log_const;  ///< −Σ log L_ii − (m/2) log 2π
  ToDenoised denoised;
  Matrix z, prior;  ///< [n, D]
  Vector log_h;     ///< [n]

  KOKKOS_FUNCTION void operator()(Index n) const {
    Real square = 0;
    for (int j = 0; j < a.extent_int(0); ++j) {
      Real residual = y(j);
      for (int i = 0; i < a.extent_int(1); ++i)
        residual = Kokkos::fma(-a(j, i), denoised(z(n, i), prior(n, i)), residual);
      square = Kokkos::fma(residual, residual, square);
    }
    log_h(n) = log_const - square / 2;
  }
};

/// h = N(y; A ẑ_0(z_t), C), C = variance A Aᵀ + Γ.
class GaussianTwist final : public Twist {
 public:
  GaussianTwist(const Exec& exec, const Problem& problem, const TwistChoice& choice,
                const TimeGrid& grid)
      : choice_(choice), process_(problem.process()), times_(grid.times) {
    const LinearForm o = problem.linear_form().value();
    const Index steps = grid.steps(), m = o.a.rows(), dimension = o.a.cols();
    LevelWeights precision;
    HostMatrix a(steps * m, dimension), y(steps, m);
    for (Index i = 0; i < steps; ++i) {
      const Eigen::MatrixXd covariance =
          variance(times_[i], times_[i + 1]) * o.a * o.a.transpose() + o.noise;
      const Eigen::LLT<Eigen::MatrixXd> root(covariance);
      const Eigen::MatrixXd whitener = root.matrixL().solve(Eigen::MatrixXd::Identity(m, m));
      precision.levels.push_back(process_.at(times_[i]));
      precision.weights.push_back(whitener.transpose() * whitener);
      a.middleRows(i * m, m) = whitener * o.a;
      y.row(i) = (whitener * o.y).transpose();
      log_const_.push_back(whitener.diagonal().array().log().sum() -
                           m * std::log(2 * std::numbers::pi) / 2);
    }
    a_ = to_device("whitened_A", a);
    y_ = to_device("whitened_y", y);
    gradient_ =
        denoised_likelihood(exec, problem, Gradient::jacobian, {}, matrix_weight(precision));
  }

  void evaluate(const Exec& exec, Real t, Real s, const Matrix& z, Prediction prediction,
                const Matrix& prior, const Vector& log_h, const Matrix& increment) override {
    const auto at =
        std::lower_bound(times_.begin(), times_.end(), t, std::greater()) - times_.begin();
    PLUMBLINE_REQUIRE(at + 1 < std::ssize(times_) && times_[at] == t && times_[at + 1] == s,
                      "no step from {} to {}", t, s);
    const Index m = y_.extent(1);
    const auto own = std::make_pair(at * m, (at + 1) * m);
    parallel_over(exec, "plumbline::samplers::gaussian_twist", z.extent(0),
                  LogNormal{Matrix(Kokkos::subview(a_, own, Kokkos::ALL)),
                            Vector(Kokkos::subview(y_, at, Kokkos::ALL)), log_const_[at],
                            to_denoised(process_.at(t), prediction), z, prior, log_h});
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
      case TwistKind::exact:
      case TwistKind::point:
        break;
    }
    return 0;
  }

  TwistChoice choice_;
  NoiseProcess process_;
  std::vector<Real> times_;
  Matrix a_;                     // L⁻¹ A of every step  [T m, D]
  Matrix y_;                     // L⁻¹ y  [T, m]
  std::vector<Real> log_const_;  // [T]
  std::unique_ptr<LikelihoodScore> gradient_;
};

/// z_0 = ẑ_0.   shapes  [n, D]
void denoise(const Exec& exec, const ToDenoised& denoised, const Matrix& z, const Matrix& prior,
             const Matrix& z_0) {
  const int dimension = z.extent_int(1);
  parallel_over(
      exec, "plumbline::samplers::twist_denoised", z.extent(0), KOKKOS_LAMBDA(Index n) {
        for (int i = 0; i < dimension; ++i) z_0(n, i) = denoised(z(n, i), prior(n, i));
      });
}

/// h = p(y | z_0 = ẑ_0(z_t)), ∇log h = Jᵀ ∇log p(y | ẑ_0), J = (a/s²) Cov[z_0 | z_t].
class PointTwist final : public Twist {
 public:
  PointTwist(const Exec& exec, const Problem& problem)
      : likelihood_(exec, problem),
        cost_(1 + 3 * PointLikelihood::cost(problem)),
        diffused_(exec, problem.prior_factored(), problem.process(), problem.process().horizon()) {}

  void evaluate(const Exec& exec, Real t, Real, const Matrix& z, Prediction prediction,
                const Matrix& prior, const Vector& log_h, const Matrix& increment) override {
    reserve(z);
    diffused_.move_to(exec, t);
    const NoiseLevel& level = diffused_.level();
    denoise(exec, to_denoised(level, prediction), z, prior, z_0_);
    likelihood_.value(exec, z_0_, log_h);
    likelihood_.gradient(exec, z_0_, gradient_);
    if (prediction == Prediction::score) scale(exec, score_per_denoised(level), gradient_);
    covariance_product(exec, diffused_.tables(), z, z_0_, gradient_, increment);
  }
  int cost() const override { return cost_; }

 private:
  void reserve(const Matrix& z) {
    if (z_0_.extent(0) == z.extent(0)) return;
    z_0_ = make_matrix("z_0", z.extent(0), z.extent(1));
    gradient_ = make_matrix("gradient", z.extent(0), z.extent(1));
  }

  PointLikelihood likelihood_;
  int cost_;
  DiffusedMixture diffused_;
  Matrix z_0_, gradient_;  // [n, D] work
};

bool is_linear(const Problem& problem) {
  return problem.linear_form().has_value();
}

}  // namespace

TwistKind default_twist(const Problem& problem) {
  if (is_linear(problem)) return TwistKind::prior;
  if (problem.observation().conditional_law()) return TwistKind::exact;
  return PointLikelihood::differentiable(problem) ? TwistKind::point : TwistKind::exact;
}

std::unique_ptr<Twist> make_twist(const Exec& exec, const Problem& problem,
                                  const TwistChoice& choice, const TimeGrid& grid) {
  if (choice.kind == TwistKind::exact) {
    if (const ConditionalLaw* law = problem.observation().conditional_law())
      return std::make_unique<LawTwist>(exec, problem, *law);
    return std::make_unique<ExactTwist>(exec, problem);
  }
  if (choice.kind == TwistKind::point) return std::make_unique<PointTwist>(exec, problem);
  return std::make_unique<GaussianTwist>(exec, problem, choice, grid);
}

int twist_cost(const Problem& problem, TwistKind kind) {
  if (kind == TwistKind::exact) return 2;
  return 1 + (kind == TwistKind::point ? 3 * PointLikelihood::cost(problem) : 0);
}

void require_twist(const Problem& problem, const TwistChoice& choice, std::string_view sampler) {
  const std::string kind = name_of(choice.kind);
  const auto refuse = [&](std::string allowed) {
    throw SpecError("twist", kind, std::move(allowed));
  };
  switch (choice.kind) {
    case TwistKind::exact:
      if (!has_conditional_score(problem))
        refuse(fmt::format("point: p(y | z_t) of {} has no closed form",
                           problem.observation().target()));
      return;
    case TwistKind::point:
      if (!PointLikelihood::differentiable(problem))
        refuse(is_linear(problem)
                   ? "noise, prior, beta, beta_scaled or exact: p(y | ẑ_0) is no density "
                     "without noise"
                   : "exact: p(y | ẑ_0) has no gradient here");
      return;
    case TwistKind::noise:
    case TwistKind::beta_scaled:
      if (problem.process().degenerate_at_horizon())
        refuse(
            fmt::format("prior or exact, or a process.horizon below {}: at a_T = 0 its variance "
                        "is infinite",
                        problem.process().horizon()));
      [[fallthrough]];
    case TwistKind::prior:
    case TwistKind::beta:
      if (!is_linear(problem))
        refuse(fmt::format("point or exact: {} twists by a Gaussian only where y is linear in z_0",
                           sampler));
  }
}

}  // namespace plumbline
