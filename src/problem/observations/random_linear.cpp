// problem/observations/random_linear.cpp – a random linear problem as Cardoso et al. 2024 (MCGdiff)
// draw one: A = U diag(s) Vᵀ, U and V of the SVD of a matrix of standard normals. problem/README
// §9.
#include <algorithm>
#include <functional>

#include "problem/observations/entry.hpp"
#include "problem/observations/linear.hpp"

namespace plumbline {
namespace observations::random_linear {

/// Singular values of a random operator: uniform on [0, 1] (Cardoso et al. 2024), or those of its
/// standard normal entries (Moufad et al. 2025).
enum class Spectrum { uniform, normal };
constexpr auto names(Spectrum) {
  return std::array{"uniform", "normal"};
}

/// A standard deviation, or u max(s) with u uniform on [0, 1].
struct Noise {
  std::optional<Real> deviation;
  static std::string type_text() { return "number, or \"random\""; }
};
void read(const std::string& key, const Value& v, Noise& out, const Range& range) {
  out.deviation.reset();
  if (is_word(v, "random")) return;
  try {
    settings::read(key, v, out.deviation.emplace(), range);
  } catch (const SpecError& mistake) {
    throw or_word(mistake, key, v, "random");
  }
}
Value write(const Noise& noise) {
  return noise.deviation ? Value{*noise.deviation} : Value{std::string("random")};
}

struct Settings {
  std::optional<int> rows;
  Spectrum spectrum = Spectrum::uniform;
  Noise noise;
  std::optional<OrDraw<std::vector<Real>>> y;

  void visit(auto&& field) {
    field("rows", rows, "m: A is [m, D]; a new A per replicate when y is drawn",
          {.low = 1, .words = "1 … D"});
    field("spectrum", spectrum,
          "singular values of A: m uniform numbers on [0, 1], or those of standard normal entries");
    field("noise", noise,
          "standard deviation of the noise; \"random\": uniform on [0, largest singular value]",
          at_least(0));
    field("y", y, "what was observed; \"draw\": a new y ~ p(y) per replicate");
  }

  ObservationPtr make(const GaussianMixture& prior, const Rng& rng) const {
    const int m = needed("rows", rows, "how many rows A has");
    if (m > prior.dimension())
      throw SpecError(
          "rows", std::to_string(m),
          fmt::format("must be at most {}, the dimension of the prior", prior.dimension()));
    LinearGaussian out = operator_of(m, prior.dimension(), rng.stream("operator"));
    out.y = given_or_zero(y, m);
    return out;
  }

 private:
  /// s descending; y is 0.   cost  m² D
  LinearGaussian operator_of(int m, int dimension, const Rng& rng) const {
    // G ~ N(0, 1)^{m × D} = U diag(·) Vᵀ
    Eigen::MatrixXd g(m, dimension);
    const Rng entries = rng.stream("entries"), values = rng.stream("singular values");
    for (int i = 0; i < m; ++i)
      for (int j = 0; j < dimension; ++j) g(i, j) = entries.normal(i, 0, j);
    const SingularValues svd = thin_svd(g);

    // A = U diag(s) Vᵀ, s ~ U[0, 1] sorted; noise u max(s)
    HostVector s = svd.values;
    if (spectrum == Spectrum::uniform) {
      for (int i = 0; i < m; ++i) s[i] = values.uniform(0, 0, i);
      std::sort(s.begin(), s.end(), std::greater<>());
    }
    const Real deviation =
        noise.deviation.value_or(rng.stream("noise level").uniform(0, 0, 0) * s[0]);
    return {svd.u * s.asDiagonal() * svd.v.transpose(),
            deviation * deviation * HostMatrix::Identity(m, m), HostVector::Zero(m)};
  }
};

}  // namespace observations::random_linear

ObservationEntry random_linear_observation() {
  return observation_entry<observations::random_linear::Settings>(
      {.name = "random-linear",
       .summary = "y = A z + noise with a random A, whose directions are isotropic",
       .reference = "Cardoso et al. 2024, section 5",
       .example = "rows = 1, noise = 0.3, y = \"draw\"",
       .targets = {}});
}

}  // namespace plumbline
