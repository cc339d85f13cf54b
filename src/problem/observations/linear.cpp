// problem/observations/linear.cpp – y = A z_0 + N(0, Γ), any A, Γ positive definite or 0. The
// posterior and p(y | z_t) are Gaussian component by component. problem/README §3.
#include "problem/observations/linear.hpp"

#include <algorithm>
#include <cmath>

#include "diffusion/diffused_mixture.hpp"
#include "mixture/condition.hpp"
#include "mixture/covariance.hpp"
#include "problem/observations/entry.hpp"
#include "problem/problem.hpp"

namespace plumbline {
namespace observations::linear {

struct Settings {
  std::optional<RealRows> a, noise_covariance;
  std::optional<Real> noise;
  std::optional<OrDraw<std::vector<Real>>> y;

  void visit(auto&& field) {
    field("A", a, "the operator [m, D]", in_words("rows of D numbers"));
    field("noise", noise, "standard deviation of independent noise", at_least(0));
    field("noise_covariance", noise_covariance, "covariance of the noise [m, m], in place of noise",
          in_words("positive definite, or 0"));
    field("y", y, "what was observed; \"draw\": a new y ~ p(y) per replicate");
  }
  ObservationPtr make(const GaussianMixture&, const Rng&) const {
    const HostMatrix matrix = matrix_of("A", needed("A", a, "a list of rows of D numbers"));
    const int m = static_cast<int>(matrix.rows());
    return LinearGaussian{matrix, covariance(m), given_or_zero(y, m)};
  }

 private:
  HostMatrix covariance(int m) const {
    if (noise_covariance) {
      if (noise)
        throw SpecError("noise_covariance", to_text(settings::write(*noise_covariance), 40),
                        "give either noise, a standard deviation, or noise_covariance");
      HostMatrix given = matrix_of("noise_covariance", *noise_covariance);
      require_noise_covariance("noise_covariance", given, m);
      return symmetrised(given);
    }
    const Real deviation = needed("noise", noise, "a standard deviation, or noise_covariance");
    return deviation * deviation * HostMatrix::Identity(m, m);
  }
};

/// constant − ½ ‖y − A z‖².   shapes  z [n, D], a [m, D], y [m] → log_l [n]
void whitened(const Exec& exec, const Matrix& a, const Vector& y, Real constant, const Matrix& z,
              const Vector& log_l) {
  const int m = a.extent_int(0), dimension = a.extent_int(1);
  parallel_over(
      exec, "plumbline::problem::point_likelihood", z.extent(0), KOKKOS_LAMBDA(Index n) {
        Real square = 0;
        for (int j = 0; j < m; ++j) {
          Real residual = y(j);
          for (int i = 0; i < dimension; ++i) residual = Kokkos::fma(-a(j, i), z(n, i), residual);
          square = Kokkos::fma(residual, residual, square);
        }
        log_l(n) = constant - square / 2;
      });
}

/// Aᵀ(y − A z).   shapes  as above, gradient [n, D]
void whitened_gradient(const Exec& exec, const Matrix& a, const Vector& y, const Matrix& z,
                       const Matrix& gradient) {
  const int m = a.extent_int(0), dimension = a.extent_int(1);
  parallel_over(
      exec, "plumbline::problem::point_likelihood_gradient", z.extent(0), KOKKOS_LAMBDA(Index n) {
        for (int i = 0; i < dimension; ++i) gradient(n, i) = 0;
        for (int j = 0; j < m; ++j) {
          Real residual = y(j);
          for (int i = 0; i < dimension; ++i) residual = Kokkos::fma(-a(j, i), z(n, i), residual);
          for (int i = 0; i < dimension; ++i)
            gradient(n, i) = Kokkos::fma(a(j, i), residual, gradient(n, i));
        }
      });
}

/// log N(y; A z, Γ), whitened by Γ = L Lᵀ once.
class Normal final : public PointTerm {
 public:
  explicit Normal(const LinearGaussian& o) {
    const Eigen::MatrixXd root = o.noise.llt().matrixL();
    const auto lower = root.triangularView<Eigen::Lower>();
    a_ = to_device("whitened_A", HostMatrix(lower.solve(Eigen::MatrixXd(o.a))));
    y_ = to_device("whitened_y", HostVector(lower.solve(o.y)));
    log_constant_ = -root.diagonal().array().log().sum() - Real(o.y.size()) * log_2pi / 2;
  }
  void value(const Exec& exec, const Matrix& z, const Vector& log_l) const override {
    whitened(exec, a_, y_, log_constant_, z, log_l);
  }
  void gradient(const Exec& exec, const Matrix& z, const Matrix& gradient) const override {
    whitened_gradient(exec, a_, y_, z, gradient);
  }

