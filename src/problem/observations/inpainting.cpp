// problem/observations/inpainting.cpp – some coordinates of z_0, seen without noise. The posterior
// over the others is that of a conditioned mixture. problem/README §2.
#include "problem/observations/inpainting.hpp"

#include <algorithm>

#include "diffusion/conditional_reverse.hpp"
#include "mixture/condition.hpp"
#include "problem/observations/entry.hpp"
#include "problem/observations/linear.hpp"
#include "problem/problem.hpp"

namespace plumbline {
namespace observations::inpainting {

struct Settings {
  std::optional<std::vector<int>> observed;
  std::optional<OrDraw<std::vector<Real>>> y;

  void visit(auto&& field) {
    field("observed", observed, "the coordinates that are observed",
          in_words("distinct, 0 … D − 1, not all"));
    field("y", y, "what was observed; \"draw\": a new y ~ p(y) per replicate");
  }
  ObservationPtr make(const GaussianMixture&, const Rng&) const {
    const std::vector<int>& list = needed("observed", observed, "a list of coordinates");
    return Inpainting{list, given_or_zero(y, static_cast<Index>(list.size()))};
  }
};

/// p(y | z_t) is the observed part of the exact reverse kernel to s = 0.
class CoordinateTerm final : public LevelTerm {
 public:
  CoordinateTerm(const Exec& exec, const Problem& problem, const Inpainting& o)
      : kernel_(exec, problem.prior(), problem.process(), o.observed), y_(same_for_all(o.y, 1)) {}

  void value(const Exec& exec, Real t, const Matrix& z, const Vector& log_p) override {
    kernel_.move_to(exec, t, 0);
    y_.particles = std::max(Index(z.extent(0)), Index{1});
    kernel_.log_weight(exec, z, y_, log_p);
  }

 private:
  ConditionalReverse kernel_;
  ContextRows y_;
};

class Coordinates final : public Observation {
 public:
  explicit Coordinates(Inpainting given) : o_(std::move(given)) {}

  std::string target() const override { return "inpainting"; }

  void require_valid(const GaussianMixture& prior) const override {
    const int dimension = prior.dimension(), m = static_cast<int>(o_.observed.size());
    if (m == 0) throw SpecError("observed", "[]", "needs at least one coordinate");
    std::vector<bool> seen(dimension, false);
    for (int j = 0; j < m; ++j) {
      const int i = o_.observed[j];
      const std::string key = fmt::format("observed[{}]", j);
      if (i < 0 || i >= dimension)
        throw SpecError(key, std::to_string(i),
                        fmt::format("must be a coordinate of the prior, 0 to {}", dimension - 1));
      if (seen[i])
        throw SpecError(key, std::to_string(i), "is listed before: each coordinate once");
      seen[i] = true;
    }
    if (m == dimension)
      throw SpecError(
          "observed", fmt::format("all {} coordinates", m),
          "at least one coordinate must be left free: nothing would remain to be drawn");
    require_size(o_.y, m, "observed coordinate");
    require_finite("y", o_.y);
  }

  Conditioning condition(const Exec&, const GaussianMixture& prior,
                         const FactoredMixture&) const override {
    Conditioned conditioned = condition_coordinates(prior, o_.observed, o_.y);
    const std::vector<int> free = complement(o_.observed, prior.dimension());
    GaussianMixture full = embed(conditioned.posterior, free, o_.observed, o_.y);
    return {.observed = o_.observed,
            .observed_values = o_.y,
            .posterior = std::move(conditioned.posterior),
            .full_posterior = std::move(full),
            .log_evidence = conditioned.log_evidence};
  }

  ObservationPtr drawn(const Truth& truth, const Rng&) const override {
    Inpainting out = o_;
    for (std::size_t j = 0; j < out.observed.size(); ++j) out.y[j] = truth.z[out.observed[j]];
    return out;
  }

  HostVector numbers() const override { return o_.y; }

  std::vector<NamedArray> arrays(const GaussianMixture& prior) const override {
    const LinearForm form = *linear_form(prior.dimension());
    std::vector<NamedArray> out = linear_arrays(form);
    out.push_back(named("observed", {"measurement"}, o_.observed, "observed coordinates of z"));
    return out;
  }

  void level_likelihood(const Exec& exec, const Problem& problem, Real t, const Matrix& z,
                        const Vector& log_p) const override {
    CoordinateTerm(exec, problem, o_).value(exec, t, z, log_p);
  }
  std::unique_ptr<LevelTerm> level_term(const Exec& exec, const Problem& problem) const override {
    return std::make_unique<CoordinateTerm>(exec, problem, o_);
  }
  bool has_density(const GaussianMixture&) const override { return false; }
  std::unique_ptr<PointTerm> point_term(const Exec&, const Problem&) const override {
    return nullptr;
  }

  /// A selects, Γ = 0.
  std::optional<LinearForm> linear_form(int dimension) const override {
    const Index m = o_.y.size();
    HostMatrix select = HostMatrix::Zero(m, dimension);
    for (Index j = 0; j < m; ++j) select(j, o_.observed[j]) = 1;
    return LinearForm{select, HostMatrix::Zero(m, m), o_.y};
  }

 private:
  Inpainting o_;
};

}  // namespace observations::inpainting

Inpainting::operator ObservationPtr() const {
  return std::make_shared<observations::inpainting::Coordinates>(*this);
}

ObservationEntry inpainting_observation() {
  return observation_entry<observations::inpainting::Settings>(
      {.name = "inpainting",
       .summary = "some coordinates, without noise",
       .example = "observed = [1], y = \"draw\"",
       .targets = {
           {"inpainting",
            {Capability::fixed_coordinates, Capability::linear_form, Capability::conditional_score,
             Capability::mixture, Capability::conditional_mixture}}}});
}

}  // namespace plumbline
