// Tiny samplers, priors and metrics whose every answer is known, for tests of the harness alone.
#pragma once

#include <cmath>
#include <map>
#include <string>

#include "core/reduce.hpp"
#include "core/steps/stop.hpp"
#include "harness/sweep/galleries.hpp"

namespace plumbline::fake {

/// How many draws samplers were asked for, how often each metric was measured, whether `breaks`
/// samplers break, and by what this machine's draws differ from others': the outside world that a
/// rerun must notice or must not touch.
inline int runs = 0;
inline std::map<std::string, int> measured;
inline bool broken = true;
inline Real rounding = 0;

enum class Mode { good, breaks, diverges, vanishes };
constexpr auto names(Mode) {
  return std::array{"good", "breaks", "diverges", "vanishes"};
}

/// Exact draws, moved by `shift`, or one of the ways to go wrong.
class Shift final : public Sampler {
 public:
  struct Settings {
    Real shift = 0;
    int steps = 10;
    int particles = 1;
    Mode mode = Mode::good;
    std::vector<int> coordinates = {0};

    void visit(auto&& field) {
      field("shift", shift, "added to the first coordinate", between(-10, 10));
      field("steps", steps, "time steps", at_least(1), Budget::grows);
      field("particles", particles, "particles", at_least(1), Budget::grows);
      field("mode", mode, "what happens");
      field("coordinates", coordinates, "which are shifted", at_least(0));
    }
    void validate() const {
      if (steps == 13) throw SpecError("steps", "13", "bad luck");
    }
  };
  explicit Shift(Settings settings) : settings_(std::move(settings)) {}

  void require(const Problem& problem) const override {
    for (const int i : settings_.coordinates)
      if (i >= problem.dimension())
        throw SpecError("coordinates", fmt::format("{}", i), "must be a coordinate of the problem");
  }
  Ensemble draw(const Exec& exec, const Problem& problem, Index n, Rng rng,
                Trace& trace) const override {
    ++runs;
    if (settings_.mode == Mode::breaks && broken) throw std::runtime_error("the sampler broke");
    stop_if_asked();
    const Ensemble ensemble = equally_weighted(problem.draw_exact(exec, n, rng));
    auto x = host_copy(ensemble.x);
    for (Index r = 0; r < n; ++r) x(r, 0) += settings_.shift + rounding;
    if (settings_.mode == Mode::diverges) x(0, 0) = std::nan("");
    Kokkos::deep_copy(ensemble.x, x);
    trace.score_evaluations = declared_evaluations(problem, n);
    trace.degenerate = settings_.mode == Mode::vanishes;
    if (trace.degenerate) trace.trouble = "at step 7";
    trace.log_evidence = problem.log_evidence() + 0.25;
    trace.ess_min = 0.5;
    trace.acceptance = 0.75;
    return ensemble;
  }
  Index declared_evaluations(const Problem&, Index n) const override { return n * settings_.steps; }
  Claim claim() const override { return settings_.shift == 0 ? Claim::exact() : Claim::nothing(); }

 private:
  Settings settings_;
};

/// Unit Gaussians on the diagonal, `spread` apart.
struct Blobs {
  int dim = 2;
  int components = 3;
  Real spread = 1;
  std::string path = "";  ///< not read: the harness must notice what such a file holds

  void visit(auto&& field) {
    field("dim", dim, "dimension", at_least(1));
    field("components", components, "components", at_least(1));
    field("spread", spread, "distance", above(0));
    field("path", path, "a file");
  }
  GaussianMixture make(Rng rng, const std::string&) const {
    HostMatrix means(components, dim);
    for (int k = 0; k < components; ++k) means.row(k).setConstant(spread * k);
    HostVector weights(components);
    for (int k = 0; k < components; ++k)
      weights[k] = 1 + rng.uniform(static_cast<std::uint64_t>(k), 0, 0);
    return GaussianMixture::isotropic(weights, means, HostVector::Ones(components));
  }
};

/// scale · (mean of the first coordinate − its exact value).
class MeanGap final : public Metric {
 public:
  struct Settings {
    Real scale = 1;
    void visit(auto&& field) { field("scale", scale, "factor", above(0)); }
  };
  explicit MeanGap(Settings settings) : settings_(settings) {}
  Estimate evaluate(const Exec& exec, const MetricInput& input) const override {
    ++measured["mean_gap"];
    return {settings_.scale * (mean(exec, input.ensemble)[0] - input.problem.target_mean()[0]),
            settings_.scale / std::sqrt(static_cast<Real>(input.ensemble.draws()))};
  }

 private:
  Settings settings_;
};

/// A number of its random stream alone: shows who shares noise with whom.
class Chance final : public Metric {
 public:
  struct Settings {
    void visit(auto&&) {}
  };
  explicit Chance(Settings) {}
  Estimate evaluate(const Exec&, const MetricInput& input) const override {
    ++measured["chance"];
    return {input.rng.uniform(0, 0, 0)};
  }
};

/// Sampler's log evidence − exact: has no floor.
class EvidenceGap final : public Metric {
 public:
  struct Settings {
    void visit(auto&&) {}
  };
  explicit EvidenceGap(Settings) {}
  Estimate evaluate(const Exec&, const MetricInput& input) const override {
    ++measured["evidence_gap"];
    return {input.log_evidence - input.problem.log_evidence()};
  }
};

inline const Galleries& known() {
  static const Galleries all = {
      {sampler_entry<Shift>({.name = "shift", .summary = "", .reference = "nobody 1900"})},
      {prior_entry<Blobs>({.name = "blobs", .summary = "", .reference = ""})},
      {metric_entry<MeanGap>({.name = "mean_gap",
                              .long_name = "gap of the mean",
                              .units = "1",
                              .summary = "",
                              .reference = "",
                              .cost = ""}),
       metric_entry<Chance>({.name = "chance",
                             .long_name = "a number",
                             .units = "1",
                             .better = Better::zero,
                             .summary = "",
                             .reference = "",
                             .cost = ""}),
       metric_entry<EvidenceGap>({.name = "evidence_gap",
                                  .long_name = "gap of log evidence",
                                  .units = "nats",
                                  .has_floor = false,
                                  .summary = "",
                                  .reference = "",
                                  .cost = ""})}};
  return all;
}

/// A small valid sweep: 2 problem points, 2 + 3 cells at each.
inline const char* const sweep_text = R"(# a comment
schema     = "plumbline/1"
name       = "small"
seed       = 3
replicates = 3
draws      = 50
null_replicates = 2

[problem]
process     = { kind = "ou" }
prior       = { kind = "blobs", spread = [1.0, 2.0] }
observation = { kind = "inpainting", observed = [1], y = [0.5] }

[[sampler]]
kind  = "shift"
shift = [0, 0.5]

[[sampler]]
kind      = "shift"
label     = "other"
particles = [1, 2, 4]
steps     = 5

[metrics]
use = ["mean_gap", "chance", "evidence_gap"]
mean_gap.scale = 2.0
)";

/// sweep_text with the first `from` replaced by `to`.
inline std::string edited(const std::string& from, const std::string& to,
                          std::string text = sweep_text) {
  const std::size_t at = text.find(from);
  PLUMBLINE_REQUIRE(at != text.npos, "'{}' is in the sweep text", from);
  return text.replace(at, from.size(), to);
}

}  // namespace plumbline::fake
