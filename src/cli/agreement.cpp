// Comparing numbers.
#include "cli/agreement.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace plumbline::cli {
namespace {

bool same_bits(const std::vector<double>& a, const std::vector<double>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](double u, double v) {
    return std::bit_cast<std::uint64_t>(u) == std::bit_cast<std::uint64_t>(v) ||
           (std::isnan(u) && std::isnan(v));
  });
}

bool same_series(const std::vector<Series>& a, const std::vector<Series>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Series& u, const Series& v) {
    return u.name == v.name &&
           (u.name == "wall_seconds" || (same_bits(u.value, v.value) && same_bits(u.se, v.se)));
  });
}

bool is_digest(const Series& series) {
  return series.name == draws_digest;
}
bool is_average(const Series& series) {
  return series.name.starts_with(average_prefix);
}

/// Files of earlier versions have no digests and no averages of dependent draws: where one of two
/// has none, numbers that both have decide.
std::vector<Series> known_to(const std::vector<Series>& other, std::vector<Series> list) {
  for (const auto kind : {is_digest, is_average})
    if (std::none_of(other.begin(), other.end(), kind)) std::erase_if(list, kind);
  return list;
}

bool same_extras(const std::vector<Series>& a, const std::vector<Series>& b) {
  return same_series(known_to(b, a), known_to(a, b));
}

}  // namespace

Real largest_difference(const std::vector<double>& a, const std::vector<double>& b) {
  if (a.size() != b.size()) return infinity;
  Real largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] == b[i] || (std::isnan(a[i]) && std::isnan(b[i]))) continue;
    if (!std::isfinite(a[i]) || !std::isfinite(b[i])) return infinity;
    largest = std::max(largest, std::abs(a[i] - b[i]) / std::max(std::abs(a[i]), std::abs(b[i])));
  }
  return largest;
}

bool same_numbers(const CellRecord& a, const CellRecord& b) {
  return a.status == b.status && same_series(a.metrics, b.metrics) &&
         same_extras(a.extras, b.extras);
}

}  // namespace plumbline::cli