 private:
  Matrix a_;           // L⁻¹ A  [m, D]
  Vector y_;           // L⁻¹ y  [m]
  Real log_constant_;  // −Σ log L_jj − (m/2) log 2π
};

/// Lower root of A F Fᵀ Aᵀ + Γ, Γ = N Nᵀ, as Rᵀ of the QR of [(A F)ᵀ; Nᵀ]: no matrix is squared.
HostMatrix covariance_root(const HostMatrix& af, const HostMatrix& noise_root) {
  const Eigen::Index m = af.rows(), d = af.cols();
  Eigen::MatrixXd stacked(d + m, m);
  stacked << af.transpose(), noise_root.transpose();
  const Eigen::HouseholderQR<Eigen::MatrixXd> qr(stacked);
  const Eigen::MatrixXd upper = qr.matrixQR().topRows(m).triangularView<Eigen::Upper>();
  return upper.transpose();
}

/// y | z_t, k ~ N(A m_k, A C_k Aᵀ + Γ), m_k = μ + U (a Λ/S) Uᵀ (z − a μ), C_k = U (s² Λ/S) Uᵀ.
class LinearTerm final : public LevelTerm {
 public:
  LinearTerm(const Exec& exec, const Problem& problem, const LinearGaussian& o)
      : prior_(problem.prior()),
        o_(o),
        diffused_(exec, problem.prior_factored(), problem.process(), problem.process().horizon()),
        y_(same_for_all(o.y, 1)),
        builder_(prior_.components(), static_cast<int>(o.a.rows()), prior_.dimension()) {
    const SymmetricEigen noise = symmetric_eigen(o.noise);
    noise_root_ = noise.vectors * noise.values.cwiseMax(0).cwiseSqrt().asDiagonal();
  }

  void value(const Exec& exec, Real t, const Matrix& z, const Vector& log_p) override {
    if (t != diffused_.time() || readout_.center.data() == nullptr) {
      diffused_.move_to(exec, t);
      fill(diffused_.level());
    }
    y_.particles = std::max(Index(z.extent(0)), Index{1});
    log_readout(exec, diffused_.tables(), readout_, z, y_, log_p);
  }

 private:
  void fill(const NoiseLevel& level) {
    const int m = static_cast<int>(o_.a.rows()), d = prior_.dimension();
    for (int k = 0; k < prior_.components(); ++k) {
      HostVector pull(d), root_c(d);
      for (int j = 0; j < d; ++j) {
        const Real lambda =
            prior_.eigenvalues()(k, prior_.kind() == CovarianceKind::isotropic ? 0 : j);
        const Real ratio = lambda / (level.alpha * level.alpha * lambda + level.variance);
        pull[j] = level.alpha * ratio;
        root_c[j] = std::sqrt(level.variance * ratio);
      }
      const HostMatrix au =
          prior_.kind() == CovarianceKind::full ? HostMatrix(o_.a * prior_.eigenvectors(k)) : o_.a;
      const HostMatrix root = covariance_root(au * root_c.asDiagonal(), noise_root_);
      PLUMBLINE_REQUIRE(root.diagonal().cwiseAbs().minCoeff() > 0,
                        "p(y | z_t) has no density: A C Aᵀ + noise is singular");
      const HostVector center = o_.a * prior_.means().row(k).transpose();
      builder_.set(k, center, HostVector::Zero(m), root, au * pull.asDiagonal());
    }
    readout_ = builder_.upload();
  }

