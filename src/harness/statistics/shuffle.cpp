// From the last place down.
#include "harness/statistics/shuffle.hpp"

#include <algorithm>
#include <numeric>

#include "core/rng.hpp"

namespace plumbline {

std::vector<Index> numbered(Index count) {
  std::vector<Index> order(static_cast<std::size_t>(count));
  std::iota(order.begin(), order.end(), Index{0});
  return order;
}

void shuffle(std::vector<Index>& order, const Rng& rng, std::uint64_t deal) {
  for (std::size_t i = order.size(); i > 1; --i) {
    const Real u = rng.uniform(deal, 0, static_cast<std::uint32_t>(i));
    const auto pick = static_cast<std::size_t>(u * static_cast<Real>(i));
    std::swap(order[i - 1], order[std::min(pick, i - 1)]);
  }
}

}  // namespace plumbline
