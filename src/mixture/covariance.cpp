#include "mixture/covariance.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <limits>

#include "core/math.hpp"

namespace plumbline {
namespace {

/// Largest asymmetry that is rounding, relative to the largest entry.
Real tolerance(Real epsilon) {
  return epsilon > double_epsilon ? 1e-5 : 1e-12;
}

bool comes_from_float(Real v) {
  if (!(std::abs(v) <= std::numeric_limits<float>::max())) return false;
  const auto nearest = static_cast<float>(v);
  return static_cast<Real>(nearest) == v ||
         std::strtod(fmt::format("{}", nearest).c_str(), nullptr) == v;
}

Real largest_entry(const HostMatrix& m) {
  return m.size() == 0 ? 0 : m.cwiseAbs().maxCoeff();
}

}  // namespace

Real precision_of(const HostMatrix& m) {
  for (Index i = 0; i < m.rows(); ++i)
    for (Index j = 0; j < m.cols(); ++j)
      if (!comes_from_float(m(i, j))) return double_epsilon;
  return float_epsilon;
}

std::optional<MatrixEntry> asymmetry(const HostMatrix& c, Real epsilon) {
  const Real allowed = tolerance(epsilon) * largest_entry(c);
  MatrixEntry worst{0, 0};
  Real gap = allowed;
  for (Index i = 0; i < c.rows(); ++i)
    for (Index j = 0; j < i; ++j)
      if (const Real here = std::abs(c(i, j) - c(j, i)); here > gap) {
        gap = here;
        worst = {i, j};
      }
  if (gap > allowed) return worst;
  return std::nullopt;
}

HostMatrix symmetrised(const HostMatrix& c) {
  return asymmetry(c, double_epsilon) ? HostMatrix((c + c.transpose()) / 2) : c;
}

HostVector exp_of(const HostVector& v) {
  constexpr Real normal = -708;
  HostVector out = v.array().exp();
  for (Index i = 0; i < v.size(); ++i)
    if (v[i] < normal) out[i] = exp(v[i]);
  return out;
}

}  // namespace plumbline
