// moment_match.cpp – independent draws of the Gaussian with the target's mean and covariance. Exact
// for K = 1, blind to modes otherwise: claims nothing. An example of a complete sampler file.
#include "samplers/sampler.hpp"

namespace plumbline::moment_match {

struct Settings {
  Real inflate = 1;

  void visit(auto&& field) {
    field("inflate", inflate, "factor on the standard deviations", above(0));
  }
};

/// x_n = mean + L ξ_n.   shapes  mean [d], l [d, d] lower triangular → x [n, d]
void affine_normals(const Exec& exec, Rng rng, const Vector& mean, const Matrix& l,
                    const Matrix& x) {
  const int d = x.extent_int(1);
  parallel_over(
      exec, "plumbline::samplers::moment_match", x.extent(0), KOKKOS_LAMBDA(Index n) {
        for (int i = 0; i < d; ++i) {
          x(n, i) = mean(i);
          for (int j = 0; j <= i; ++j) x(n, i) += l(i, j) * rng.normal(n, 0, j);
        }
      });
}

class MomentMatch final : public Sampler {
 public:
  using Settings = moment_match::Settings;
  explicit MomentMatch(const Settings& settings) : settings_(settings) {}

  Claim claim() const override { return Claim::nothing(); }
  Index declared_evaluations(const Problem&, Index) const override { return 0; }

  Ensemble draw(const Exec& exec, const Problem& problem, Index n, Rng rng, Trace&) const override {
    // x_n ~ N(E[x | y], inflate² Cov[x | y])
    const HostMatrix l =
        settings_.inflate * HostMatrix(problem.target_covariance().llt().matrixL());
    const Matrix x = make_matrix("x", n, problem.dimension());
    affine_normals(exec, rng, to_device("mean", problem.target_mean()), to_device("l", l), x);
    return equally_weighted(x);
  }

 private:
  Settings settings_;
};

}  // namespace plumbline::moment_match

namespace plumbline {

SamplerEntry moment_match_sampler() {
  return sampler_entry<moment_match::MomentMatch>(
      {.name = "moment-match",
       .summary = "a Gaussian with the posterior's mean and covariance",
       .reference = "the example of README, \"Add a sampler\"",
       .asks = {Capability::conditional_mixture}});
}

}  // namespace plumbline
