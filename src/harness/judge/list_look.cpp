// Neighbours against exact sets, order against permutations.
#include "harness/judge/list_look.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "harness/judge/coincidences.hpp"
#include "harness/statistics/family.hpp"
#include "harness/statistics/list_order.hpp"

namespace plumbline {
namespace {

constexpr std::size_t most_columns = 8;

/// At most so many columns, evenly spread over the coordinates.
std::vector<Index> columns_of(Index d) {
  std::vector<Index> columns;
  const Index count = std::min<Index>(d, static_cast<Index>(most_columns));
  for (Index i = 0; i < count; ++i) columns.push_back(i * d / count);
  return columns;
}

Real largest(const std::vector<double>& values) {
  return values.empty() ? nan : *std::max_element(values.begin(), values.end());
}

Real mean_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), Real{0}) /
         static_cast<Real>(std::max<std::size_t>(1, values.size()));
}

}  // namespace

void add_list_numbers(const HostMatrix& rows, ListNumbers& to) {
  const HostMatrix looked_at = rows.topRows(std::min<Index>(list_rows, rows.rows()));
  HostVector scale(looked_at.cols());
  for (Index i = 0; i < scale.size(); ++i) {
    const HostVector column = looked_at.col(i);
    scale(i) = std::sqrt((column.array() - column.mean()).square().mean());
  }
  const Coincidences found = coincidences(looked_at, scale);
  to.repeated.push_back(static_cast<double>(found.repeated));
  to.nearness.push_back(found.nearness);
}

void judge_neighbours(ListLook& look, Real level) {
  const std::vector<MetricColumn> columns = {{look.given.repeated, look.null.repeated, Tail::both},
                                             {look.given.nearness, look.null.nearness, Tail::both}};
  const FamilyTest test = westfall_young(columns, false, permutations_for(1, level));
  look.p_neighbours = test.p_value;
  look.by_repeats = !(test.adjusted[0] > test.adjusted[1]) && !std::isnan(test.adjusted[0]);
}

SetOrder order_of(const HostMatrix& rows, const std::vector<double>& log_density, Real level) {
  const Index n = std::min<Index>(list_rows, rows.rows());
  std::vector<std::vector<double>> columns;
  std::vector<std::string> names;
  for (const Index i : columns_of(rows.cols())) {
    names.push_back(fmt::format("x[{}]", i));
    columns.emplace_back();
    for (Index r = 0; r < n; ++r) columns.back().push_back(rows(r, i));
  }
  const auto head = log_density.begin() + std::min<std::ptrdiff_t>(n, std::ssize(log_density));
  const auto is_nan = [](double v) { return std::isnan(v); };
  if (head != log_density.begin() && std::none_of(log_density.begin(), head, is_nan)) {
    names.push_back("log density");
    columns.emplace_back(log_density.begin(), head);
  }
  const OrderTest test = order_test(columns, permutations_for(1, level));
  SetOrder out{test.p_value, "", test.lag, test.correlation};
  if (!std::isnan(test.p_value)) out.column = names[test.column];
  return out;
}

std::string ListLook::neighbours_text() const {
  if (std::isnan(p_neighbours)) return "";
  if (by_repeats)
    return fmt::format(
        "{:.0f} of {} draws repeat an earlier one; of exact draws {} {}", largest(given.repeated),
        rows,
        largest(null.repeated) > 0 ? fmt::format("at most {:.0f}", largest(null.repeated)) : "none",
        largest(null.repeated) > 1 ? "do" : "does");
  const Real given_mean = mean_of(given.nearness), null_mean = mean_of(null.nearness);
  return fmt::format("draws lie {:.3g} times as far from their nearest neighbour as exact ones",
                     std::exp(given_mean - null_mean));
}

std::string ListLook::order_text() const {
  if (std::isnan(p_order)) return "";
  if (lag == 0)
    return fmt::format("{} drifts along the list, correlation {:.2g} with the place", column,
                       correlation);
  return fmt::format("draws {} apart have correlation {:.2g} in {}", lag, correlation, column);
}

}  // namespace plumbline
