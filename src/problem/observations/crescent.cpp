// problem/observations/crescent.cpp – y = f(z_0) + N(0, ξ), f(z) = z_2/c + ½(z_1² + c²), of a prior
// in the plane. Evidence and moments by quadrature (crescent_quadrature.cpp), draws by rejection
// (crescent_likelihood.cpp). problem/README §6.
#include "problem/observations/crescent.hpp"

#include <cmath>

#include "problem/observations/crescent_likelihood.hpp"
#include "problem/observations/entry.hpp"
#include "problem/problem.hpp"

namespace plumbline {
namespace observations::crescent {

struct Settings {
  Real c = 1, xi = 0.5;
  std::optional<OrDraw<Real>> y;

  void visit(auto&& field) {
    field("c", c, "curvature: y = z_2/c + (z_1² + c²)/2 + noise", in_words("≠ 0"));
    field("xi", xi, "variance of the noise", above(0));
    field("y", y, "what was observed; \"draw\": a new one per replicate");
  }
  ObservationPtr make(const GaussianMixture&, const Rng&) const {
    return Crescent{c, xi, needed("y", y, "a number, or \"draw\"").value};
  }
};

class Normal final : public PointTerm {
 public:
  explicit Normal(const Crescent& o) : o_(o) {}
  void value(const Exec& exec, const Matrix& z, const Vector& log_l) const override {
    crescent_log_likelihood(exec, o_, z, log_l);
  }
  void gradient(const Exec& exec, const Matrix& z, const Matrix& gradient) const override {
    crescent_gradient(exec, o_, z, gradient);
  }

 private:
  Crescent o_;
};

class CurvedLine final : public Observation, public ForwardMap {
 public:
  explicit CurvedLine(const Crescent& given) : o_(given) {}

  std::string target() const override { return "crescent"; }

  void require_valid(const GaussianMixture& prior) const override {
    if (prior.dimension() != 2)
      throw SpecError(
          "kind", "crescent",
          fmt::format("needs a prior in the plane: this one has {} dimensions", prior.dimension()));
    if (prior.singular())
      throw SpecError("kind", "crescent",
                      "needs a prior with a density: this one has a variance of 0");
    if (!(std::isfinite(o_.c) && o_.c != 0))
      throw SpecError("c", fmt::format("{}", o_.c), "must be a number but 0");
    if (!(o_.xi > 0 && std::isfinite(o_.xi)))
      throw SpecError("xi", fmt::format("{}", o_.xi), "must be a variance > 0");
    if (!std::isfinite(o_.y))
      throw SpecError("y", fmt::format("{}", o_.y), "must be a finite number");
  }

  Conditioning condition(const Exec& exec, const GaussianMixture&,
                         const FactoredMixture& factored) const override {
    CrescentReference reference = crescent_reference(exec, factored, o_);
    return {.log_evidence = reference.log_evidence, .moments = std::move(reference.moments)};
  }

  ObservationPtr drawn(const Truth& truth, const Rng& rng) const override {
    Crescent out = o_;
    out.y = -crescent_residual(o_.c, 0, truth.z[0], truth.z[1]) +
            std::sqrt(o_.xi) * rng.stream("noise").normal(0, 0, 0);
    return out;
  }

  HostVector numbers() const override { return HostVector::Constant(1, o_.y); }
  std::vector<NamedArray> arrays(const GaussianMixture&) const override {
    return {named("y", {"measurement"}, numbers(),
                  "what was observed: y = z_2/c + (z_1² + c²)/2 + noise"),
            named("c", o_.c, "curvature"), named("xi", o_.xi, "variance of the noise")};
  }

  void draw_target(const Exec& exec, const FactoredMixture& prior, Rng rng,
                   const Matrix& x) const override {
    draw_crescent(exec, prior, o_, rng, x);
  }

  bool has_level_likelihood() const override { return false; }
  void level_likelihood(const Exec&, const Problem&, Real t, const Matrix&,
                        const Vector&) const override {
    PLUMBLINE_REQUIRE(false, "p(y | z_t) of a nonlinear observation has no closed form at t = {}",
                      t);
  }
  bool has_density(const GaussianMixture&) const override { return true; }
  std::unique_ptr<PointTerm> point_term(const Exec&, const Problem&) const override {
    return std::make_unique<Normal>(o_);
  }

  const ForwardMap* forward_map() const override { return this; }
  void push(const Exec& exec, Residual residual, Real strength, const Matrix& z,
            const Matrix& v) const override {
    crescent_push(exec, o_, residual == Residual::length, strength, z, v);
  }

 private:
  Crescent o_;
};

}  // namespace observations::crescent

Crescent::operator ObservationPtr() const {
  return std::make_shared<observations::crescent::CurvedLine>(*this);
}

ObservationEntry crescent_observation() {
  return observation_entry<observations::crescent::Settings>(
      {.name = "crescent",
       .summary = "y = z_2/c + (z_1² + c²)/2 + noise: a nonlinear observation of a z in the plane",
       .example = "y = \"draw\"",
       .targets = {{"crescent", {Capability::forward_map, Capability::density}}}});
}

}  // namespace plumbline
