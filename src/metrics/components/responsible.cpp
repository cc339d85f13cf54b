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

}  // namespace

MixtureTables component_tables(const Exec& exec, const GaussianMixture& mixture) {
  NoiseLevel level;
  if (mixture.singular()) {
    const Real variance = mixture.total_covariance().trace() / mixture.dimension();
    level.variance = 1e-12 * (variance > 0 ? variance : 1);
  }
  return tables_at(exec, factored(exec, mixture), level);
}

Need responsibilities_need(const Problem& problem, Index n) {
  const Index components = problem.prior().components();
  return {"draws", "responsibilities of some draws [rows, K]",
          bytes_of(Real(std::min(n, responsibility_rows(components))) * Real(components))};
}

Matrix log_responsibilities_of(const Exec& exec, const MixtureTables& tables, const Matrix& x,
                               Index first_component, Index count) {
  const Matrix rows = make_matrix("log_responsibilities", count, x.extent(0));
  over_responsibilities(exec, tables, x, [&](const Matrix& r, Index first) {
    keep_columns(exec, r, first_component, first, rows);
  });
  return rows;
}

}  // namespace plumbline
