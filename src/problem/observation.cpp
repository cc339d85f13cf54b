// The kinds of observation: their names, their settings, and what makes one valid for a prior.
#include "problem/observation.hpp"

#include <cmath>

namespace plumbline {
namespace {

std::string number(Real v) {
  return fmt::format("{}", v);
}
std::string entry(const char* key, Eigen::Index i) {
  return fmt::format("{}[{}]", key, i);
}

void require_finite(const char* key, const HostVector& v) {
  for (Eigen::Index i = 0; i < v.size(); ++i)
    if (!std::isfinite(v[i])) throw SpecError(entry(key, i), number(v[i]), "a finite number");
}
void require_finite(const char* key, const HostMatrix& m) {
  for (Eigen::Index i = 0; i < m.rows(); ++i)
    for (Eigen::Index j = 0; j < m.cols(); ++j)
      if (!std::isfinite(m(i, j)))
        throw SpecError(fmt::format("{}[{}][{}]", key, i, j), number(m(i, j)), "a finite number");
}
void require_size(Eigen::Index size, Eigen::Index m, const char* what) {
  if (size != m)
    throw SpecError("y", fmt::format("{} numbers", size),
                    fmt::format("{} numbers, one per {}", m, what));
}

void require_valid(const Inpainting& o, const GaussianMixture& prior) {
  const int dimension = prior.dimension(), m = static_cast<int>(o.observed.size());
  if (m == 0) throw SpecError("observed", "[]", "at least one coordinate");
  std::vector<bool> seen(dimension, false);
  for (int j = 0; j < m; ++j) {
    const int i = o.observed[j];
    if (i < 0 || i >= dimension)
      throw SpecError(entry("observed", j), std::to_string(i),
                      fmt::format("a coordinate of the prior, 0 to {}", dimension - 1));
    if (seen[i])
      throw SpecError(entry("observed", j), std::to_string(i),
                      "listed before: each coordinate once");
    seen[i] = true;
  }
  if (m == dimension)
    throw SpecError("observed", fmt::format("all {} coordinates", m),
                    "at least one coordinate left free: nothing would remain to be drawn");
  require_size(o.y.size(), m, "observed coordinate");
  require_finite("y", o.y);
}

void require_valid(const LinearGaussian& o, const GaussianMixture& prior) {
  const Eigen::Index m = o.a.rows();
  if (m == 0) throw SpecError("A", "[]", "at least one row");
  if (o.a.cols() != prior.dimension())
    throw SpecError("A", fmt::format("{} columns", o.a.cols()),
                    fmt::format("{} columns, one per coordinate of the prior", prior.dimension()));
  require_finite("A", o.a);
  require_noise_covariance("noise", o.noise, static_cast<int>(m));
  require_size(o.y.size(), m, "row of A");
  require_finite("y", o.y);
}

void require_partition(const std::vector<std::vector<int>>& classes, int components) {
  std::vector<bool> seen(components, false);
  int count = 0;
  for (std::size_t c = 0; c < classes.size(); ++c) {
    if (classes[c].empty())
      throw SpecError(entry("classes", c), "[]", "at least one component in every class");
    for (std::size_t j = 0; j < classes[c].size(); ++j) {
      const int k = classes[c][j];
      const std::string key = fmt::format("classes[{}][{}]", c, j);
      if (k < 0 || k >= components)
        throw SpecError(key, std::to_string(k),
                        fmt::format("a component of the prior, 0 to {}", components - 1));
      if (seen[k]) throw SpecError(key, std::to_string(k), "listed before: classes are disjoint");
      seen[k] = true;
      ++count;
    }
  }
  for (int k = 0; k < components; ++k)
    if (!seen[k])
      throw SpecError("classes", fmt::format("{} of {} components", count, components),
                      fmt::format("every component in one class; component {} is in none", k));
}

void require_valid(const ClassLabel& o, const GaussianMixture& prior) {
  require_partition(o.classes, prior.components());
  const int classes = static_cast<int>(o.classes.size());
  if (o.label < 0 || o.label >= classes)
    throw SpecError("label", std::to_string(o.label), fmt::format("a class, 0 to {}", classes - 1));
  if (!(o.gamma >= 0 && std::isfinite(o.gamma)))
    throw SpecError("gamma", number(o.gamma), "a finite number ≥ 0");
  Real weight = 0;
  for (const int k : o.classes[o.label]) weight += prior.weights()[k];
  if (weight == 0)
    throw SpecError("label", std::to_string(o.label), "a class of positive prior probability");
  if (o.gamma != 1 && prior.singular())
    throw SpecError("gamma", number(o.gamma),
                    "1: a prior with a variance of 0 has no p(c | z) to be tilted by");
}

void require_valid(const Event& o, const GaussianMixture& prior) {
  if (o.direction.size() != prior.dimension())
    throw SpecError("direction", fmt::format("{} numbers", o.direction.size()),
                    fmt::format("{} numbers, one per coordinate of the prior", prior.dimension()));
  require_finite("direction", o.direction);
  if (o.direction.isZero(0)) throw SpecError("direction", "0", "a direction that is not 0");
  if (!std::isfinite(o.threshold))
    throw SpecError("threshold", number(o.threshold), "a finite number");
  if (!(o.width >= 0 && std::isfinite(o.width)))
    throw SpecError("width", number(o.width), "a finite number ≥ 0");
}

void require_valid(const Crescent& o, const GaussianMixture& prior) {
  if (prior.dimension() != 2)
    throw SpecError(
        "kind", "crescent",
        fmt::format("a prior in the plane: this one has {} dimensions", prior.dimension()));
  if (prior.singular())
    throw SpecError("kind", "crescent", "a prior with a density: this one has a variance of 0");
  if (!(std::isfinite(o.c) && o.c != 0)) throw SpecError("c", number(o.c), "a number but 0");
  if (!(o.xi > 0 && std::isfinite(o.xi))) throw SpecError("xi", number(o.xi), "a variance > 0");
  if (!std::isfinite(o.y)) throw SpecError("y", number(o.y), "a finite number");
}

}  // namespace

void require_noise_covariance(const char* key, const HostMatrix& noise, int m) {
  if (noise.rows() != m || noise.cols() != m)
    throw SpecError(key, fmt::format("{} × {}", noise.rows(), noise.cols()),
                    fmt::format("{} × {}, one row per row of A", m, m));
  require_finite(key, noise);
  const Real size = noise.cwiseAbs().maxCoeff();
  for (int i = 0; i < m; ++i)
    for (int j = 0; j < i; ++j)
      if (std::abs(noise(i, j) - noise(j, i)) > 1e-12 * size)
        throw SpecError(fmt::format("{}[{}][{}]", key, i, j), number(noise(i, j)),
                        fmt::format("symmetric: the other side is {}", noise(j, i)));
  const Real smallest = symmetric_eigen(noise).values.minCoeff();
  if (smallest < -1e-12 * size)
    throw SpecError(key, fmt::format("smallest eigenvalue {}", smallest), "positive semi-definite");
}

void require_valid(const Observation& observation, const GaussianMixture& prior) {
  std::visit([&](const auto& o) { require_valid(o, prior); }, observation);
}

std::string kind_of(const Observation& observation) {
  return std::array{"inpainting", "linear", "class", "event", "crescent"}[observation.index()];
}

std::vector<ObservationDoc> observation_docs() {
  const FieldDoc y = {"y", "list of numbers, or \"draw\"", "", "",
                      "what was observed; \"draw\": a new y ~ p(y) per replicate"};
  return {
      {"inpainting",
       "some coordinates, without noise",
       {{"observed", "list of whole numbers", "", "distinct, 0 … D − 1, not all",
         "the coordinates that are observed"},
        y}},
      {"linear",
       "y = A z + noise",
       {{"A", "list of lists of numbers", "", "rows of D numbers", "the operator [m, D]"},
        {"noise", "number", "", "≥ 0", "standard deviation of independent noise"},
        {"noise_covariance", "list of lists of numbers", "", "positive definite, or 0",
         "covariance of the noise [m, m], in place of noise"},
        y}},
      {"class",
       "the class of the component that z came from",
       {{"label", "whole number, or \"draw\"", "", "0 … classes − 1",
         "the class that was observed; \"draw\": a new one per replicate"},
        {"classes", "list of lists of whole numbers", "", "a partition of the components",
         "the components of every class"},
        {"gamma", "number", "1.0", "≥ 0", "the target is p(z) p(class | z)^gamma"}}},
      {"event",
       "a·z + η ≥ threshold, η normal: a rare event where the threshold is far out",
       {{"coordinate", "whole number", "0", "0 … D − 1", "a is the unit vector of this coordinate"},
        {"direction", "list of numbers", "", "D numbers, not all 0", "a, in place of coordinate"},
        {"threshold", "number", "", "", "what a·z + η reaches"},
        {"width", "number", "0.0", "≥ 0",
         "standard deviation of η: the target is p(z) Φ((a·z − threshold)/width); 0: z is on one "
         "side"}}},
      {"crescent",
       "y = z_2/c + (z_1² + c²)/2 + noise: a nonlinear observation of a z in the plane",
       {{"c", "number", "1.0", "≠ 0", "curvature: y = z_2/c + (z_1² + c²)/2 + noise"},
        {"xi", "number", "0.5", "> 0", "variance of the noise"},
        {"y", "number, or \"draw\"", "", "",
         "what was observed; \"draw\": a new one per replicate"}}},
      {"random-linear",
       "y = A z + noise with a random A, whose directions are isotropic",
       {{"rows", "whole number", "", "1 … D",
         "m: A is [m, D]; a new A per replicate when y is drawn"},
        {"spectrum", "one of uniform, normal", "\"uniform\"", "",
         "singular values of A: m uniform numbers on [0, 1], or those of standard normal entries"},
        {"noise", "number, or \"random\"", "\"random\"", "≥ 0",
         "standard deviation of the noise; \"random\": uniform on [0, largest singular value]"},
        y}},
  };
}

}  // namespace plumbline
