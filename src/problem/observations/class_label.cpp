// problem/observations/class_label.cpp – the class of the component that z_0 came from, and the
// tilt p(z) p(c | z)^γ that guidance of strength γ is taken for. problem/README §4.
#include "problem/observations/class_label.hpp"

#include <cmath>

#include "diffusion/diffused_mixture.hpp"
#include "mixture/pair.hpp"
#include "mixture/score_difference.hpp"
#include "problem/observations/entry.hpp"
#include "problem/observations/tilt.hpp"
#include "problem/problem.hpp"

namespace plumbline {
namespace observations::class_label {

using Classes = std::vector<std::vector<int>>;

struct Settings {
  std::optional<OrDraw<int>> label;
  std::optional<Classes> classes;
  Real gamma = 1;

  void visit(auto&& field) {
    field("label", label,
          "the class that was observed, 0 … classes − 1; \"draw\": a new one per replicate");
    field("classes", classes,
          "the components of every class: a partition; left out: those of a prior with labels");
    field("gamma", gamma, "the target is p(z) p(class | z)^gamma", at_least(0));
  }
  ObservationPtr make(const GaussianMixture& prior, const Rng&) const {
    const OrDraw<int>& given = needed("label", label, "the number of a class, or \"draw\"");
    ClassLabel out = {
        given.value,
        needed("classes", classes, "a list of lists of components, or a prior with labels"), gamma};
    if (given.drawn) out.label = possible(out.classes, prior);
    return out;
  }

 private:
  /// A label to be drawn is any class that can be, until it is.
  static int possible(const Classes& classes, const GaussianMixture& prior) {
    int label = 0;
    for (std::size_t c = 0; c < classes.size(); ++c)
      for (const int k : classes[c])
        if (k >= 0 && k < prior.components() && prior.weights()[k] > 0) label = static_cast<int>(c);
    return label;
  }
};

void require_partition(const Classes& classes, int components) {
  std::vector<bool> seen(components, false);
  int count = 0;
  for (std::size_t c = 0; c < classes.size(); ++c) {
    if (classes[c].empty())
      throw SpecError(fmt::format("classes[{}]", c), "[]",
                      "needs at least one component in every class");
    for (std::size_t j = 0; j < classes[c].size(); ++j) {
      const int k = classes[c][j];
      const std::string key = fmt::format("classes[{}][{}]", c, j);
      if (k < 0 || k >= components)
        throw SpecError(key, std::to_string(k),
                        fmt::format("must be a component of the prior, 0 to {}", components - 1));
      if (seen[k])
        throw SpecError(key, std::to_string(k), "is listed before: classes are disjoint");
      seen[k] = true;
      ++count;
    }
  }
  for (int k = 0; k < components; ++k)
    if (!seen[k])
      throw SpecError(
          "classes", fmt::format("{} of {} components", count, components),
          fmt::format("every component must be in one class; component {} is in none", k));
}

/// log(1 + e^x), accurate where it is tiny: log(u) e^x / (u − 1), u the rounded 1 + e^x, loses
/// nothing of an e^x below the last digit of 1.
KOKKOS_INLINE_FUNCTION Real softplus(Real x) {
  const Real e = exp(-Kokkos::fabs(x)), u = 1 + e;
  return Kokkos::fmax(x, Real(0)) + (u == 1 ? e : log(u) * (e / (u - 1)));
}

/// log Σ_{k∈c} r_k(z) = −log(1 + rest/members): a class that is all but certain keeps its digits.
///   shapes  z [n, D], in_class [K] → log_p [n]
void log_probability(const Exec& exec, const MixtureTables& tables, const IndexVector& in_class,
                     const Matrix& z, const Vector& log_p) {
  parallel_over(
      exec, "plumbline::problem::class_log_probability", z.extent(0), KOKKOS_LAMBDA(Index n) {
        const RowPoint point = {z, n};
        OnlineLogSum rest, members;
        for (int k = 0; k < tables.mixture.components; ++k)
          (in_class(k) ? members : rest).add(log_joint(tables, k, point));
        log_p(n) = -softplus((rest.max - members.max) + (log(rest.sum) - log(members.sum)));
      });
}

/// log p(c | z_0), ∇log p(c | z_0) = ∇log p(z | c) − ∇log p(z).
class ClassTerm final : public PointTerm {
 public:
  ClassTerm(const Exec& exec, const Problem& problem, const ClassLabel& label)
      : in_class_(membership(label, problem.prior().components())),
        members_over_all_(exec, factored(exec, problem.prior().components_of(label.members())),
                          problem.prior_factored()) {}

  void value(const Exec& exec, const Matrix& z, const Vector& log_l) const override {
    log_probability(exec, members_over_all_.q(), in_class_, z, log_l);
  }
  void gradient(const Exec& exec, const Matrix& z, const Matrix& gradient) const override {
    members_over_all_.evaluate(exec, z, gradient);
  }

 private:
  IndexVector in_class_;
  ScoreDifference members_over_all_;
};

/// log p(c | z_t).
class ClassLevels final : public LevelTerm {
 public:
  ClassLevels(const Exec& exec, const Problem& problem, const ClassLabel& label)
      : in_class_(membership(label, problem.prior().components())),
        diffused_(exec, problem.prior_factored(), problem.process(), problem.process().horizon()) {}

