#include "mixture/score_difference.hpp"

#include "core/arrays/elementwise.hpp"
#include "mixture/evaluate.hpp"

namespace plumbline {

ScoreDifference::ScoreDifference(const Exec& exec, const FactoredMixture& p,
                                 const FactoredMixture& q)
    : p_(tables_at(exec, p, NoiseLevel{})), q_(tables_at(exec, q, NoiseLevel{})) {}

void ScoreDifference::evaluate(const Exec& exec, const Matrix& z, const Matrix& out) const {
  if (q_score_.extent(0) != z.extent(0) || q_score_.extent(1) != z.extent(1))
    q_score_ = make_matrix("score_of_q", z.extent(0), z.extent(1));
  score(exec, p_, z, out);
  score(exec, q_, z, q_score_);
  subtract(exec, out, q_score_, out);
}

}  // namespace plumbline
