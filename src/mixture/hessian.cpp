// The two matrix-valued quantities of a mixture at a noise level: ∇² log p_t(z) and
// Cov[X | alpha X + sigma ξ = z]. mixture/README §3. Both are Σ_k r_k B_k + Σ_k r_k (v_k − v̄)(v_k −
// v̄)ᵀ, with B_k = −S_k⁻¹, v_k = g_k for the Hessian and B_k = s² Σ_k S_k⁻¹, v_k = m_k for the
// covariance.
#include "core/errors.hpp"
#include "mixture/detail/deviation.hpp"
#include "mixture/evaluate.hpp"

namespace plumbline {
namespace {

using detail::Target;

/// Eigenvalue j of B_k.
template <Target target>
KOKKOS_INLINE_FUNCTION Real within(const MixtureTables& tables, int k, int j) {
  if constexpr (target == Target::score)
    return -tables.precision(k, eigen_column(tables.mixture, j));
  else
    return detail::inner_eigenvalue(tables, k, j);
}

/// B_k of full covariances, U diag(·) Uᵀ.   shapes  out [K, D, D].   cost  2 K D³ flops
template <Target target>
struct FillWithin {
  MixtureTables tables;
  Cube out;
  KOKKOS_FUNCTION void operator()(Index index) const {
    const int d = tables.mixture.dimension;
    const int k = static_cast<int>(index / d), i = static_cast<int>(index % d);
    for (int j = 0; j < d; ++j) {
      Real sum = 0;
      for (int e = 0; e < d; ++e)
        sum =
            Kokkos::fma(tables.mixture.eigenvectors(k, i, e) * tables.mixture.eigenvectors(k, j, e),
                        within<target>(tables, k, e), sum);
      out(k, i, j) = sum;
    }
  }
};

/// One point per turn: v̄ in a first pass over the components, the matrix in a second.
///   cost  3 D² flops per pair; full covariances + 12 D²
template <Target target, CovarianceKind kind>
struct MatrixMoment {
  MixtureTables tables;
  Cube within_k;  // full only
  Matrix z;
  Cube out;
  detail::Work work;
  using PointRows = detail::Rows<0, 1, 5>;  // z, v_k (and its sum), difference, rotated, v̄

  KOKKOS_FUNCTION void operator()(Index slot) const {
    const int d = tables.mixture.dimension;
    PointRows rows{work.data.data() + slot * work.offset, d, work.stride};
    const detail::BlockRange points = work.share(slot, z.extent(0));
    for (Index n = points.first; n < points.last; n += points.step) {
      detail::load<1>(z, n, d, rows);
      const detail::LogSumBlock<1> s = center(rows);
      const int owner = s.sum[0] == 0 ? nearest_component(tables, RowPoint{z, n}) : -1;
      for (int i = 0; i < d; ++i)
        for (int j = 0; j < d; ++j) out(n, i, j) = 0;
      for (int k = 0; k < tables.mixture.components; ++k) {
        const Real l = term(k, rows);
        const Real r = owner >= 0 ? Real(k == owner) : exp_weight(l - s.max[0]) / s.sum[0];
        if (r != 0) add(n, k, owner >= 0, r, rows);
      }
    }
  }

  KOKKOS_FUNCTION Real term(int k, PointRows& rows) const {
    const detail::Lanes<1> q =
        detail::mahalanobis<kind, 1>(tables, k, tables.mixture.dimension, rows);
    return Kokkos::fma(Real(-0.5), q[0], tables.log_const(k));
  }

  /// Row 1 ← row 1 · keep + weight · v_k.
  KOKKOS_FUNCTION void add_vector(int k, const detail::LogSumBlock<1>& s, PointRows& rows,
                                  detail::Lanes<1>& pull) const {
    const int d = tables.mixture.dimension;
    if constexpr (target == Target::score) detail::add_score<kind, 1>(tables, k, d, s, rows);
    if constexpr (target == Target::denoised)
      detail::add_denoised<kind, 1>(tables, k, d, s, rows, pull);
  }

