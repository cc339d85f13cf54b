// The host half of the fixed-shape reductions, and log-sum-exp.
#include "core/reduce.hpp"

namespace plumbline {
namespace {

struct Entry {
  Vector v;
  KOKKOS_FUNCTION Real operator()(Index n) const { return v(n); }
};

/// exp(v − shift): in (0, 1] when shift is the largest entry.
struct ShiftedExp {
  Vector v;
  Real shift;
  KOKKOS_FUNCTION Real operator()(Index n) const { return exp(v(n) - shift); }
};

}  // namespace

std::vector<Real> reduction::chunk_sums(const std::vector<Real>& lanes) {
  std::vector<Real> sums;
  for (auto chunk = lanes.begin(); chunk != lanes.end(); chunk += reduction_lanes) {
    Real lane[reduction_lanes];
    std::copy_n(chunk, reduction_lanes, lane);
    for (int stride = reduction_lanes / 2; stride > 0; stride /= 2)
      for (int l = 0; l < stride; ++l) lane[l] += lane[l + stride];
    sums.push_back(lane[0]);
  }
  return sums;
}

std::vector<Real> pairwise_sum_rows(std::vector<Real> values, Index width) {
  // Neighbours at distance 1, 2, 4, … : the tree depends on the number of rows alone.
  const Index rows = width == 0 ? 0 : static_cast<Index>(values.size()) / width;
  for (Index stride = 1; stride < rows; stride *= 2)
    for (Index row = 0; row + stride < rows; row += 2 * stride)
      for (Index i = 0; i < width; ++i)
        values[row * width + i] += values[(row + stride) * width + i];
  values.resize(width, 0);
  return values;
}

Real pairwise_sum(const std::vector<Real>& values) {
  return pairwise_sum_rows(values, 1)[0];
}

Real propagating_max(const std::vector<Real>& values) {
  Real largest = -infinity;
  for (const Real value : values)
    if (value > largest || value != value) largest = value;
  return largest;
}

Real log_sum_exp(const Exec& exec, const Vector& v) {
  const Index n = v.extent(0);
  const Real largest = fixed_max(exec, "plumbline::core::log_sum_exp max", n, Entry{v});
  if (!(std::abs(largest) < infinity)) return largest;
  return largest +
         log(fixed_sum(exec, "plumbline::core::log_sum_exp sum", n, ShiftedExp{v, largest}));
}

}  // namespace plumbline
