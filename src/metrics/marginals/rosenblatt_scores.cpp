// Triangular factors of the components, and conditional distribution functions draw by draw.
#include "metrics/marginals/rosenblatt_scores.hpp"

#include <algorithm>
#include <cmath>

#include "core/normal.hpp"
#include "core/steps/stop.hpp"
#include "metrics/transport/normal.hpp"

namespace plumbline {
namespace {

/// x_i | x_1 … x_{i−1} of every component.
struct ConditionalLaws {
  Vector log_weights;  ///< [K]
  Matrix means;        ///< [K, d]
  Matrix pivot;        ///< L_ii, at least `least`  [K, d]
  Matrix log_pivot;    ///< [K, d]
  Matrix below;        ///< L_ij, j < i, 0 where column j is an atom  [K d, d]; or empty
  Vector least, atom;  ///< the narrowest law that is no atom; half of an atom's width  [d]

  KOKKOS_INLINE_FUNCTION bool is_atom(Index k, Index i) const { return pivot(k, i) <= least(i); }
};

/// What is kept of a draw's coordinates while components go by: the largest log weight, sums
/// relative to it, and ξ of the component in hand.   shapes  [row, this, d]
enum Kept { of_largest, of_total, of_left, of_right, of_xi, kept_count };

/// L of F Fᵀ = L Lᵀ by Gram–Schmidt on the rows of F, twice (orthogonal to rounding). A row that
/// the rows before it span within `least` is an atom: pivot 0, and no direction of its own, so that
/// the rows after it keep theirs.
HostMatrix lower_factor(const HostMatrix& f, const HostVector& least) {
  const Index d = f.rows();
  HostMatrix l = HostMatrix::Zero(d, d), q = HostMatrix::Zero(d, f.cols());
  for (Index i = 0; i < d; ++i) {
    Eigen::RowVectorXd rest = f.row(i);
    for (int pass = 0; pass < 2; ++pass)
      for (Index j = 0; j < i; ++j) {
        const Real along = q.row(j).dot(rest);
        l(i, j) += along;
        rest -= along * q.row(j);
      }
    const Real length = rest.norm();
    if (!(length > least[i])) continue;
    l(i, i) = length;
    q.row(i) = rest / length;
  }
  return l;
}

/// Per coordinate a share of its spread, and of its distance from 0.
HostVector share(const GaussianMixture& mixture, Real of_spread, Real of_offset) {
  const HostVector spread = mixture.total_covariance().diagonal().cwiseMax(0).cwiseSqrt();
  const HostVector offset = mixture.means().cwiseAbs().colwise().maxCoeff();
  return (of_spread * spread + of_offset * offset).array() + 1e-300;
}

ConditionalLaws conditional_laws(const GaussianMixture& mixture) {
  const Index components = mixture.components(), d = mixture.dimension();
  const HostVector least = share(mixture, 1e-8, 1e-14);
  HostMatrix pivot(components, d), below(0, d);
  if (mixture.kind() == CovarianceKind::full) {
    below.resize(components * d, d);
    for (int k = 0; k < components; ++k) {
      stop_if_asked();
      const HostMatrix l = lower_factor(mixture.factor(k), least);
      pivot.row(k) = l.diagonal();
      below.middleRows(k * d, d) = l;
    }
  } else {
    const HostMatrix root = mixture.eigenvalues().cwiseSqrt();  // [K, 1] or [K, d]
    for (Index i = 0; i < d; ++i) pivot.col(i) = root.col(root.cols() == d ? i : 0);
  }
  for (Index i = 0; i < d; ++i) pivot.col(i) = pivot.col(i).cwiseMax(least[i]);
  return {.log_weights = to_device("log_weights", mixture.log_weights()),
          .means = to_device("means", mixture.means()),
          .pivot = to_device("pivot", pivot),
          .log_pivot = to_device("log_pivot", HostMatrix(pivot.array().log())),
          .below = to_device("below", below),
          .least = to_device("least", least),
          .atom = to_device("atom", share(mixture, 1e-5, 1e-5))};
}

/// (x_i − μ_ki) − Σ_{j<i} L_k,ij ξ_kj.
KOKKOS_INLINE_FUNCTION Real rest_of(const ConditionalLaws& laws, Index k, int i, Real x,
                                    const Real* xi) {
  Real rest = x - laws.means(k, i);
  if (laws.below.extent(0) == 0) return rest;
  const Real* const along = &laws.below(k * laws.below.extent(1) + i, 0);
  for (int j = 0; j < i; ++j) rest = Kokkos::fma(-along[j], xi[j], rest);
  return rest;
}

/// F(x−) and F(x) of one component's law, `rest` = x − mean.
KOKKOS_INLINE_FUNCTION Pair sides(Real rest, Real z, bool is_atom, Real atom) {
  if (is_atom) return {rest > atom ? Real(1) : Real(0), rest >= -atom ? Real(1) : Real(0)};
  const Real cdf = standard_normal(z).cdf;
  return {cdf, cdf};
}

/// Adds e^{log_w} times the sides to the sums, which are kept relative to the largest log weight.
KOKKOS_INLINE_FUNCTION void add_component(const Cube& kept, Index row, int i, Real log_w,
                                          Pair side) {
  Real& top = kept(row, of_largest, i);
  const Real old = log_w > top ? exp(top - log_w) : Real(1);
  const Real fresh = log_w > top ? Real(1) : exp(log_w - top);
  top = log_w > top ? log_w : top;
  kept(row, of_total, i) = kept(row, of_total, i) * old + fresh;
  kept(row, of_left, i) = kept(row, of_left, i) * old + fresh * side.first;
  kept(row, of_right, i) = kept(row, of_right, i) * old + fresh * side.second;
}

/// Φ⁻¹ of F(x−) + v (F(x) − F(x−)).
KOKKOS_INLINE_FUNCTION Real normal_score(const Cube& kept, Index row, int i, Real v) {
  const Real low = kept(row, of_left, i), high = kept(row, of_right, i);
  const Real u = (low + v * (high - low)) / kept(row, of_total, i);
  const Real cut = u > 0x1p-53 ? (u < 1 - 0x1p-53 ? u : 1 - 0x1p-53) : 0x1p-53;
  return normal_quantile_of_log(log(cut));
}

/// Rows first … first + rows − 1 of g, a draw per index.   shapes  kept [rows, kept_count, d]
void score_rows(const Exec& exec, const ConditionalLaws& laws, const Rng& rng, Index first,
                Index rows, const Matrix& x, const Cube& kept, const Matrix& g) {
  const int d = x.extent_int(1), components = laws.means.extent_int(0);
  parallel_over(
      exec, "plumbline::metrics::rosenblatt_scores", rows, KOKKOS_LAMBDA(Index row) {
        const Index n = first + row;
        Real* const xi = &kept(row, of_xi, 0);
        for (int i = 0; i < d; ++i) {
          kept(row, of_largest, i) = -infinity;
          kept(row, of_total, i) = kept(row, of_left, i) = kept(row, of_right, i) = 0;
        }
        for (int k = 0; k < components; ++k) {
          Real log_w = laws.log_weights(k);
          for (int i = 0; i < d; ++i) {
            const bool is_atom = laws.is_atom(k, i);
            const Real rest = rest_of(laws, k, i, x(n, i), xi), far = rest / laws.pivot(k, i);
            const bool hit = is_atom && Kokkos::fabs(rest) <= laws.atom(i);
            const Real cut = far < -1e150 ? Real(-1e150) : (far > 1e150 ? Real(1e150) : far);
            const Real z = hit ? Real(0) : cut;
            add_component(kept, row, i, log_w, sides(rest, z, is_atom, laws.atom(i)));
            log_w -= Kokkos::fma(Real(0.5) * z, z, laws.log_pivot(k, i));
            xi[i] = is_atom ? Real(0) : z;
          }
        }
        for (int i = 0; i < d; ++i)
          g(n, i) = normal_score(kept, row, i, rng.uniform(static_cast<std::uint64_t>(n), 0, i));
      });
}

/// Draws that are looked at together: about 2^21 numbers.
Index rows_together(Index n, Index d) {
  return std::clamp<Index>((Index{1} << 21) / (kept_count * d), 1, n);
}

}  // namespace

void rosenblatt_scores(const Exec& exec, const GaussianMixture& mixture, Rng rng, const Matrix& x,
                       const Matrix& g) {
  const Index n = x.extent(0), d = x.extent(1);
  const ConditionalLaws laws = conditional_laws(mixture);
  const Index batch = rows_together(n, d);
  const Cube kept = make_cube("kept", batch, kept_count, d);
  for (Index first = 0; first < n; first += batch) {
    stop_if_asked();
    score_rows(exec, laws, rng, first, std::min(batch, n - first), x, kept, g);
  }
  exec.fence("plumbline::metrics::rosenblatt_scores");
}

Needs rosenblatt_needs(const GaussianMixture& mixture, Index n) {
  const Index d = mixture.dimension();
  const Real of_component = mixture.kind() == CovarianceKind::full ? Real(d) + 5 : 5;
  return {{"components", "triangular factors of the components [K, d, d]",
           bytes_of(Real(mixture.components()) * Real(d) * of_component)},
          {"draws", "running sums of a batch of draws [batch, 5, d]",
           bytes_of(Real(kept_count * d) * Real(rows_together(std::max<Index>(n, 1), d)))}};
}

}  // namespace plumbline
