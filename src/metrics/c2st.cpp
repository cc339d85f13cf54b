// metrics/c2st.cpp – classifier two-sample test: can a fixed classifier tell the draws from exact
// ones? Logistic regression on coordinates, squares and products of neighbours, trained on one half
// of both samples, scored on the other.
//
// Under the hypothesis the labels of the test half are exchangeable whatever was learnt, so the
// accuracy has mean ½ and at most the spread of n coins: √(1/4n) for n test rows.
#include <algorithm>
#include <cmath>

#include "core/steps/stop.hpp"
#include "metrics/estimates/weighted.hpp"
#include "metrics/metric.hpp"

namespace plumbline::c2st {

using Features = Eigen::MatrixXd;  // one row per draw: 1, u_i, u_i², u_i u_{i+1}

/// Features of (x − mean)/scale, cut at ±10 so that one far draw cannot rule the fit.
Features features(const HostMatrix& x, const HostVector& mean, const HostVector& scale) {
  const Eigen::Index n = x.rows(), d = x.cols();
  Features f(n, 1 + 3 * d - 1);
  for (Eigen::Index row = 0; row < n; ++row) {
    f(row, 0) = 1;
    for (Eigen::Index i = 0; i < d; ++i) {
      const Real u = std::clamp((x(row, i) - mean[i]) / scale[i], Real(-10), Real(10));
      f(row, 1 + i) = u;
      f(row, 1 + d + i) = u * u;
      if (i > 0) f(row, 2 * d + i) = u * f(row, i);
    }
  }
  return f;
}

/// A labelled, weighted half: weights of each label sum to ½.
struct Half {
  Features f;
  Eigen::VectorXd label, weight;
};

/// Rows of the given parity (or all) of P with label 1, and as many of Q with label 0.
Half half_of(const Features& p, const Eigen::VectorXd& w, const Features& q, int parity) {
  const Eigen::Index np = (p.rows() + 1 - parity) / 2, nq = (q.rows() + 1 - parity) / 2;
  Half half{Features(np + nq, p.cols()), Eigen::VectorXd(np + nq), Eigen::VectorXd(np + nq)};
  for (Eigen::Index j = 0; j < np; ++j) {
    half.f.row(j) = p.row(2 * j + parity);
    half.label[j] = 1;
    half.weight[j] = w[2 * j + parity];
  }
  const Real mass = half.weight.head(np).sum();
  if (mass > 0) half.weight.head(np) /= 2 * mass;
  for (Eigen::Index j = 0; j < nq; ++j) half.f.row(np + j) = q.row(2 * j + parity);
  half.label.tail(nq).setZero();
  half.weight.tail(nq).setConstant(0.5 / static_cast<Real>(nq));
  return half;
}

/// False when no weight of the draws fell into this half: then there is nothing to tell apart.
bool has_both(const Half& half) {
  return half.label.dot(half.weight) > 0;
}

/// argmin Σ w log(1 + e^{∓β·f}) + ½ ridge |β|²: Newton steps, halved until the loss falls.
Eigen::VectorXd logistic_regression(const Half& half, Real ridge) {
  const auto loss = [&](const Eigen::VectorXd& beta) {
    const Eigen::ArrayXd margin = (half.f * beta).array() * (2 * half.label.array() - 1);
    const Eigen::ArrayXd each =
        (-margin).max(0) + (1 + (-margin.abs()).exp()).log();  // log(1 + e^{−margin})
    return (half.weight.array() * each).sum() + ridge / 2 * beta.squaredNorm();
  };
  Eigen::VectorXd beta = Eigen::VectorXd::Zero(half.f.cols());
  Real now = loss(beta);
  for (int newton = 0; newton < 50; ++newton) {
    stop_if_asked();
    const Eigen::ArrayXd p = 1 / (1 + (-(half.f * beta).array()).exp());
    const Eigen::VectorXd gradient =
        half.f.transpose() * (half.weight.array() * (p - half.label.array())).matrix() +
        ridge * beta;
    const Eigen::VectorXd curvature = half.weight.array() * p * (1 - p);
    Eigen::MatrixXd hessian = half.f.transpose() * curvature.asDiagonal() * half.f;
    hessian.diagonal().array() += ridge;
    const Eigen::VectorXd step = hessian.llt().solve(gradient);
    Real size = 1, next = loss(beta - step);
    while (!(next <= now) && size > 1e-6) next = loss(beta - (size /= 2) * step);
    if (!(now - next > 1e-12)) break;
    beta -= size * step;
    now = next;
  }
  return beta;
}

/// Weighted share of the half that is classified rightly; a tie counts half.
Estimate accuracy(const Half& half, const Eigen::VectorXd& beta) {
  const Eigen::VectorXd score = half.f * beta;
  Real right = 0, squares = 0;
  const auto hit = [&](Eigen::Index j) {
    return score[j] == 0 ? Real(0.5) : Real((score[j] > 0) == (half.label[j] > 0.5));
  };
  for (Eigen::Index j = 0; j < score.size(); ++j) right += half.weight[j] * hit(j);
  for (Eigen::Index j = 0; j < score.size(); ++j)
    squares += std::pow(half.weight[j] * (hit(j) - right), 2);
  return {right, std::sqrt(squares)};
}

class C2st final : public Metric {
 public:
  struct Settings {
    Real ridge = 1e-3;
    Index reference = 0;

