// Ranks of z* among draws.
#include "metrics/marginals/truth_rank.hpp"

#include "core/arrays/elementwise.hpp"
#include "core/arrays/gather.hpp"
#include "core/reduce.hpp"
#include "metrics/estimates/weighted.hpp"
#include "mixture/evaluate.hpp"
#include "problem/likelihood.hpp"

namespace plumbline {
namespace {

/// sums[0] += w_n of smaller values, sums[1] += w_n of equal ones.
struct BelowAndEqual {
  Vector values, log_w;
  Real at;

  KOKKOS_FUNCTION void operator()(Index n, Real* sums) const {
    const Real w = exp(log_w(n));
    sums[0] += values(n) < at ? w : Real(0);
    sums[1] += values(n) == at ? w : Real(0);
  }
};

/// NaN when an entry is.
struct Magnitude {
  Vector values;
  KOKKOS_FUNCTION Real operator()(Index n) const { return Kokkos::fabs(values(n)); }
};

void set_column(const Exec& exec, int column, Real value, const Matrix& z) {
  parallel_over(
      exec, "plumbline::metrics::set_column", z.extent(0),
      KOKKOS_LAMBDA(Index n) { z(n, column) = value; });
}

/// log p at x; NaN where some component is a point and there is no density.
void log_density_or_nan(const Exec& exec, const FactoredMixture& mixture, const Matrix& x,
                        const Vector& log_p) {
  const MixtureTables tables = tables_at(exec, mixture, NoiseLevel{});
  if (has_density(tables))
    log_density(exec, tables, x, log_p);
  else
    Kokkos::deep_copy(exec, log_p, nan);
}

}  // namespace

void require_truth(const Problem& problem, std::string_view metric) {
  if (!problem.truth())
    throw SpecError("use", std::string(metric),
                    "needs the z* behind y: y = \"draw\" (or label = \"draw\"), and no tilt");
}

Matrix truth_as_draw(const Problem& problem) {
  PLUMBLINE_REQUIRE(problem.truth().has_value(), "the problem's y was given, not drawn");
  HostMatrix row(1, problem.dimension());
  for (int i = 0; i < problem.dimension(); ++i) row(0, i) = (*problem.truth())[problem.free()[i]];
  return to_device("truth", row);
}

Real randomised_rank(const Exec& exec, const Vector& values, const Vector& log_w, Real at,
                     Rng rng) {
  const Real largest =
      fixed_max(exec, "plumbline::metrics::largest", values.extent(0), Magnitude{values});
  if (!(largest < infinity) || !(Kokkos::fabs(at) < infinity)) return nan;
  const std::vector<Real> sums = fixed_sums(exec, "plumbline::metrics::rank", values.extent(0), 2,
                                            BelowAndEqual{values, log_w, at});
  const Real n = static_cast<Real>(values.extent(0)), u = rng.uniform(0, 0, 0);
  return (n * sums[0] + u * (1 + n * sums[1])) / (n + 1);
}

Estimate truth_rank(const Exec& exec, const MetricInput& input, const RankedQuantity& quantity) {
  if (!input.problem.truth() || !measurable(exec, input.ensemble)) return {};
  const Vector values = make_vector("values", input.ensemble.draws()), at = make_vector("at", 1);
  quantity(exec, input.problem, input.ensemble.x, values);
  quantity(exec, input.problem, truth_as_draw(input.problem), at);
  return {.value = randomised_rank(exec, values, input.ensemble.log_w, to_host(at).front(),
                                   input.rng.stream("ties"))};
}

void log_prior(const Exec& exec, const Problem& problem, const Matrix& x, const Vector& log_p) {
  const bool part = problem.dimension() < problem.full_dimension();
  log_density_or_nan(
      exec,
      part ? factored(exec, problem.prior().marginal(problem.free())) : problem.prior_factored(), x,
      log_p);
}

void log_likelihood_of_draws(const Exec& exec, const Problem& problem, const Matrix& x,
                             const Vector& log_p) {
  const std::vector<int>& observed = problem.observed();
  if (observed.empty()) {
    if (likelihood_exists(problem, 0)) return log_likelihood(exec, problem, 0, x, log_p);
    return Kokkos::deep_copy(exec, log_p, nan);
  }
  const Matrix z = make_matrix("z", x.extent(0), problem.full_dimension());
  scatter_columns(exec, x, 1, to_device_list(problem.free()), z);
  for (std::size_t j = 0; j < observed.size(); ++j)
    set_column(exec, observed[j], problem.observed_values()[static_cast<Eigen::Index>(j)], z);
  const Vector marginal = make_vector("marginal", x.extent(0));
  log_density_or_nan(exec, problem.prior_factored(), z, log_p);
  log_prior(exec, problem, x, marginal);
  subtract(exec, log_p, marginal, log_p);
}

}  // namespace plumbline
