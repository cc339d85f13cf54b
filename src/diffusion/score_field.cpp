// The exact score as a field, and weighted sums of fields. diffusion/README §4.
#include "diffusion/score_field.hpp"

#include <cmath>

#include "core/arrays/elementwise.hpp"

namespace plumbline {
namespace {

class ExactScore final : public ScoreField {
 public:
  ExactScore(const Exec& exec, const FactoredMixture& mixture, const NoiseProcess& process)
      : diffused_(exec, mixture, process, process.horizon()) {}

  void evaluate(const Exec& exec, Real t, const Matrix& z, Prediction prediction,
                const Matrix& out) override {
    diffused_.move_to(exec, t);
    if (prediction == Prediction::score)
      score(exec, diffused_.tables(), z, out);
    else
      denoised(exec, diffused_.tables(), z, out);
  }

 private:
  DiffusedMixture diffused_;
};

class Combination final : public ScoreField {
 public:
  explicit Combination(std::vector<WeightedField> terms) : terms_(std::move(terms)) {}

  // The weights sum to 1, so the denoised states combine as the scores do.
  void evaluate(const Exec& exec, Real t, const Matrix& z, Prediction prediction,
                const Matrix& out) override {
    if (sum_.extent(0) != z.extent(0) || sum_.extent(1) != z.extent(1)) {
      term_ = make_matrix("plumbline::diffusion::field_term", z.extent(0), z.extent(1));
      sum_ = make_matrix("plumbline::diffusion::field_sum", z.extent(0), z.extent(1));
    }
    bool first = true;
    for (const auto& [weight, field] : terms_) {
      field->evaluate(exec, t, z, prediction, first ? sum_ : term_);
      if (first)
        scale(exec, weight, sum_);
      else
        add_scaled(exec, weight, term_, sum_);
      first = false;
    }
    Kokkos::deep_copy(exec, out, sum_);
  }

  int cost() const override {
    int sum = 0;
    for (const auto& term : terms_) sum += term.field->cost();
    return sum;
  }

 private:
  std::vector<WeightedField> terms_;
  Matrix term_, sum_;  // [n, D] work
};

}  // namespace

std::unique_ptr<ScoreField> exact_score(const Exec& exec, const FactoredMixture& mixture,
                                        const NoiseProcess& process) {
  return std::make_unique<ExactScore>(exec, mixture, process);
}

std::unique_ptr<ScoreField> combination(std::vector<WeightedField> terms) {
  Real sum = 0, size = 0;
  for (const auto& term : terms) {
    sum += term.weight;
    size += std::abs(term.weight);
  }
  PLUMBLINE_REQUIRE(std::abs(sum - 1) <= 1e-12 * size, "weights of fields sum to {}, not to 1",
                    sum);
  return std::make_unique<Combination>(std::move(terms));
}

}  // namespace plumbline
