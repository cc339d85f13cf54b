// Where the target's mass lies: its components, those taken together that draws cannot be told
// apart by.
#pragma once

#include <vector>

#include "core/arrays.hpp"
#include "mixture/factored_mixture.hpp"
#include "problem/problem.hpp"

namespace plumbline {

/// Groups of the target's components that stand apart: two components are together when more than
/// a tenth of the smaller one's draws are charged to the other (for two of equal spread: means
/// nearer than 3 standard deviations), and so is whatever hangs together by steps.
class Modes {
 public:
  /// From exact draws x [n, d].
  Modes(const Exec& exec, const Problem& problem, const Matrix& x);

  int count() const { return static_cast<int>(components_.size()); }
  /// Of the target (Problem::target_components), heaviest mode first.
  const std::vector<int>& components(int mode) const {
    return components_[static_cast<std::size_t>(mode)];
  }
  /// The mode that a row is most responsible to, [n].
  std::vector<int> of(const Exec& exec, const Matrix& x) const;

 private:
  MixtureTables tables_;
  std::vector<std::vector<int>> components_;  // by mode
  std::vector<int> mode_;                     // by component
};

}  // namespace plumbline