  void value(const Exec& exec, Real t, const Matrix& z, const Vector& log_p) override {
    diffused_.move_to(exec, t);
    PLUMBLINE_REQUIRE(has_density(diffused_.tables()), "p_t has no density at t = {}", t);
    log_probability(exec, diffused_.tables(), in_class_, z, log_p);
  }

 private:
  IndexVector in_class_;
  DiffusedMixture diffused_;
};

class Class final : public Observation {
 public:
  explicit Class(ClassLabel given) : o_(std::move(given)) {
    const bool known = o_.label >= 0 && o_.label < static_cast<int>(o_.classes.size());
    tempering_ = {o_.gamma, known ? o_.members() : std::vector<int>{}};
  }

  std::string target() const override { return o_.gamma == 1 ? "class" : "tilt"; }
  std::string kind() const override { return "class"; }

  void require_valid(const GaussianMixture& prior) const override {
    require_partition(o_.classes, prior.components());
    const int classes = static_cast<int>(o_.classes.size());
    if (o_.label < 0 || o_.label >= classes)
      throw SpecError("label", std::to_string(o_.label),
                      fmt::format("must be a class, 0 to {}", classes - 1));
    if (!(o_.gamma >= 0 && std::isfinite(o_.gamma)))
      throw SpecError("gamma", fmt::format("{}", o_.gamma), "must be a finite number ≥ 0");
    Real weight = 0;
    for (const int k : o_.members()) weight += prior.weights()[k];
    if (weight == 0)
      throw SpecError("label", std::to_string(o_.label),
                      "must be a class of positive prior probability");
    if (o_.gamma != 1 && prior.singular())
      throw SpecError("gamma", fmt::format("{}", o_.gamma),
                      "must be 1: a prior with a variance of 0 has no p(c | z) to be tilted by");
  }

  Conditioning condition(const Exec& exec, const GaussianMixture& prior,
                         const FactoredMixture& factored) const override {
    if (o_.gamma != 1) {
      require_tilt_acceptance(exec, factored, o_);
      return {};
    }
    HostVector log_weights(o_.members().size());
    for (std::size_t j = 0; j < o_.members().size(); ++j)
      log_weights[j] = prior.log_weights()[o_.members()[j]];
    const GaussianMixture posterior = prior.components_of(o_.members());
    return {.posterior = posterior,
            .full_posterior = posterior,
            .log_evidence = log_sum_exp(log_weights)};
  }

  ObservationPtr drawn(const Truth& truth, const Rng&) const override {
    ClassLabel out = o_;
    for (std::size_t c = 0; c < o_.classes.size(); ++c)
      for (const int k : o_.classes[c])
        if (k == truth.component) out.label = static_cast<int>(c);
    return out;
  }

  HostVector numbers() const override {
    return HostVector::Constant(1, static_cast<Real>(o_.label));
  }
  std::vector<NamedArray> arrays(const GaussianMixture& prior) const override {
    std::vector<int> of_component(prior.components());
    for (std::size_t c = 0; c < o_.classes.size(); ++c)
      for (const int k : o_.classes[c]) of_component[k] = static_cast<int>(c);
    return {named("class_of_component", {"component"}, of_component,
                  "which class a component of the prior belongs to"),
            named("label", o_.label, "the class that is asked for"),
            named("gamma", o_.gamma, "the target is p(z) p(label | z)^gamma")};
  }

  void draw_target(const Exec& exec, const FactoredMixture& prior, Rng rng,
                   const Matrix& x) const override {
    draw_tilt(exec, prior, o_, rng, x);
  }
  TargetMoments target_moments(const GaussianMixture&,
                               const FactoredMixture& factored) const override {
    return tilt_moments(Exec(), factored, o_);
  }

  void level_likelihood(const Exec& exec, const Problem& problem, Real t, const Matrix& z,
                        const Vector& log_p) const override {
    ClassLevels(exec, problem, o_).value(exec, t, z, log_p);
  }
  std::unique_ptr<LevelTerm> level_term(const Exec& exec, const Problem& problem) const override {
    return std::make_unique<ClassLevels>(exec, problem, o_);
  }
  bool has_density(const GaussianMixture& prior) const override { return !prior.singular(); }
  std::unique_ptr<PointTerm> point_term(const Exec& exec, const Problem& problem) const override {
    return std::make_unique<ClassTerm>(exec, problem, o_);
  }
  int point_cost() const override { return 1; }
  const Tempering* tempering() const override { return &tempering_; }

 private:
  ClassLabel o_;
  Tempering tempering_;
};

}  // namespace observations::class_label

ClassLabel::operator ObservationPtr() const {
  return std::make_shared<observations::class_label::Class>(*this);
}

ObservationEntry class_label_observation() {
  return observation_entry<observations::class_label::Settings>(
      {.name = "class",
       .summary = "the class of the component that z came from",
       .example = "label = \"draw\", classes = [[0, 3], [2, 1]]",
       .targets = {
           {"class",
            {Capability::density, Capability::conditional_score, Capability::mixture,
             Capability::conditional_mixture, Capability::tempering}},
           {"tilt",
            {Capability::density, Capability::conditional_mixture, Capability::tempering}}}});
}

}  // namespace plumbline