    void visit(auto&& field) {
      field("ridge", ridge, "penalty ½ ridge |β|² on the coefficients", above(0));
      field("reference", reference, "exact draws to compare with; 0: as many as there are draws",
            at_least(0));
    }
    void validate() const {
      if (reference > 0 && reference < 4)
        throw SpecError("reference", fmt::format("{}", reference), "must be 0, or at least 4");
    }
  };
  explicit C2st(const Settings& settings) : settings_(settings) {}

  /// Features and their halves: a Hessian of d + d (d + 1)/2 features where they are squares.
  Needs needs(const Problem& problem, Index n) const override {
    return {rows_need(problem, 4 * Real(n), "draws", "features of the draws"),
            rows_need(problem, 4 * Real(settings_.reference), "reference",
                      "features of the exact draws")};
  }

  Estimate evaluate(const Exec& exec, const MetricInput& input) const override {
    const Ensemble& draws = input.ensemble;
    if (draws.draws() < 4 || !measurable(exec, draws)) return {};
    const Index count = settings_.reference > 0 ? settings_.reference : draws.draws();
    const Matrix exact = input.problem.draw_exact(exec, count, input.rng.stream("reference"));
    const HostVector mean = input.problem.target_mean();
    const HostVector variance = input.problem.target_covariance().diagonal();
    const HostVector scale = (variance.array() > 0).select(variance.array().sqrt(), 1).matrix();
    const Features p = features(to_host_matrix(draws.x), mean, scale);
    const Features q = features(to_host_matrix(exact), mean, scale);
    Eigen::VectorXd w = to_host_vector(draws.log_w);
    for (Real& v : w) v = std::exp(v);  // exactly 0 at −∞, which Eigen's is not
    const Half train = half_of(p, w, q, 0), test = half_of(p, w, q, 1);
    if (!has_both(train) || !has_both(test)) return {};
    return accuracy(test, logistic_regression(train, settings_.ridge));
  }

 private:
  Settings settings_;
};

}  // namespace plumbline::c2st

namespace plumbline {

MetricEntry c2st_metric() {
  return metric_entry<c2st::C2st>(
      {.name = "c2st",
       .long_name = "accuracy of a classifier two-sample test",
       .units = "probability",
       .better = Better::lower,
       .least_draws = 4,
       .summary =
           "Weighted accuracy of logistic regression (features u_i, u_i², u_i u_{i+1} of "
           "standardised coordinates, ridge penalty) at telling draws from exact ones, "
           "trained on the even rows, scored on the odd rows. ½: indistinguishable to "
           "this classifier; on exact draws mean ½ and standard deviation at most √(1/4n), n "
           "rows scored. Draws must not be ordered in pairs. NaN for fewer than four draws, and "
           "when one "
           "half has all their weight",
       .reference = "Lopez-Paz & Oquab 2017",
       .cost = "O(n d²) per Newton step, on the host"});
}

}  // namespace plumbline
