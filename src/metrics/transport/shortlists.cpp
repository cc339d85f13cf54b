// Lists that go as far above a row's cheapest column as its last list has shown to be enough.
#include "metrics/transport/shortlists.hpp"

#include <algorithm>

namespace plumbline {

Shortlists::Shortlists(const AssignmentCosts& costs)
    : costs_(costs),
      potential_(HostVector::Constant(costs.blocks() * AssignmentCosts::block, -infinity)),
      reduced_(potential_.size()),
      least_(costs.blocks()),
      cost_(costs.size() * width),
      bound_(costs.size()),
      reach_(HostVector::Constant(costs.size(), nan)),
      column_(cost_.size()),
      count_(costs.size(), 0) {
  potential_.head(costs.size()).setZero();
}

Shortlists::Cheapest Shortlists::cheapest(Index i) {
  const auto scan = [&] {
    Cheapest best{infinity, infinity, nobody, nobody, 0};
    listed(i, [&](Index j, Real cost, Real reduced) {
      if (reduced < best.reduced)
        best = {reduced, best.reduced, j, best.column, cost};
      else if (reduced < best.next)
        best.next = reduced, best.next_column = j;
    });
    return best;
  };
  Cheapest best = scan();
  if (best.column == nobody || best.reduced > bound(i)) {
    look(i);
    best = scan();
  }
  if (best.next > bound(i)) {
    best.next = bound(i);
    best.next_column = nobody;
  }
  return best;
}

const HostVector& Shortlists::look(Index i) {
  const Index row = costs_.original(i);
  costs_.reduce(row, potential_.data(), reduced_.data(), least_.data());
  choose(row);
  return reduced_;
}

void Shortlists::choose(Index row) {
  constexpr Index block = AssignmentCosts::block;
  const Real least = least_.minCoeff();
  Real limit = least + reach_[row];
  if (!(reach_[row] >= 0)) {  // the first list: as many blocks as half of it
    limit = infinity;
    sorted_ = least_;
    if (sorted_.size() > width / 2) {
      std::nth_element(sorted_.begin(), sorted_.begin() + width / 2, sorted_.end());
      limit = sorted_[width / 2];
    }
  }
  chosen_.clear();
  for (Index b = 0; b < least_.size(); ++b) {
    if (least_[b] > limit) continue;
    for (Index j = b * block; j < (b + 1) * block && j < costs_.size(); ++j)
      if (reduced_[j] <= limit) chosen_.emplace_back(reduced_[j], j);
  }
  constexpr std::size_t kept = width * 3 / 4;
  if (chosen_.size() > width) {
    std::nth_element(chosen_.begin(), chosen_.begin() + kept, chosen_.end());
    limit = chosen_[kept].first;
    chosen_.resize(kept);
  }
  reach_[row] = chosen_.size() < width / 2 ? Real(1.5) * (limit - least) : limit - least;
  if (static_cast<Index>(chosen_.size()) == costs_.size()) limit = infinity;
  bound_[row] = limit;
  count_[row] = static_cast<Index>(chosen_.size());
  for (std::size_t k = 0; k < chosen_.size(); ++k) {
    column_[row * width + static_cast<Index>(k)] = chosen_[k].second;
    cost_[row * width + static_cast<Index>(k)] = costs_.at(row, chosen_[k].second);
  }
}

}  // namespace plumbline
