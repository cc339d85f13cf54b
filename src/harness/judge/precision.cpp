// Roundings from coarse to fine; the first that changes nothing.
#include "harness/judge/precision.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace plumbline {
namespace {

using Kind = Precision::Kind;

/// What print and read leave of a number: what a text file did to it.
double through_text(double value, int places, bool significant) {
  const std::string text = significant ? fmt::format("{:.{}e}", value, places - 1)
                                       : fmt::format("{:.{}f}", value, places);
  return std::strtod(text.c_str(), nullptr);
}

/// Nearest with 11 bits; numbers beyond float16's range, or below its normal ones, are left alone
/// but for the bits: a file of float16 does not hold them.
double through_float16(double value) {
  if (value == 0 || !std::isfinite(value)) return value;
  const int bits = std::max(std::ilogb(value), -14) - 10;  // subnormal spacing 2⁻²⁴
  return std::ldexp(std::nearbyint(std::ldexp(value, -bits)), bits);
}

/// Distance of neighbouring values that a rounding leaves at size `scale` > 0.
double spacing(const Precision& p, double scale) {
  switch (p.kind) {
    case Kind::float16:
      return std::ldexp(1.0, std::ilogb(scale) - 10);
    case Kind::float32:
      return std::ldexp(1.0, std::ilogb(scale) - 23);
    case Kind::decimals:
      return std::pow(10.0, -p.places);
    case Kind::digits:
      return std::pow(10.0, std::floor(std::log10(scale)) + 1 - p.places);
    case Kind::float64:
      break;
  }
  return 0;
}

/// Coarse ones first; of equal ones a fixed number of decimals.
std::vector<Precision> roundings(double scale) {
  std::vector<Precision> all;
  for (int places = 0; places <= 8; ++places) all.push_back({Kind::decimals, places});
  for (int places = 1; places <= 9; ++places) all.push_back({Kind::digits, places});
  all.push_back({Kind::float16, 0});
  all.push_back({Kind::float32, 0});
  std::stable_sort(all.begin(), all.end(), [&](const Precision& a, const Precision& b) {
    return spacing(a, scale) > spacing(b, scale);
  });
  return all;
}

}  // namespace

double Precision::round(double value) const {
  switch (kind) {
    case Kind::float16:
      return through_float16(value);
    case Kind::float32:
      return static_cast<double>(static_cast<float>(value));
    case Kind::decimals:
      return through_text(value, places, false);
    case Kind::digits:
      return through_text(value, places, true);
    case Kind::float64:
      break;
  }
  return value;
}

void Precision::round(HostMatrix& values) const {
  if (is_full()) return;
  for (double* v = values.data(); v != values.data() + values.size(); ++v) *v = round(*v);
}

std::string Precision::text() const {
  switch (kind) {
    case Kind::float16:
      return "float16";
    case Kind::float32:
      return "float32";
    case Kind::decimals:
      return places == 0 ? "whole numbers"
                         : fmt::format("{} decimal{}", places, places == 1 ? "" : "s");
    case Kind::digits:
      return fmt::format("{} significant digit{}", places, places == 1 ? "" : "s");
    case Kind::float64:
      break;
  }
  return "float64";
}

Precision precision_of(const std::vector<HostMatrix>& sets) {
  std::vector<double> sizes;
  for (const HostMatrix& set : sets)
    for (const double* v = set.data(); v != set.data() + set.size(); ++v)
      if (*v != 0) sizes.push_back(std::abs(*v));
  if (static_cast<Index>(sizes.size()) < fewest_for_precision) return {};
  const auto middle = sizes.begin() + static_cast<std::ptrdiff_t>(sizes.size() / 2);
  std::nth_element(sizes.begin(), middle, sizes.end());
  if (!std::isfinite(*middle)) return {};
  for (const Precision& tried : roundings(*middle)) {
    const bool unchanged = std::all_of(sets.begin(), sets.end(), [&](const HostMatrix& set) {
      return std::all_of(set.data(), set.data() + set.size(),
                         [&](double v) { return tried.round(v) == v; });
    });
    if (unchanged) return tried;
  }
  return {};
}

}  // namespace plumbline
