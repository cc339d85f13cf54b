// log p(y | z_t) for every kind of observation, and the exact conditional score. problem/README §7.
#include "problem/likelihood.hpp"

#include <cmath>

#include "diffusion/conditional_reverse.hpp"
#include "mixture/pair.hpp"
#include "problem/crescent.hpp"
#include "problem/event.hpp"

namespace plumbline {
namespace {

/// One row of y for all points.
ContextRows same_for_all(const HostVector& y, Index points) {
  return {to_device("observed_y", HostMatrix(y.transpose())), std::max(points, Index{1})};
}

/// Noise-free coordinates: p(y | z_t) is the observed part of the exact reverse kernel to s = 0.
void evaluate(const Exec& exec, const Problem& problem, const Inpainting& o, Real t,
              const Matrix& z, const Vector& log_p) {
  PLUMBLINE_REQUIRE(t > 0, "p(y | z_0) of a noise-free observation is not a density");
  ConditionalReverse kernel(exec, problem.prior(), problem.process(), o.observed);
  kernel.move_to(exec, t, 0);
  kernel.log_weight(exec, z, same_for_all(o.y, z.extent(0)), log_p);
}

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
Readout linear_readout(const GaussianMixture& prior, const LinearGaussian& o,
                       const NoiseLevel& level) {
  const SymmetricEigen noise = symmetric_eigen(o.noise);
  const HostMatrix noise_root = noise.vectors * noise.values.cwiseMax(0).cwiseSqrt().asDiagonal();
  const int m = static_cast<int>(o.a.rows()), d = prior.dimension();
  ReadoutBuilder builder(prior.components(), m, d);
  for (int k = 0; k < prior.components(); ++k) {
    HostVector pull(d), root_c(d);
    for (int j = 0; j < d; ++j) {
      const Real lambda = prior.eigenvalues()(k, prior.kind() == CovarianceKind::isotropic ? 0 : j);
      const Real ratio = lambda / (level.alpha * level.alpha * lambda + level.variance);
      pull[j] = level.alpha * ratio;
      root_c[j] = std::sqrt(level.variance * ratio);
    }
    const HostMatrix au =
        prior.kind() == CovarianceKind::full ? HostMatrix(o.a * prior.eigenvectors(k)) : o.a;
    const HostMatrix root = covariance_root(au * root_c.asDiagonal(), noise_root);
    PLUMBLINE_REQUIRE(root.diagonal().cwiseAbs().minCoeff() > 0,
                      "p(y | z_t) has no density: A C Aᵀ + noise is singular");
    const HostVector center = o.a * prior.means().row(k).transpose();
    builder.set(k, center, HostVector::Zero(m), root, au * pull.asDiagonal());
  }
  Readout readout;
  builder.upload(readout);
  return readout;
}

void evaluate(const Exec& exec, const Problem& problem, const LinearGaussian& o, Real t,
              const Matrix& z, const Vector& log_p) {
  const DiffusedMixture at_t(exec, problem.prior_factored(), problem.process(), t);
  log_readout(exec, at_t.tables(), linear_readout(problem.prior(), o, at_t.level()), z,
              same_for_all(o.y, z.extent(0)), log_p);
}

/// log(1 + e^x), accurate where it is tiny: log(u) e^x / (u − 1), u the rounded 1 + e^x, loses
/// nothing of an e^x below the last digit of 1.
KOKKOS_INLINE_FUNCTION Real softplus(Real x) {
  const Real e = exp(-Kokkos::fabs(x)), u = 1 + e;
  return Kokkos::fmax(x, Real(0)) + (u == 1 ? e : log(u) * (e / (u - 1)));
}

/// log Σ_{k∈c} r_k(z) = −log(1 + rest/members): a class that is all but certain keeps its digits.
///   shapes  z [n, D], in_class [K] → log_p [n]
void class_log_probability(const Exec& exec, const MixtureTables& tables,
                           const IndexVector& in_class, const Matrix& z, const Vector& log_p) {
  parallel_over(
      exec, "plumbline::problem::class_log_probability", z.extent(0), KOKKOS_LAMBDA(Index n) {
        const RowPoint point = {z, n};
        OnlineLogSum rest, members;
        for (int k = 0; k < tables.mixture.components; ++k)
          (in_class(k) ? members : rest).add(log_joint(tables, k, point));
        log_p(n) = -softplus((rest.max - members.max) + (log(rest.sum) - log(members.sum)));
      });
}

void evaluate(const Exec& exec, const Problem& problem, const ClassLabel& o, Real t,
              const Matrix& z, const Vector& log_p) {
  const DiffusedMixture at_t(exec, problem.prior_factored(), problem.process(), t);
  PLUMBLINE_REQUIRE(has_density(at_t.tables()), "p_t has no density at t = {}", t);
  const IndexVector in_class = make_index_vector("in_class", problem.prior().components());
  const auto host = Kokkos::create_mirror_view(Kokkos::HostSpace(), in_class);
  Kokkos::deep_copy(host, 0);
  for (const int k : o.classes[o.label]) host(k) = 1;
  Kokkos::deep_copy(in_class, host);
  class_log_probability(exec, at_t.tables(), in_class, z, log_p);
}

void evaluate(const Exec& exec, const Problem& problem, const Event& o, Real t, const Matrix& z,
              const Vector& log_p) {
  if (t == 0) return event_log_indicator(exec, o, z, log_p);
  const DiffusedMixture at_t(exec, problem.prior_factored(), problem.process(), t);
  event_log_probability(exec, event_tables(exec, at_t.tables(), o), z, log_p);
}

void evaluate(const Exec& exec, const Problem&, const Crescent& o, Real t, const Matrix& z,
              const Vector& log_p) {
  PLUMBLINE_REQUIRE(t == 0, "p(y | z_t) of a nonlinear observation has no closed form at t = {}",
                    t);
  crescent_log_likelihood(exec, o, z, log_p);
}

}  // namespace

void log_likelihood(const Exec& exec, const Problem& problem, Real t, const Matrix& z,
                    const Vector& log_p) {
  PLUMBLINE_REQUIRE(z.extent_int(1) == problem.full_dimension(), "z has {} columns, the prior {}",
                    z.extent(1), problem.full_dimension());
  std::visit([&](const auto& o) { evaluate(exec, problem, o, t, z, log_p); },
             problem.observation());
}

bool has_conditional_score(const Problem& problem) {
  return problem.is_mixture() || std::holds_alternative<Event>(problem.observation());
}

void conditional_score(const Exec& exec, const Problem& problem, Real t, const Matrix& z,
                       const Matrix& out) {
  const auto* event = std::get_if<Event>(&problem.observation());
  const DiffusedMixture at_t(exec,
                             event ? problem.prior_factored() : problem.full_posterior_factored(),
                             problem.process(), t);
  if (event)
    event_score(exec, event_tables(exec, at_t.tables(), *event), z, out);
  else
    score(exec, at_t.tables(), z, out);
}

}  // namespace plumbline
