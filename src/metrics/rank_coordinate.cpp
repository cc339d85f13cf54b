// metrics/rank_coordinate.cpp – rank of one coordinate of x* among the draws.
#include "metrics/marginals/truth_rank.hpp"

namespace plumbline::rank_coordinate {

struct Settings {
  int coordinate = 0;

  void visit(auto&& field) {
    field("coordinate", coordinate, "of a draw, counted from 0", at_least(0));
  }
};

void column(const Exec& exec, int coordinate, const Matrix& x, const Vector& value) {
  parallel_over(
      exec, "plumbline::metrics::column", x.extent(0),
      KOKKOS_LAMBDA(Index n) { value(n) = x(n, coordinate); });
}

class RankCoordinate final : public Metric {
 public:
  using Settings = rank_coordinate::Settings;
  explicit RankCoordinate(const Settings& settings) : settings_(settings) {}

  Needs needs(const Problem&, Index n) const override { return {few_need(n)}; }

  bool depends_on_y() const override { return false; }

  void check(const Problem& problem) const override {
    require_truth(problem, "rank_coordinate");
    if (settings_.coordinate >= problem.dimension())
      throw SpecError("coordinate", fmt::format("{}", settings_.coordinate),
                      fmt::format("a draw has coordinates 0…{} here", problem.dimension() - 1));
  }

  Estimate evaluate(const Exec& exec, const MetricInput& input) const override {
    if (settings_.coordinate >= input.problem.dimension()) return {};
    return truth_rank(exec, input,
                      [this](const Exec& e, const Problem&, const Matrix& x, const Vector& value) {
                        column(e, settings_.coordinate, x, value);
                      });
  }

 private:
  Settings settings_;
};

}  // namespace plumbline::rank_coordinate

namespace plumbline {

MetricEntry rank_coordinate_metric() {
  return metric_entry<rank_coordinate::RankCoordinate>(
      {.name = "rank_coordinate",
       .long_name = "rank of a coordinate of the truth",
       .units = "probability",
       .better = Better::zero,
       .has_floor = false,
       .law = Law::uniform,
       .needs_truth = true,
       .summary = "Randomised rank in [0, 1] of one coordinate of x* among the draws', x* what y "
                  "was drawn from. Uniform over replicates for the exact posterior, and for the "
                  "prior: look at rank_log_likelihood too. Draws must be independent: thin chains",
       .reference = "Cook, Gelman & Rubin 2006; Talts et al. 2018",
       .cost = "O(n)"});
}

}  // namespace plumbline
