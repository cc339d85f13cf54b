// What every observation owes, whatever it is: its settings read back, its capabilities are those
// that the catalogue promises, and its posterior, likelihoods, gradients and draws are one law.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>

#include "contract/examples.hpp"
#include "diffusion/diffused_mixture.hpp"
#include "problem/likelihood.hpp"
#include "problem/observations/entry.hpp"
#include "problem/point_likelihood.hpp"
#include "unit/diffusion/support.hpp"
#include "unit/mixture/support.hpp"

namespace plumbline::observations_test {
namespace {

using testing_diffusion::make_process;
using testing_mixture::Numbers;
using testing_mixture::random_mixture;
using testing_mixture::relative_error;

GaussianMixture plane() {
  return random_mixture({CovarianceKind::full, 4, 2}, 1);
}

class ObservationContract : public testing::TestWithParam<std::string> {
 protected:
  Table example() const { return test::example_of(entry()); }
  const ObservationEntry& entry() const {
    return *std::ranges::find(observation_catalogue(), GetParam(), &ObservationEntry::name);
  }
  Problem problem(std::uint64_t seed = 7) const {
    const Observed given = make_observation(example(), plane(), Rng::from_seed(seed));
    return Problem(Exec(), plane(), make_process("ou"), given.observation, given.truth);
  }
};

HostVector log_densities(const MixtureTables& tables, const HostMatrix& z) {
  const Vector log_p = make_vector("log_p", z.rows());
  log_density(Exec(), tables, to_device("z", z), log_p);
  return to_host_vector(log_p);
}
HostVector likelihoods(const Problem& problem, Real t, const HostMatrix& z) {
  const Vector log_p = make_vector("log_p", z.rows());
  log_likelihood(Exec(), problem, t, to_device("z", z), log_p);
  return to_host_vector(log_p);
}
/// Central differences of f at z, error h² + ε/h.
HostMatrix differences(const HostMatrix& z, const std::function<HostVector(const HostMatrix&)>& f) {
  constexpr Real h = 1e-5;
  HostMatrix out(z.rows(), z.cols());
  for (Index i = 0; i < z.cols(); ++i) {
    HostMatrix up = z, down = z;
    up.col(i).array() += h;
    down.col(i).array() -= h;
    out.col(i) = (f(up) - f(down)) / (2 * h);
  }
  return out;
}

TEST_P(ObservationContract, ReadsBackWhatItResolves) {
  const Table once = resolved_observation(example());
  EXPECT_TRUE(same({once}, {resolved_observation(once)}));
  for (const Member& member : example().members) EXPECT_NE(once.find(member.key), nullptr);
  for (const FieldDoc& field : entry().fields) {
    if (field.default_value.empty() || once.find(field.name)) continue;
    // a default that is not echoed gives way to something of the example, and is refused beside it
    Table both = example();
    both.set(field.name, *parse_toml_value(field.default_value, {}));
    EXPECT_THROW(make_observation(both, plane(), Rng::from_seed(1)), SpecError) << field.name;
  }
}

TEST_P(ObservationContract, RefusesAnUnknownKey) {
  Table table = example();
  table.set("colour", {1.0});
  try {
    make_observation(table, plane(), Rng::from_seed(1));
    FAIL();
  } catch (const SpecError& error) {
    EXPECT_EQ(error.key(), "colour");
  }
}

TEST_P(ObservationContract, HasTheCapabilitiesThatItsEntryPromises) {
  const Problem p = problem();
  const std::vector<Capability> shown = shown_capabilities(p);
  std::set<Capability> promised;
  for (const ObservationEntry& entry : observation_catalogue())
    for (const ObservationTarget& target : entry.targets)
      if (target.name == p.observation().target())
        promised.insert(target.capabilities.begin(), target.capabilities.end());

  ASSERT_FALSE(promised.empty()) << "no entry gives the target " << p.observation().target();
  EXPECT_EQ(promised, std::set<Capability>(shown.begin(), shown.end()));
  EXPECT_EQ(p.observed().size(), static_cast<std::size_t>(p.observed_values().size()));
}

TEST_P(ObservationContract, ObeysBayesRule) {
  const Problem p = problem();
  if (!p.is_mixture() || !PointLikelihood::exists(p)) return;
  const HostMatrix z = 2 * Numbers(3).normals(20, 2);
  const Exec exec;
  const HostVector prior = log_densities(tables_at(exec, p.prior_factored(), NoiseLevel{}), z);
  const HostVector posterior =
      log_densities(tables_at(exec, p.full_posterior_factored(), NoiseLevel{}), z);
  const HostVector likelihood = likelihoods(p, 0, z);
  for (int n = 0; n < 20; ++n) {
    const Real joint = prior[n] + likelihood[n];
    EXPECT_NEAR(joint, posterior[n] + p.log_evidence(), 1e-10 * (1 + std::abs(joint)));
  }
}

// p(y | z_t) → p(y | z_0): at λ = log(a²/s²) = 20 the rest of the noise moves z_0 by 5e-5.
TEST_P(ObservationContract, HasALikelihoodThatIsContinuousInTime) {
  const Problem p = problem();
  if (!likelihood_exists(p, 0) || !likelihood_exists(p, 1)) return;
  const HostMatrix z = Numbers(3).normals(20, 2);
  const HostVector gap = likelihoods(p, p.process().time_at_log_snr(20), z) - likelihoods(p, 0, z);
  EXPECT_LT(gap.cwiseAbs().maxCoeff(), 5e-3);
}

TEST_P(ObservationContract, HasAConditionalScoreThatIsTheDerivativeOfItsDensity) {
  const Problem p = problem();
  if (!has_conditional_score(p) || !likelihood_exists(p, 0.7)) return;
  const Exec exec;
  const Real t = 0.7;
  const HostMatrix z = Numbers(3).normals(9, 2);
  const Matrix field = make_matrix("field", 9, 2);
  conditional_score(exec, p, t, to_device("z", z), field);
  const DiffusedMixture at_t(exec, p.prior_factored(), p.process(), t);
  const auto joint = [&](const HostMatrix& at) {
    return HostVector(log_densities(at_t.tables(), at) + likelihoods(p, t, at));
  };
  EXPECT_LT(relative_error(to_host_matrix(field), differences(z, joint)), 1e-7);
}

TEST_P(ObservationContract, HasTheGradientOfItsPointLikelihood) {
  const Problem p = problem();
  if (!PointLikelihood::differentiable(p)) return;
  const HostMatrix z = Numbers(2).normals(9, 2);
  const Matrix gradient = make_matrix("gradient", 9, 2);
  point_log_likelihood_gradient(Exec(), p, to_device("z", z), gradient);
  const auto value = [&](const HostMatrix& at) {
    const Vector log_l = make_vector("log_l", at.rows());
    point_log_likelihood(Exec(), p, to_device("z", at), log_l);
    return to_host_vector(log_l);
  };
  const HostMatrix expected = differences(z, value);
  EXPECT_LT((to_host_matrix(gradient) - expected).norm(), 1e-7 * (1 + expected.norm()));
}

// 5 standard errors per number: false alarm 6e-7 each; a mean off by 0.016 sd is seen.
TEST_P(ObservationContract, DrawsItsTargetWithTheMomentsThatItStates) {
  const Problem p = problem();
  const Index n = 100000;
  const HostMatrix x = to_host_matrix(p.draw_exact(Exec(), n, Rng::from_seed(3)));
  ASSERT_TRUE(x.allFinite());
  for (Index i = 0; i < x.cols(); ++i) {
    const HostVector a = x.col(i).array() - p.target_mean()[i];
    const Real sd = std::sqrt(p.target_covariance()(i, i));
    EXPECT_LT(std::abs(a.mean()) / sd, 5 / std::sqrt(Real(n))) << i;
    for (Index j = 0; j <= i; ++j) {
      const HostVector product = a.array() * (x.col(j).array() - p.target_mean()[j]);
      const Real se = std::sqrt((product.array() - product.mean()).square().mean() / Real(n));
      EXPECT_LT(std::abs(product.mean() - p.target_covariance()(i, j)), 5 * se) << i << ' ' << j;
    }
  }
}

// E[z* − E[z | y]] = 0 over the prior predictive: y is drawn from the model that conditions. Over
// 400 seeds, 5 standard errors: false alarm 6e-7 per coordinate, and a shift of 0.35 sd is seen.
TEST_P(ObservationContract, DrawsYFromTheModelThatItConditionsOn) {
  if (!draws_observation(example())) return;
  const int n = 400;
  HostMatrix away(n, problem().dimension());
  for (int seed = 0; seed < n; ++seed) {
    const Problem p = problem(seed);
    ASSERT_TRUE(p.truth().has_value());
    for (int i = 0; i < p.dimension(); ++i)
      away(seed, i) = (*p.truth())[p.free()[i]] - p.target_mean()[i];
  }
  for (Index i = 0; i < away.cols(); ++i) {
    const Real sd = std::sqrt((away.col(i).array() - away.col(i).mean()).square().mean());
    EXPECT_LT(std::abs(away.col(i).mean()) / sd, 5 / std::sqrt(Real(n))) << i;
  }
}

TEST_P(ObservationContract, NamesArraysOfTheSizesThatItSays) {
  const Problem p = problem();
  std::set<std::string> names;
  for (const NamedArray& array : p.observation().arrays(p.prior())) {
    EXPECT_TRUE(names.insert(array.name).second) << array.name << " twice";
    EXPECT_FALSE(array.long_name.empty()) << array.name;
    ASSERT_EQ(array.dimensions.size(), array.shape.size()) << array.name;
    std::int64_t size = 1;
    for (const std::int64_t extent : array.shape) size *= extent;
    EXPECT_EQ(std::visit([](const auto& v) { return std::ssize(v); }, array.values), size)
        << array.name;
  }
}

std::vector<std::string> kinds() {
  std::vector<std::string> names;
  for (const ObservationEntry& entry : observation_catalogue()) names.push_back(entry.name);
  return names;
}
std::string name_of_test(const testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  for (char& c : name)
    if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
  return name;
}
INSTANTIATE_TEST_SUITE_P(Catalogue, ObservationContract, testing::ValuesIn(kinds()), name_of_test);

TEST(ObservationCatalogue, DescribesEveryEntry) {
  for (const ObservationEntry& entry : observation_catalogue()) {
    EXPECT_FALSE(entry.summary.empty()) << entry.name;
    for (const FieldDoc& field : entry.fields) EXPECT_FALSE(field.doc.empty()) << field.name;
  }
}

}  // namespace
}  // namespace plumbline::observations_test
