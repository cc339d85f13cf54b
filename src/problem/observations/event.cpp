// problem/observations/event.cpp – the event a·z_0 + η ≥ τ, η ~ N(0, δ²): a rare event where τ is
// far out. No mixture, but its evidence, score, draws and reverse kernel have closed forms
// (event_field.hpp). problem/README §5.
#include "problem/observations/event.hpp"

#include <cmath>

#include "problem/observations/entry.hpp"
#include "problem/observations/event_field.hpp"
#include "problem/problem.hpp"

namespace plumbline {
namespace observations::event {

struct Settings {
  std::optional<int> coordinate;
  std::optional<std::vector<Real>> direction;
  std::optional<Real> threshold;
  Real width = 0;

  void visit(auto&& field) {
    field("coordinate", coordinate,
          "a is the unit vector of this coordinate, unless direction is set",
          in_words("0 … D − 1"));
    field("direction", direction, "a, in place of coordinate", in_words("D numbers, not all 0"));
    field("threshold", threshold, "what a·z + η reaches");
    field("width", width,
          "standard deviation of η: the target is p(z) Φ((a·z − threshold)/width); 0: z is on one "
          "side",
          at_least(0));
  }
  void validate() {
    if (!coordinate && !direction) coordinate = 0;
  }

  ObservationPtr make(const GaussianMixture& prior, const Rng&) const {
    needed("threshold", threshold, "what a·z reaches");
    if (direction) {
      if (coordinate)
        throw SpecError("direction", to_text(settings::write(*direction), 40),
                        "give either coordinate or direction");
      return Event{vector_of(*direction), *threshold, width};
    }
    if (*coordinate < 0 || *coordinate >= prior.dimension())
      throw SpecError(
          "coordinate", std::to_string(*coordinate),
          fmt::format("must be a coordinate of the prior, 0 to {}", prior.dimension() - 1));
    return Event{HostVector::Unit(prior.dimension(), *coordinate), *threshold, width};
  }
};

/// log P(event | z_0).
class Indicator final : public PointTerm {
 public:
  explicit Indicator(const Event& event) : plane_(uploaded(event)) {}
  void value(const Exec& exec, const Matrix& z, const Vector& log_l) const override {
    event_log_indicator(exec, plane_, z, log_l);
  }
  void gradient(const Exec& exec, const Matrix& z, const Matrix& gradient) const override {
    event_indicator_gradient(exec, plane_, z, gradient);
  }

 private:
  EventPlane plane_;
};

class HalfSpace final : public Observation, public ConditionalLaw {
 public:
  explicit HalfSpace(Event given) : o_(std::move(given)) {}

  std::string target() const override { return "event"; }

  void require_valid(const GaussianMixture& prior) const override {
    if (o_.direction.size() != prior.dimension())
      throw SpecError(
          "direction", fmt::format("{} numbers", o_.direction.size()),
          fmt::format("must be {}: one per coordinate of the prior", prior.dimension()));
    require_finite("direction", o_.direction);
    if (o_.direction.isZero(0))
      throw SpecError("direction", "0", "must be a direction that is not 0");
    if (!std::isfinite(o_.threshold))
      throw SpecError("threshold", fmt::format("{}", o_.threshold), "must be a finite number");
    if (!(o_.width >= 0 && std::isfinite(o_.width)))
      throw SpecError("width", fmt::format("{}", o_.width), "must be a finite number ≥ 0");
  }

  Conditioning condition(const Exec&, const GaussianMixture& prior,
                         const FactoredMixture&) const override {
    const Real log_evidence = event_log_evidence(prior, o_);
    if (!(log_evidence > -infinity))
      throw SpecError(
          "threshold", fmt::format("{}", o_.threshold),
          "must be what the prior can reach: no component has a positive probability of it");
    return {.log_evidence = log_evidence};
  }

  /// Given, never drawn.
  ObservationPtr drawn(const Truth&, const Rng&) const override { return o_; }

  HostVector numbers() const override { return HostVector::Constant(1, o_.threshold); }
  std::vector<NamedArray> arrays(const GaussianMixture&) const override {
    return {named("direction", {"coordinate"}, o_.direction, "direction of the event"),
            named("threshold", o_.threshold, "the event: direction·z + noise ≥ threshold"),
            named("width", o_.width, "standard deviation of the event's noise")};
  }

  void draw_target(const Exec& exec, const FactoredMixture& prior, Rng rng,
                   const Matrix& x) const override {
    draw_event(exec, prior, o_, rng, x);
  }
  TargetMoments target_moments(const GaussianMixture& prior,
                               const FactoredMixture&) const override {
    return event_moments(prior, o_);
  }

  void level_likelihood(const Exec& exec, const Problem& problem, Real t, const Matrix& z,
                        const Vector& log_p) const override {
    const DiffusedMixture at_t(exec, problem.prior_factored(), problem.process(), t);
    event_log_probability(exec, event_tables(exec, at_t.tables(), o_), z, log_p);
  }
  bool has_density(const GaussianMixture&) const override { return true; }
  /// A hard event's likelihood jumps.
  bool has_gradient(const GaussianMixture&) const override { return o_.width > 0; }
  std::unique_ptr<PointTerm> point_term(const Exec&, const Problem&) const override {
    return std::make_unique<Indicator>(o_);
  }

  const ConditionalLaw* conditional_law() const override { return this; }
  bool scored_at_data() const override { return o_.width > 0; }
  std::unique_ptr<ConditionalField> field(const Exec& exec, const FactoredMixture& prior,
                                          const NoiseProcess& process) const override {
    return event_score_field(exec, prior, process, o_);
  }
  std::unique_ptr<ConditionalKernel> kernel(const Exec& exec, const FactoredMixture& prior,
                                            const NoiseProcess& process) const override {
    return event_reverse_kernel(exec, prior, process, o_);
  }

 private:
  Event o_;
};

}  // namespace observations::event

Event::operator ObservationPtr() const {
  return std::make_shared<observations::event::HalfSpace>(*this);
}

ObservationEntry event_observation() {
  return observation_entry<observations::event::Settings>(
      {.name = "event",
       .summary = "a·z + η ≥ threshold, η normal: a rare event where the threshold is far out",
       .reference = "Subedi et al. 2026",
       .example = "direction = [1, 0.5], threshold = 0.5, width = 0.3",
       .targets = {{"event", {Capability::density, Capability::conditional_score}}}});
}

}  // namespace plumbline
