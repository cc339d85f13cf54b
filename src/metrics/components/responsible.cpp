// Tables of the target's components, and responsibilities by component.
#include "metrics/components/responsible.hpp"

namespace plumbline {
namespace {

/// rows(k, first + n) = log r(n, first_component + k), r cut at the smallest number.
void keep_columns(const Exec& exec, const Matrix& r, Index first_component, Index first,
                  const Matrix& rows) {
  const Index count = rows.extent(0);
  parallel_over(
      exec, "plumbline::metrics::keep_columns", r.extent(0), KOKKOS_LAMBDA(Index n) {
        for (Index k = 0; k < count; ++k) rows(k, first + n) = log(r(n, first_component + k));
      });
}

struct WeightedResponsibilities {
  Matrix r;
  Vector log_w;
  Index first;

  KOKKOS_FUNCTION void operator()(Index n, Real* sums) const {
    const Real w = exp(log_w(first + n));
    const Real* const row = &r(n, 0);
    const int components = r.extent_int(1);
#pragma omp simd
    for (int k = 0; k < components; ++k) sums[k] = Kokkos::fma(w, row[k], sums[k]);
  }
};

}  // namespace

MixtureTables component_tables(const Exec& exec, const GaussianMixture& mixture) {
  NoiseLevel level;
  if (mixture.singular()) {
    const Real variance = mixture.total_covariance().trace() / mixture.dimension();
    level.variance = 1e-12 * (variance > 0 ? variance : 1);
  }
  return tables_at(exec, factored(exec, mixture), level);
}

void add_mean_responsibilities(const Exec& exec, const MixtureTables& tables,
                               const Ensemble& ensemble, HostVector& mean) {
  over_responsibilities(exec, tables, ensemble.x, [&](const Matrix& r, Index first) {
    const auto part = fixed_sums(exec, "plumbline::metrics::component_mass", r.extent(0),
                                 r.extent(1), WeightedResponsibilities{r, ensemble.log_w, first});
    mean += HostVector::Map(part.data(), mean.size());
  });
}

Need responsibilities_need(const Problem& problem, Index n) {
  const Index components = problem.prior().components();
  return {"draws", "responsibilities of some draws [rows, K]",
          bytes_of(Real(std::min(n, responsibility_rows(components))) * Real(components))};
}

Matrix log_responsibilities_of(const Exec& exec, const MixtureTables& tables, const Matrix& x,
                               Index first_component, Index count) {
  Matrix rows = make_matrix("log_responsibilities", count, x.extent(0));
  over_responsibilities(exec, tables, x, [&](const Matrix& r, Index first) {
    keep_columns(exec, r, first_component, first, rows);
  });
  return rows;
}

}  // namespace plumbline
