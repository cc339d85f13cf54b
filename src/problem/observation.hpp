// What is observed of z_0, as settings and as numbers. problem/README §2 to §6.
#pragma once

#include <variant>

#include "core/settings.hpp"
#include "mixture/gaussian_mixture.hpp"

namespace plumbline {

/// Noise-free coordinates: z = [x, y], y observed.
struct Inpainting {
  std::vector<int> observed;  ///< distinct, 0…D−1, at least one left free
  HostVector y;               ///< [m]
};

/// y = A z_0 + η, η ~ N(0, noise).
struct LinearGaussian {
  HostMatrix a;      ///< [m, D]
  HostMatrix noise;  ///< [m, m]: sweep files give a standard deviation or a covariance
  HostVector y;      ///< [m]
};

/// Class label c under a partition of the components; the target is p(z) p(c | z)^gamma
/// (problem/README §4).
struct ClassLabel {
  int label = 0;
  std::vector<std::vector<int>> classes;  ///< disjoint, together all components
  Real gamma = 1;                         ///< 1: the posterior
};

/// The event direction·z_0 + η ≥ threshold, η ~ N(0, width²); width 0: direction·z_0 ≥ threshold.
struct Event {
  HostVector direction;  ///< [D], not 0
  Real threshold = 0;
  Real width = 0;
};

/// y = z_2/c + ½(z_1² + c²) + η, η ~ N(0, xi), of a z in the plane.
struct Crescent {
  Real c = 1;
  Real xi = 0.5;  ///< a variance
  Real y = 0;
};

using Observation = std::variant<Inpainting, LinearGaussian, ClassLabel, Event, Crescent>;

/// SpecError, naming the key and index, unless the observation fits the prior: sizes, coordinates,
/// classes, finite numbers, a noise covariance that is one.
void require_valid(const Observation& observation, const GaussianMixture& prior);
void require_noise_covariance(const char* key, const HostMatrix& noise, int m);

/// "inpainting", "linear", "class", "event", "crescent".
std::string kind_of(const Observation& observation);

/// For `describe`: the kinds with their settings.
struct ObservationDoc {
  std::string name, summary;
  std::vector<FieldDoc> fields;
};
std::vector<ObservationDoc> observation_docs();

}  // namespace plumbline
