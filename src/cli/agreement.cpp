// Comparing numbers.
#include "cli/agreement.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "record/functionals.hpp"

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

/// Files of earlier versions have no digests, no known functionals: where one of two has none of a
/// kind, the rest decides.
template <class Kind>
void keep_if_both_have(std::vector<Series>& a, std::vector<Series>& b, const Kind& kind) {
  if (std::any_of(a.begin(), a.end(), kind) && std::any_of(b.begin(), b.end(), kind)) return;
  std::erase_if(a, kind);
  std::erase_if(b, kind);
}

bool same_extras(std::vector<Series> a, std::vector<Series> b) {
  keep_if_both_have(a, b, [](const Series& series) { return series.name == draws_digest; });
  keep_if_both_have(a, b, [](const Series& series) { return is_functional(series.name); });
  return same_series(a, b);
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
