// Rows of costs in blocks.
#include "metrics/transport/assignment_costs.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace plumbline {
namespace {

constexpr Index block = AssignmentCosts::block;

Real least_of_block(const Real* values) {
  Real least = values[0];
#pragma omp simd reduction(min : least)
  for (Index l = 0; l < block; ++l) least = values[l] < least ? values[l] : least;
  return least;
}

/// The first of all rows that are equal to row i.
std::vector<Index> first_of_equal(const HostMatrix& x) {
  const auto less = [&](Index a, Index b) {
    return std::lexicographical_compare(x.row(a).data(), x.row(a).data() + x.cols(),
                                        x.row(b).data(), x.row(b).data() + x.cols());
  };
  std::vector<Index> order(x.rows()), first(x.rows());
  std::iota(order.begin(), order.end(), Index{0});
  std::stable_sort(order.begin(), order.end(), less);
  for (std::size_t k = 0; k < order.size(); ++k)
    first[order[k]] = k > 0 && !less(order[k - 1], order[k]) ? first[order[k - 1]] : order[k];
  return first;
}

}  // namespace

void MatrixCosts::reduce(Index i, const Real* potential, Real* reduced, Real* least) const {
  const Real* const row = cost_.row(i).data();
  for (Index j = 0; j < size(); ++j) reduced[j] = row[j] - potential[j];
  for (Index j = size(); j < blocks() * block; ++j) reduced[j] = infinity;
  for (Index b = 0; b < blocks(); ++b) least[b] = least_of_block(reduced + b * block);
}

SquaredDistances::SquaredDistances(HostMatrix x, const HostMatrix& y)
    : x_(std::move(x)), yt_(HostMatrix::Zero(y.cols(), blocks() * block)) {
  yt_.leftCols(y.rows()) = y.transpose();
  original_ = first_of_equal(x_);
  if (!stored(static_cast<Real>(x_.rows()), static_cast<Real>(x_.cols()))) return;
  HostMatrix cost(x_.rows(), yt_.cols());
  for (Index i = 0; i < cost.rows(); ++i)
    for (Index first = 0; first < cost.cols(); first += block) {
      Real sum[block];
      row(i, first, sum);
      std::copy_n(sum, block, &cost(i, first));
    }
  cost_ = std::move(cost);
}

Real SquaredDistances::at(Index i, Index j) const {
  if (cost_.size() > 0) return cost_(i, j);
  Real sum = 0;
  for (Index c = 0; c < x_.cols(); ++c) {
    const Real r = x_(i, c) - yt_(c, j);
    sum = std::fma(r, r, sum);
  }
  return sum;
}

/// Columns first … first + block − 1 of row i, as `at` has them.
void SquaredDistances::row(Index i, Index first, Real (&cost)[block]) const {
  const Index d = x_.cols(), stride = yt_.cols();
  const Real *const x = x_.data() + i * d, *y = yt_.data() + first;
  for (Index l = 0; l < block; ++l) cost[l] = 0;
  for (Index c = 0; c < d; ++c, y += stride) {
    const Real x_c = x[c];
#pragma omp simd
    for (Index l = 0; l < block; ++l) {
      const Real r = x_c - y[l];
      cost[l] = std::fma(r, r, cost[l]);
    }
  }
}

void SquaredDistances::reduce(Index i, const Real* potential, Real* reduced, Real* least) const {
  for (Index first = 0; first < yt_.cols(); first += block) {
    Real cost[block];
    if (cost_.size() > 0)
      std::copy_n(&cost_(i, first), block, cost);
    else
      row(i, first, cost);
#pragma omp simd
    for (Index l = 0; l < block; ++l) reduced[first + l] = cost[l] = cost[l] - potential[first + l];
    least[first / block] = least_of_block(cost);
  }
}

}  // namespace plumbline
