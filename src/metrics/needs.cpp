// What metrics hold by default.
#include "metrics/metric.hpp"

namespace plumbline {

Need rows_need(const Problem& problem, Real rows, const std::string& key, const std::string& what) {
  return {key, what, bytes_of(rows * (5 * Real(problem.dimension()) + 4))};
}

Need few_need(Index n) {
  return {"draws", "what is computed of each draw", bytes_of(2 * Real(n))};
}

Needs Metric::needs(const Problem& problem, Index n) const {
  return {rows_need(problem, Real(n), "draws", "draws and what is computed of each")};
}

}  // namespace plumbline
