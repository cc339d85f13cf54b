#include "mixture/detail/groups.hpp"

#include <algorithm>
#include <numeric>

namespace plumbline::detail {
namespace {

using Order = std::vector<int>;

/// Halves order[first…last) by the widest coordinate of its means, at a multiple of the group size.
void split(const HostMatrix& means, Order& order, int first, int last) {
  const int groups = (last - first + group_size - 1) / group_size;
  if (groups < 2) return;
  Eigen::Index widest = 0;
  Real width = -1;
  for (Eigen::Index i = 0; i < means.cols(); ++i) {
    const auto column = means.col(i)(Order(order.begin() + first, order.begin() + last));
    const Real here = column.maxCoeff() - column.minCoeff();
    if (here > width) {
      width = here;
      widest = i;
    }
  }
  const int middle = first + groups / 2 * group_size;
  std::nth_element(order.begin() + first, order.begin() + middle, order.begin() + last,
                   [&](int k, int l) {
                     return std::pair(means(k, widest), k) < std::pair(means(l, widest), l);
                   });
  split(means, order, first, middle);
  split(means, order, middle, last);
}

bool has_one_variance(const GaussianMixture& mixture) {
  return mixture.kind() == CovarianceKind::isotropic &&
         mixture.eigenvalues().minCoeff() == mixture.eigenvalues().maxCoeff();
}

/// Component `index` of the grouped tables.
struct FillGrouped {
  MixtureTables from, to;

  KOKKOS_FUNCTION void operator()(Index index) const {
    const int m = static_cast<int>(index), k = from.mixture.group_order(m);
    for (int i = 0; i < from.mixture.dimension; ++i) {
      to.mean(m, i) = from.mean(k, i);
      to.mean_low(m, i) = from.mean_low(k, i);
      to.mixture.means(m, i) = from.mixture.means(k, i);
    }
    to.log_const(m) = from.log_const(k);
    to.mixture.log_weights(m) = from.mixture.log_weights(k);
  }
};

/// A counting sort, by one thread.
struct OrderByGroup {
  IndexVector nearest, starts, rows;

  KOKKOS_FUNCTION void operator()(Index) const {
    const int groups = starts.extent_int(0) - 1, n = nearest.extent_int(0);
    for (int g = 0; g <= groups; ++g) starts(g) = 0;
    for (int i = 0; i < n; ++i) ++starts(nearest(i) + 1);
    for (int g = 0; g < groups; ++g) starts(g + 1) += starts(g);
    for (int i = 0; i < n; ++i) rows(starts(nearest(i))++) = i;
  }
};

}  // namespace

void order_by_group(const Exec& exec, const IndexVector& nearest, const IndexVector& starts,
                    const IndexVector& rows) {
  parallel_over(exec, "plumbline::mixture::order_by_group", 1, OrderByGroup{nearest, starts, rows});
}

// Views of `grouped`: fl(a μ), its remainder and μ [K, D] each, log_const and log π [K].
MixtureTables in_group_order(MixtureTables tables) {
  const Index components = tables.mixture.components, d = tables.mixture.dimension;
  Real* const data = tables.grouped.data();
  tables.mean = Matrix(data, components, d);
  tables.mean_low = Matrix(data + components * d, components, d);
  tables.mixture.means = Matrix(data + 2 * components * d, components, d);
  tables.log_const = Vector(data + 3 * components * d, components);
  tables.mixture.log_weights = Vector(data + (3 * d + 1) * components, components);
  return tables;
}

void reserve_grouped(MixtureTables& tables) {
  const Index groups = tables.mixture.group_boxes.extent(0), d = tables.mixture.dimension;
  if (groups > 0) tables.grouped = make_vector("grouped", tables.mixture.components * (3 * d + 2));
}

void fill_grouped(const Exec& exec, const MixtureTables& tables) {
  if (tables.grouped.extent(0) == 0) return;
  parallel_over(exec, "plumbline::mixture::fill_grouped", tables.mixture.components,
                FillGrouped{tables, in_group_order(tables)});
}

bool leaves_out_groups(const MixtureTables& tables) {
  const Real a = tables.level.alpha, width = a * tables.mixture.group_range;
  const Real heard = 2 * GroupBounds::negligible * least_variance(tables);  // squared
  return tables.grouped.extent(0) > 0 && a > 0 && 16 * heard < width * width;
}

void group_components(const GaussianMixture& mixture, FactoredMixture& factored) {
  const int components = mixture.components(), d = mixture.dimension();
  if (components < grouped_from || d > grouped_dimensions || !has_one_variance(mixture)) return;
  Order order(components);
  std::iota(order.begin(), order.end(), 0);
  split(mixture.means(), order, 0, components);
  const int groups = (components + group_size - 1) / group_size;
  HostMatrix boxes(groups, 2 * d + 1);
  for (int g = 0; g < groups; ++g) {
    const auto begin = order.begin() + g * group_size;
    const auto end = order.begin() + std::min(components, (g + 1) * group_size);
    std::sort(begin, end);
    const Order members(begin, end);
    for (int i = 0; i < d; ++i) {
      const auto column = mixture.means().col(i)(members);
      boxes(g, 2 * i) = column.minCoeff();
      boxes(g, 2 * i + 1) = column.maxCoeff();
    }
    boxes(g, 2 * d) = log_sum_exp(mixture.log_weights()(members));
  }
  factored.group_range =
      (mixture.means().colwise().maxCoeff() - mixture.means().colwise().minCoeff()).maxCoeff();
  factored.group_boxes = to_device("group_boxes", boxes);
  factored.group_order = make_index_vector("group_order", components);
  const auto host = host_mirror(factored.group_order);
  std::copy(order.begin(), order.end(), host.data());
  Kokkos::deep_copy(factored.group_order, host);
}

}  // namespace plumbline::detail