  /// Row 4 ← v̄ = Σ r_k v_k.
  KOKKOS_FUNCTION detail::LogSumBlock<1> center(PointRows& rows) const {
    const int d = tables.mixture.dimension;
    detail::LogSumBlock<1> s;
    detail::Lanes<1> pull = {};
    for (int i = 0; i < d; ++i) rows(1, i)[0] = 0;
    for (int k = 0; k < tables.mixture.components; ++k) {
      const detail::Lanes<1> q = detail::mahalanobis<kind, 1>(tables, k, d, rows);
      s.add(tables.log_const(k), q);
      add_vector(k, s, rows, pull);
    }
    for (int i = 0; i < d; ++i)
      rows(4, i)[0] = Kokkos::fma(pull[0], rows(0, i)[0], rows(1, i)[0]) / s.sum[0];
    return s;
  }

  /// out_n += r (B_k + (v_k − v̄)(v_k − v̄)ᵀ); a lone component has v_k = v̄.
  KOKKOS_FUNCTION void add(Index n, int k, bool alone, Real r, PointRows& rows) const {
    const int d = tables.mixture.dimension;
    detail::LogSumBlock<1> unit;
    unit.weight[0] = 1;
    unit.keep[0] = 0;
    detail::Lanes<1> pull = {};
    for (int i = 0; i < d; ++i) rows(1, i)[0] = 0;
    add_vector(k, unit, rows, pull);
    for (int i = 0; i < d; ++i) {
      const Real v = Kokkos::fma(pull[0], rows(0, i)[0], rows(1, i)[0]);
      rows(1, i)[0] = alone ? Real(0) : v - rows(4, i)[0];
    }
    for (int i = 0; i < d; ++i) {
      const Real vi = rows(1, i)[0];
      for (int j = 0; j < d; ++j) {
        const Real vj = rows(1, j)[0];
        Real b = 0;
        if constexpr (kind == CovarianceKind::full)
          b = within_k(k, i, j);
        else if (i == j)
          b = within<target>(tables, k, i);
        out(n, i, j) = Kokkos::fma(r, Kokkos::fma(vi, vj, b), out(n, i, j));
      }
    }
  }
};

template <Target target, CovarianceKind kind>
void launch(const Exec& exec, const char* label, const MixtureTables& tables, const Matrix& z,
            const Cube& out) {
  const Index d = tables.mixture.dimension;
  Cube within_k;
  if (kind == CovarianceKind::full) {
    within_k = make_cube("within", tables.mixture.components, d, d);
    parallel_over(exec, label, d * tables.mixture.components, FillWithin<target>{tables, within_k});
  }
  const detail::Work work = detail::make_work(exec, z.extent(0), 5 * d, 1);
  parallel_over(exec, label, work.slots,
                MatrixMoment<target, kind>{tables, within_k, z, out, work});
}

template <Target target>
void evaluate(const Exec& exec, const char* label, const MixtureTables& tables, const Matrix& z,
              const Cube& out) {
  PLUMBLINE_REQUIRE(has_density(tables), "{}: some covariance is singular at noise variance {}",
                    label, tables.level.variance);
  switch (tables.mixture.kind) {
    case CovarianceKind::isotropic:
      return launch<target, CovarianceKind::isotropic>(exec, label, tables, z, out);
    case CovarianceKind::diagonal:
      return launch<target, CovarianceKind::diagonal>(exec, label, tables, z, out);
    case CovarianceKind::full:
      return launch<target, CovarianceKind::full>(exec, label, tables, z, out);
  }
}

}  // namespace

void hessian(const Exec& exec, const MixtureTables& tables, const Matrix& z, const Cube& hessian) {
  evaluate<Target::score>(exec, "plumbline::mixture::hessian", tables, z, hessian);
}

void denoised_covariance(const Exec& exec, const MixtureTables& tables, const Matrix& z,
                         const Cube& covariance) {
  evaluate<Target::denoised>(exec, "plumbline::mixture::denoised_covariance", tables, z,
                             covariance);
}

}  // namespace plumbline