  GaussianMixture prior_;
  LinearGaussian o_;
  HostMatrix noise_root_;  // N Nᵀ = Γ
  DiffusedMixture diffused_;
  ContextRows y_;
  ReadoutBuilder builder_;
  Readout readout_;  // where the mixture is
};

class Linear final : public Observation {
 public:
  explicit Linear(LinearGaussian given) : o_(std::move(given)) {}

  std::string target() const override { return "linear"; }

  void require_valid(const GaussianMixture& prior) const override {
    const Index m = o_.a.rows();
    if (m == 0) throw SpecError("A", "[]", "needs at least one row");
    if (o_.a.cols() != prior.dimension())
      throw SpecError(
          "A", fmt::format("{} columns", o_.a.cols()),
          fmt::format("must be {}, one per coordinate of the prior", prior.dimension()));
    require_finite("A", o_.a);
    require_noise_covariance("noise", o_.noise, m);
    require_size(o_.y, m, "row of A");
    require_finite("y", o_.y);
  }

  Conditioning condition(const Exec&, const GaussianMixture& prior,
                         const FactoredMixture&) const override {
    const Conditioned conditioned = condition_linear(prior, o_.a, o_.noise, o_.y);
    return {.posterior = conditioned.posterior,
            .full_posterior = conditioned.posterior,
            .log_evidence = conditioned.log_evidence};
  }

  ObservationPtr drawn(const Truth& truth, const Rng& rng) const override {
    const SymmetricEigen noise = symmetric_eigen(o_.noise);
    HostVector xi(o_.y.size());
    const Rng stream = rng.stream("noise");
    for (Index j = 0; j < xi.size(); ++j)
      xi[j] = std::sqrt(std::max(noise.values[j], Real(0))) * stream.normal(0, 0, j);
    LinearGaussian out = o_;
    out.y = o_.a * truth.z + noise.vectors * xi;
    return out;
  }

  HostVector numbers() const override { return o_.y; }
  std::vector<NamedArray> arrays(const GaussianMixture&) const override {
    return linear_arrays(o_);
  }

  void level_likelihood(const Exec& exec, const Problem& problem, Real t, const Matrix& z,
                        const Vector& log_p) const override {
    LinearTerm(exec, problem, o_).value(exec, t, z, log_p);
  }
  std::unique_ptr<LevelTerm> level_term(const Exec& exec, const Problem& problem) const override {
    return std::make_unique<LinearTerm>(exec, problem, o_);
  }
  bool has_density(const GaussianMixture&) const override { return !LinearForm(o_).noise_free(); }
  std::unique_ptr<PointTerm> point_term(const Exec&, const Problem&) const override {
    return std::make_unique<Normal>(o_);
  }
  std::optional<LinearForm> linear_form(int) const override { return o_; }

 private:
  LinearGaussian o_;
};

}  // namespace observations::linear

LinearGaussian::operator ObservationPtr() const {
  return std::make_shared<observations::linear::Linear>(*this);
}

std::vector<NamedArray> linear_arrays(const LinearForm& form) {
  return {named("y", {"measurement"}, form.y, "what was observed: y = A z + noise"),
          named("A", {"measurement", "coordinate"}, form.a, "forward operator"),
          named("noise_covariance", {"measurement", "measurement_2"}, form.noise,
                "covariance of the noise; 0 where coordinates are observed without noise")};
}

ContextRows same_for_all(const HostVector& y, Index points) {
  return {to_device("observed_y", HostMatrix(y.transpose())), std::max(points, Index{1})};
}

ObservationEntry linear_observation() {
  return observation_entry<observations::linear::Settings>(
      {.name = "linear",
       .summary = "y = A z + noise",
       .example = "A = [[1, -0.5]], noise = 0.4, y = \"draw\"",
       .targets = {{"linear",
                    {Capability::linear_form, Capability::linear_noise, Capability::density,
                     Capability::conditional_score, Capability::mixture,
                     Capability::conditional_mixture}}}});
}

}  // namespace plumbline
