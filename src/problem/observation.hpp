// What is observed of z_0: a picture of the gallery problem/observations/, seen from outside. An
// observation says what it makes of a prior, and has capabilities: samplers, metrics and the
// harness ask for those, never for a kind.
#pragma once

#include <limits>
#include <memory>
#include <optional>

#include "core/named_array.hpp"
#include "core/rng.hpp"
#include "mixture/factored_mixture.hpp"
#include "mixture/gaussian_mixture.hpp"
#include "problem/target_moments.hpp"

namespace plumbline {

class ConditionalField;
class NoiseProcess;
class Observation;
class Problem;
using ObservationPtr = std::shared_ptr<const Observation>;

// ---- capabilities ------------------------------------------------------------------------------

/// What a method may need of an observation; a catalogue entry lists what its targets have.
enum class Capability {
  fixed_coordinates,    ///< some coordinates of z_0 are seen as they are: draws have the others
  linear_form,          ///< y = A z_0 + N(0, Γ), Γ = 0 included
  linear_noise,         ///< the same, and Γ is the user's
  forward_map,          ///< y = f(z_0) + N(0, Γ), f smooth and not linear
  density,              ///< p(y | z_0) is a density, or a probability, in closed form
  conditional_score,    ///< ∇log p_t(z | y) in closed form at every t
  mixture,              ///< the posterior is a Gaussian mixture
  conditional_mixture,  ///< the posterior, or the p(z | c) that a tilt strengthens, is one
  tempering             ///< the target is p(z) p(c | z)^γ, p(c | z_t) ≤ 1 in closed form
};

/// y = A z_0 + N(0, noise).
struct LinearForm {
  HostMatrix a;      ///< [m, D]
  HostMatrix noise;  ///< [m, m], 0 where nothing blurs
  HostVector y;      ///< [m]

  bool noise_free() const { return noise.isZero(0); }
};

/// The target p(z) p(c | z)^power, p(z | c) ∝ the components `members` of the prior.
struct Tempering {
  Real power = 1;
  std::vector<int> members;
};

/// y = f(z_0) + N(0, Γ) with f smooth: how a residual pushes z.
class ForwardMap {
 public:
  /// ‖y − f‖ or −log p(y | z): what is made smaller.
  enum class Residual { length, likelihood };

  virtual ~ForwardMap() = default;
  /// v(n, :) ← −strength ∇_z (of that) at z(n, :).   shapes  z [n, D] → v [n, D]; may alias
  virtual void push(const Exec& exec, Residual residual, Real strength, const Matrix& z,
                    const Matrix& v) const = 0;
};

/// z_s ~ p(z_s | z_t, y), exact at any s < t: the reverse run of a posterior. Its tables are made
/// once and refilled where t moves.
class ConditionalKernel {
 public:
  virtual ~ConditionalKernel() = default;
  /// Row n uses chain first_chain + n.   shapes  z_t [n, D] → z_s [n, D]; may alias
  virtual void draw(const Exec& exec, Real t, Real s, Rng rng, std::uint32_t step,
                    const Matrix& z_t, const Matrix& z_s, std::uint64_t first_chain) = 0;
};

/// A posterior that is no mixture, but whose score and reverse kernel are known at every level.
class ConditionalLaw {
 public:
  virtual ~ConditionalLaw() = default;
  /// False where the posterior has no score at t = 0.
  virtual bool scored_at_data() const = 0;
  /// ∇log p_t(z | y), or E[z_0 | z_t, y], at any time; `prior` is not diffused.
  virtual std::unique_ptr<ConditionalField> field(const Exec& exec, const FactoredMixture& prior,
                                                  const NoiseProcess& process) const = 0;
  virtual std::unique_ptr<ConditionalKernel> kernel(const Exec& exec, const FactoredMixture& prior,
                                                    const NoiseProcess& process) const = 0;
};

/// log p(y | z_0 = z) and its gradient. What they read lies on the device since it was made, so
/// that one of them serves a whole run.
class PointTerm {
 public:
  virtual ~PointTerm() = default;
  /// Normalised.   shapes  z [n, D] → log_l [n]
  virtual void value(const Exec& exec, const Matrix& z, const Vector& log_l) const = 0;
  /// Requires has_gradient.   shapes  z [n, D] → gradient [n, D], not aliased
  virtual void gradient(const Exec& exec, const Matrix& z, const Matrix& gradient) const = 0;
};

/// log p(y | z_t) at t > 0, and at t = 0 where that is a density. What it reads is made once and
/// refilled where t moves, so that one of them serves a whole run.
class LevelTerm {
 public:
  virtual ~LevelTerm() = default;
  /// shapes  z [n, D] → log_p [n]
  virtual void value(const Exec& exec, Real t, const Matrix& z, const Vector& log_p) = 0;
};

// ---- an observation ----------------------------------------------------------------------------

/// z* ~ prior and the component it came from: what y is drawn from.
struct Truth {
  int component = 0;
  HostVector z;  ///< [D]
};

/// What an observation makes of a prior.
struct Conditioning {
  /// Noise-free coordinates of z and their values: a draw has the others.
  std::vector<int> observed = {};
  HostVector observed_values = {};
  /// Over the coordinates of a draw, and over all of them; absent where the target is no mixture.
  std::optional<GaussianMixture> posterior = {}, full_posterior = {};
  Real log_evidence = nan;
  std::optional<TargetMoments> moments = {};  ///< where evidence and moments are one computation
};

class Observation {
 public:
  virtual ~Observation() = default;

