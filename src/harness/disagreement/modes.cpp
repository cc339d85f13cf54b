// Overlap of components by responsibilities at exact draws, and what hangs together.
#include "harness/disagreement/modes.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "mixture/evaluate.hpp"

namespace plumbline {
namespace {

constexpr Real charged_to_other = 0.1;  // of the smaller component's draws, charged to the other
constexpr Index rows_for_overlap = 8192;
constexpr Real noticeable = 1e-3;  // responsibilities below are not looked at
constexpr Real widened = 1e-6;     // of the target's deviation, where components are points

/// Components with a density: points are widened, so that a row belongs to the nearest.
MixtureTables tables_with_density(const Exec& exec, const GaussianMixture& mixture) {
  NoiseLevel level;
  if (mixture.singular()) {
    const Real variance = mixture.total_covariance().trace() / mixture.dimension();
    level.variance = widened * widened * (variance > 0 ? variance : 1);
  }
  return tables_at(exec, factored(exec, mixture), level);
}

/// Calls visit(r [rows, K], first) on the host, at most 2^22 numbers at a time.
template <class Visit>
void over_rows(const Exec& exec, const MixtureTables& tables, const Matrix& x, const Visit& visit) {
  const Index n = x.extent(0), k = tables.mixture.components;
  const Index most = std::max<Index>(1, (Index{1} << 22) / k);
  for (Index first = 0; first < n; first += most) {
    const std::pair<Index, Index> part(first, std::min(n, first + most));
    const Matrix r = make_matrix("plumbline::harness::responsibilities", part.second - first, k);
    responsibilities(exec, tables, Kokkos::subview(x, part, Kokkos::ALL), r);
    visit(to_host_matrix(r), first);
  }
}

int root_of(std::vector<int>& parent, int k) {
  while (parent[static_cast<std::size_t>(k)] != k)
    k = parent[static_cast<std::size_t>(k)] =
        parent[static_cast<std::size_t>(parent[static_cast<std::size_t>(k)])];
  return k;
}

}  // namespace

Modes::Modes(const Exec& exec, const Problem& problem, const Matrix& x)
    : tables_(tables_with_density(exec, problem.target_components())) {
  const HostVector& weights = problem.target_components().weights();
  const auto k_count = static_cast<std::size_t>(weights.size());
  std::map<std::pair<int, int>, Real> overlap;  // Σ_n r_j r_k, j < k
  const Index rows = std::min<Index>(rows_for_overlap, x.extent(0));
  over_rows(exec, tables_, Kokkos::subview(x, std::pair<Index, Index>(0, rows), Kokkos::ALL),
            [&](const HostMatrix& r, Index) {
              for (Index n = 0; n < r.rows(); ++n) {
                std::vector<int> seen;
                for (Index k = 0; k < r.cols(); ++k)
                  if (r(n, k) > noticeable) seen.push_back(static_cast<int>(k));
                for (std::size_t a = 0; a < seen.size(); ++a)
                  for (std::size_t b = a + 1; b < seen.size(); ++b)
                    overlap[{seen[a], seen[b]}] += r(n, seen[a]) * r(n, seen[b]);
              }
            });
  std::vector<int> parent(k_count);
  std::iota(parent.begin(), parent.end(), 0);
  for (const auto& [pair, sum] : overlap) {
    const Real smaller = std::min(weights(pair.first), weights(pair.second));
    if (sum > charged_to_other * smaller * static_cast<Real>(rows))
      parent[static_cast<std::size_t>(root_of(parent, pair.first))] = root_of(parent, pair.second);
  }
  std::map<int, std::vector<int>> groups;
  for (std::size_t k = 0; k < k_count; ++k)
    groups[root_of(parent, static_cast<int>(k))].push_back(static_cast<int>(k));
  const auto mass = [&](const std::vector<int>& group) {
    Real sum = 0;
    for (const int k : group) sum += weights(k);
    return sum;
  };
  for (auto& [root, group] : groups) components_.push_back(std::move(group));
  std::stable_sort(components_.begin(), components_.end(),
                   [&](const auto& a, const auto& b) { return mass(a) > mass(b); });
  mode_.resize(k_count);
  for (std::size_t m = 0; m < components_.size(); ++m)
    for (const int k : components_[m]) mode_[static_cast<std::size_t>(k)] = static_cast<int>(m);
}

std::vector<int> Modes::of(const Exec& exec, const Matrix& x) const {
  std::vector<int> out;
  std::vector<Real> mass(components_.size());
  over_rows(exec, tables_, x, [&](const HostMatrix& r, Index) {
    for (Index n = 0; n < r.rows(); ++n) {
      std::fill(mass.begin(), mass.end(), Real{0});
      for (Index k = 0; k < r.cols(); ++k)
        mass[static_cast<std::size_t>(mode_[static_cast<std::size_t>(k)])] += r(n, k);
      out.push_back(static_cast<int>(std::max_element(mass.begin(), mass.end()) - mass.begin()));
    }
  });
  return out;
}

}  // namespace plumbline
