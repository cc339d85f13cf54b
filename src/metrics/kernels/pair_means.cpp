#include "metrics/kernels/pair_means.hpp"

namespace plumbline {
namespace {

struct WeightedValue {
  Vector log_w, value;
  KOKKOS_FUNCTION Real operator()(Index n) const { return exp(log_w(n)) * value(n); }
};

/// 1 − Σ w².
Real spare_weight(const Exec& exec, const Ensemble& sample) {
  return 1 - 1 / effective_sample_size(exec, sample);
}

void pair_influence(const Exec& exec, const PairSide& side, Real diagonal,
                    const Vector& influence) {
  const Vector log_w = side.sample.log_w, across = side.across, within = side.within;
  parallel_over(
      exec, "plumbline::metrics::pair_influence", influence.extent(0), KOKKOS_LAMBDA(Index n) {
        const Real w = exp(log_w(n));
        influence(n) = 2 * (across(n) - (within(n) - w * diagonal) / (1 - w));
      });
}

/// Weights and zeros.
void weigh(const Exec& exec, const Vector& log_w, const Vector& weight) {
  const Index n = log_w.extent(0);
  parallel_over(
      exec, "plumbline::metrics::pair_weights", weight.extent(0),
      KOKKOS_LAMBDA(Index row) { weight(row) = row < n ? exp(log_w(row)) : Real(0); });
}

}  // namespace

Vector padded_weights(const Exec& exec, const Vector& log_w) {
  const Index n = log_w.extent(0);
  const Vector weight =
      make_vector("pair_weight", (n + block_width - 1) / block_width * block_width);
  weigh(exec, log_w, weight);
  return weight;
}

void pairs::add_parts(const Exec& exec, const Matrix& part, Index blocks, bool within,
                      const Vector& to) {
  const Index strips = part.extent(0), columns = part.extent(1), strip = blocks * block_width;
  parallel_over(
      exec, "plumbline::metrics::pair_parts", to.extent(0), KOKKOS_LAMBDA(Index m) {
        const Index end = m >= columns ? 0 : within ? m / strip + 1 : strips;
        Real sum = within ? to(m) : Real(0);
        for (Index s = 0; s < end; ++s) sum += part(s, m);
        to(m) = sum;
      });
}

Need pairs_need(Real n, Real others) {
  const Real most = std::max(n, others);
  const Real strips = std::min(most / pairs::least_strip + 1, Real(pairs::most_strips));
  return {others > n ? "reference" : "draws", "sums of strips of pairs [strips, n]",
          bytes_of((on_host ? strips + 8 : 8) * most)};
}

Matrix transposed(const Exec& exec, const Matrix& x) {
  const Index n = x.extent(0), d = x.extent(1);
  const Index padded = (n + block_width - 1) / block_width * block_width;
  const Matrix t = make_matrix("transposed", d, padded);
  parallel_over(
      exec, "plumbline::metrics::transpose", padded, KOKKOS_LAMBDA(Index row) {
        for (Index i = 0; i < d; ++i) t(i, row) = row < n ? x(row, i) : Real(0);
      });
  return t;
}

Real weighted_mean(const Exec& exec, const Vector& log_w, const Vector& value) {
  return fixed_sum(exec, "plumbline::metrics::weighted_mean", log_w.extent(0),
                   WeightedValue{log_w, value});
}

Real mean_within(const Exec& exec, const PairSide& side, Real diagonal) {
  const Real spare = spare_weight(exec, side.sample);
  if (!(spare > 1e-12)) return nan;
  return (weighted_mean(exec, side.sample.log_w, side.within) - (1 - spare) * diagonal) / spare;
}

Real pair_standard_error(const Exec& exec, const PairSide& side, Real diagonal) {
  const Vector influence = make_vector("influence", side.sample.draws());
  pair_influence(exec, side, diagonal, influence);
  return influence_standard_error(exec, side.sample, influence);
}

}  // namespace plumbline
