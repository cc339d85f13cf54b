// Slopes of logarithms.
#include "harness/statistics/local_order.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "core/text/numbers.hpp"

namespace plumbline {
namespace {

constexpr Real half_confidence = 0.975;

/// Logarithms of the sizes of errors, and of resampled ones: NaN where a draw has another sign.
struct LogErrors {
  std::vector<Real> budget, log_budget, log_error;
  std::vector<std::vector<Real>> draws;  ///< [draw][budget]
};

Interval interval_of(std::vector<Real> draws) {
  std::erase_if(draws, [](Real v) { return std::isnan(v); });
  if (draws.empty()) return {-infinity, infinity};
  std::sort(draws.begin(), draws.end());
  const auto n = static_cast<Real>(draws.size() - 1);
  const auto at = [&](Real q) { return draws[static_cast<std::size_t>(std::lround(q * n))]; };
  return {at(1 - half_confidence), at(half_confidence)};
}

/// −slope of the least-squares line of y on x from `first` to before `last`.
Real falling(const std::vector<Real>& x, const std::vector<Real>& y, std::size_t first,
             std::size_t last) {
  Real mean = 0, xx = 0, xy = 0;
  for (std::size_t i = first; i < last; ++i) mean += x[i] / static_cast<Real>(last - first);
  for (std::size_t i = first; i < last; ++i) {
    xx += (x[i] - mean) * (x[i] - mean);
    xy += (x[i] - mean) * y[i];
  }
  return -xy / xx;
}

/// The run of told errors that ends with the largest budget which has one.
LogErrors told_errors(const std::vector<Real>& budgets, const std::vector<Real>& errors,
                      const std::vector<std::vector<Real>>& draws) {
  const auto told = [&](std::size_t i) {
    const auto same = std::count_if(draws.begin(), draws.end(), [&](const std::vector<Real>& draw) {
      return errors[i] > 0 ? draw[i] > 0 : draw[i] < 0;
    });
    return errors[i] != 0 && std::isfinite(errors[i]) &&
           static_cast<Real>(same) >= half_confidence * static_cast<Real>(draws.size());
  };
  std::size_t last = budgets.size();
  while (last > 0 && !told(last - 1)) --last;
  std::size_t first = last;
  // An error that changes its sign is no power of the budget there.
  while (first > 0 && told(first - 1) && (first == last || errors[first - 1] * errors[first] > 0))
    --first;
  LogErrors out;
  for (std::size_t i = first; i < last; ++i) {
    out.budget.push_back(budgets[i]);
    out.log_budget.push_back(std::log(budgets[i]));
    out.log_error.push_back(std::log(std::abs(errors[i])));
  }
  for (const std::vector<Real>& draw : draws) {
    out.draws.emplace_back();
    for (std::size_t i = first; i < last; ++i)
      out.draws.back().push_back(draw[i] * errors[i] > 0 ? std::log(std::abs(draw[i])) : nan);
  }
  return out;
}

Interval slope_interval(const LogErrors& log, std::size_t first, std::size_t last) {
  std::vector<Real> slopes;
  for (const std::vector<Real>& draw : log.draws)
    slopes.push_back(falling(log.log_budget, draw, first, last));
  return interval_of(std::move(slopes));
}

bool is_straight(const std::vector<LocalSlope>& slopes, std::size_t first, Real order) {
  return std::all_of(
      slopes.begin() + static_cast<std::ptrdiff_t>(first), slopes.end(), [&](const LocalSlope& s) {
        return s.interval.low < order + straightness && s.interval.high > order - straightness;
      });
}

/// Two digits of the error, no more than the value has.
std::string rounded(Real value, Real error) {
  if (!(error > 0) || !std::isfinite(error)) return fmt::format("{:.3g}", value);
  const int digits = std::clamp(1 - static_cast<int>(std::floor(std::log10(error))), 0, 12);
  return fixed_text(value, digits);
}

}  // namespace

std::string with_error(Real value, Real error) {
  if (std::isnan(error)) return rounded(value, error);
  return fmt::format("{} ± {}", rounded(value, error), rounded(error, error));
}

LocalOrders local_orders(const std::vector<Real>& budgets, const std::vector<Real>& errors,
                         const std::vector<std::vector<Real>>& draws) {
  const LogErrors log = told_errors(budgets, errors, draws);
  const std::size_t count = log.budget.size();
  LocalOrders orders;
  for (std::size_t i = 0; i + 1 < count; ++i)
    orders.slopes.push_back({log.budget[i], log.budget[i + 1],
                             falling(log.log_budget, log.log_error, i, i + 2),
                             slope_interval(log, i, i + 2)});
  for (std::size_t first = 0; first + 3 <= count; ++first) {
    const Real order = falling(log.log_budget, log.log_error, first, count);
    const Interval interval = slope_interval(log, first, count);
    if (!is_straight(orders.slopes, first, order) || !(interval.half_width() < straightness))
      continue;
    orders.straight = true;
    orders.from = log.budget[first];
    orders.to = log.budget.back();
    orders.order = order;
    orders.interval = interval;
    break;
  }
  return orders;
}

std::string order_text(const LocalOrders& orders, const std::string& from) {
  if (orders.slopes.size() < 2) return "";
  if (!orders.straight) {
    std::vector<std::string> last;
    for (std::size_t i = orders.slopes.size() - std::min<std::size_t>(3, orders.slopes.size());
         i < orders.slopes.size(); ++i)
      last.push_back(fixed_text(orders.slopes[i].slope, 2));
    return fmt::format("no straight law yet: slopes {}", fmt::join(last, ", "));
  }
  const std::string number = with_error(orders.order, orders.interval.half_width());
  static constexpr std::array<const char*, 3> words = {"first", "second", "third"};
  for (std::size_t p = 0; p < words.size(); ++p)
    if (std::abs(orders.order - static_cast<Real>(p + 1)) < straightness)
      return fmt::format("{} order from {} on ({})", words[p], from, number);
  return fmt::format("order {} from {} on", number, from);
}

}  // namespace plumbline
