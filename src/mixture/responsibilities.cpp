// r_k(z), the posterior probability of component k at a noise level, and its logarithm.
// mixture/README §3.
#include "core/errors.hpp"
#include "mixture/block.hpp"
#include "mixture/evaluate.hpp"

namespace plumbline {
namespace {

enum class Scale { linear, logarithmic };

/// Pass 1 stores log π_k N(z; a μ_k, S_k) in row n and sums; pass 2 normalises the row in place.
template <CovarianceKind kind>
struct Responsibilities {
  static constexpr int W = block_width;
  static constexpr int arrays = kind == CovarianceKind::full ? 4 : 1;
  MixtureTables tables;
  Matrix z, out;
  Scale scale;
  detail::Work work;

  KOKKOS_FUNCTION void operator()(Index slot) const {
    const int d = tables.mixture.dimension;
    const detail::BlockRange blocks = work.share(slot, (z.extent(0) + W - 1) / W);
    detail::Rows<0, W, arrays> rows{work.data.data() + slot * work.offset, d, work.stride};
    for (Index block = blocks.first; block < blocks.last; block += blocks.step) {
      const Index first = block * W;
      const Index rest = z.extent(0) - first;
      const int count = rest < W ? static_cast<int>(rest) : W;
      detail::load<W>(z, first, d, rows);
      detail::LogSumBlock<W> sum;
      for (int k = 0; k < tables.mixture.components; ++k) {
        const detail::Lanes<W> q = detail::mahalanobis<kind, W>(tables, k, d, rows);
        sum.add(tables.log_const(k), q);
        for (int w = 0; w < count; ++w)
          out(first + w, k) = Kokkos::fma(Real(-0.5), q[w], tables.log_const(k));
      }
      for (int w = 0; w < count; ++w) normalise(first + w, sum.max[w], sum.sum[w]);
    }
  }

  /// l ← log r = (l − max) − log sum: the largest terms cancel exactly, not after rounding log Σ.
  KOKKOS_FUNCTION void normalise(Index n, Real max, Real sum) const {
    const int owner = sum == 0 ? nearest_component(tables, RowPoint{z, n}) : -1;
    const Real log_sum = sum > 0 ? log(sum) : nan;
    const int components = tables.mixture.components;
    for (int k = 0; k < components; ++k) {
      const Real owned = k == owner ? Real(0) : -infinity;
      const Real shifted = owner >= 0 ? owned : out(n, k) - max;
      const Real normaliser = owner >= 0 ? Real(0) : log_sum;
      out(n, k) = scale == Scale::logarithmic ? shifted - normaliser
                  : owner >= 0                ? exp_weight(shifted)
                                              : exp_weight(shifted) / (sum > 0 ? sum : nan);
    }
  }
};

template <CovarianceKind kind>
void launch(const Exec& exec, const MixtureTables& tables, const Matrix& z, Scale scale,
            const Matrix& out) {
  using Kernel = Responsibilities<kind>;
  const Index blocks = (z.extent(0) + Kernel::W - 1) / Kernel::W;
  const detail::Work work =
      detail::make_work(exec, blocks, Index(Kernel::arrays) * tables.mixture.dimension, Kernel::W);
  parallel_over(exec, "plumbline::mixture::responsibilities", work.slots,
                Kernel{tables, z, out, scale, work});
}

void evaluate(const Exec& exec, const MixtureTables& tables, const Matrix& z, Scale scale,
              const Matrix& out) {
  PLUMBLINE_REQUIRE(has_density(tables), "responsibilities: some covariance is singular at {}",
                    tables.level.variance);
  PLUMBLINE_REQUIRE(out.extent_int(1) == tables.mixture.components, "{} columns for {} components",
                    out.extent_int(1), tables.mixture.components);
  switch (tables.mixture.kind) {
    case CovarianceKind::isotropic:
      return launch<CovarianceKind::isotropic>(exec, tables, z, scale, out);
    case CovarianceKind::diagonal:
      return launch<CovarianceKind::diagonal>(exec, tables, z, scale, out);
    case CovarianceKind::full:
      return launch<CovarianceKind::full>(exec, tables, z, scale, out);
  }
}

}  // namespace

void responsibilities(const Exec& exec, const MixtureTables& tables, const Matrix& z,
                      const Matrix& r) {
  evaluate(exec, tables, z, Scale::linear, r);
}

void log_responsibilities(const Exec& exec, const MixtureTables& tables, const Matrix& z,
                          const Matrix& log_r) {
  evaluate(exec, tables, z, Scale::logarithmic, log_r);
}

}  // namespace plumbline