  /// Which target of the catalogue this is: "linear", "tilt", ….
  virtual std::string target() const = 0;
  /// The kind that an exported problem names.
  virtual std::string kind() const { return target(); }
  /// SpecError, naming the key and index, unless it fits the prior: sizes, coordinates, classes,
  /// finite numbers.
  virtual void require_valid(const GaussianMixture& prior) const = 0;
  /// The exact target. SpecError where there is none, or none that can be drawn.
  virtual Conditioning condition(const Exec& exec, const GaussianMixture& prior,
                                 const FactoredMixture& factored) const = 0;
  /// The same observation with y ~ p(y | z*).
  virtual ObservationPtr drawn(const Truth& truth, const Rng& rng) const = 0;

  /// y as numbers, for the result file: [m].
  virtual HostVector numbers() const = 0;
  /// Everything that an exported problem says of it, in dimensions "measurement", "coordinate",
  /// "component".
  virtual std::vector<NamedArray> arrays(const GaussianMixture& prior) const = 0;

  // Targets that are no mixture: requires that `condition` gave no posterior.
  /// n exact draws. Row n uses chain n.   shapes  x [n, D]
  virtual void draw_target(const Exec& exec, const FactoredMixture& prior, Rng rng,
                           const Matrix& x) const;
  virtual TargetMoments target_moments(const GaussianMixture& prior,
                                       const FactoredMixture& factored) const;

  // Likelihoods.
  /// False where p(y | z_t) has no closed form at t > 0.
  virtual bool has_level_likelihood() const { return true; }
  /// log p(y | z_t = z) at t > 0, and at t = 0 where that is a density. Requires
  /// has_level_likelihood.   shapes  z [n, D] → log_p [n]
  virtual void level_likelihood(const Exec& exec, const Problem& problem, Real t, const Matrix& z,
                                const Vector& log_p) const = 0;
  /// The same for a run of levels; by default level_likelihood each time. `problem` outlives it.
  virtual std::unique_ptr<LevelTerm> level_term(const Exec& exec, const Problem& problem) const;
  /// p(y | z_0) is a density, in closed form.
  virtual bool has_density(const GaussianMixture& prior) const = 0;
  virtual bool has_gradient(const GaussianMixture& prior) const { return has_density(prior); }
  /// Requires has_density.
  virtual std::unique_ptr<PointTerm> point_term(const Exec& exec, const Problem& problem) const = 0;
  /// Point evaluations of the mixture per row of its value; of the gradient, twice that.
  virtual int point_cost() const { return 0; }

  // Further capabilities; nothing by default.
  virtual std::optional<LinearForm> linear_form(int dimension) const;
  virtual const ForwardMap* forward_map() const { return nullptr; }
  virtual const ConditionalLaw* conditional_law() const { return nullptr; }
  virtual const Tempering* tempering() const { return nullptr; }
};

}  // namespace plumbline
