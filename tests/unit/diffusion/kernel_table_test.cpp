// The table of kernel properties against the kernels themselves. diffusion/README §3.
#include <gtest/gtest.h>

#include "diffusion/reverse_kernel.hpp"
#include "unit/diffusion/support.hpp"
#include "unit/mixture/support.hpp"

namespace plumbline::kernel_table_test {
namespace {

using namespace testing_diffusion;
using testing_mixture::Numbers;
using testing_mixture::random_mixture;

/// Every kernel, by every setting that changes what it is.
const std::vector<KernelChoice> every_choice = {
    {.kind = KernelKind::exact},
    {.kind = KernelKind::ddpm},
    {.kind = KernelKind::ddpm, .variance = DdpmVariance::beta_tilde},
    {.kind = KernelKind::em},
    {.kind = KernelKind::ddim},
    {.kind = KernelKind::ddim, .eta = 0.3},
    {.kind = KernelKind::ode_euler},
    {.kind = KernelKind::ode_heun}};

std::string label_of(const KernelChoice& choice) {
  return name_of(choice.kind) + "/" + name_of(choice.variance) + "/" + std::to_string(choice.eta);
}

struct Outcome {
  HostMatrix z;
  Index evaluations;
};

/// One step from 0.7 of the horizon.
Outcome stepped(const KernelChoice& choice, Real s, std::uint64_t seed,
                const GaussianMixture& mixture) {
  const Exec exec;
  const NoiseProcess process = make_process("ou");
  const FactoredMixture prior = factored(exec, mixture);
  const auto field = exact_score(exec, prior, process);
  ReverseKernel kernel(exec, choice, process, prior, *field);
  const Matrix z = to_device("z", Numbers(1).normals(5, 2));
  kernel.step(exec, 0.7 * process.horizon(), s, Rng::from_seed(seed), 0, z);
  return {to_host_matrix(z), kernel.evaluations()};
}

TEST(KernelTable, SaysWhereAKernelAddsNoise) {
  const auto smooth = random_mixture({CovarianceKind::isotropic, 3, 2}, 3);
  for (const KernelChoice& choice : every_choice) {
    const bool inside = stepped(choice, 0.5, 1, smooth).z != stepped(choice, 0.5, 2, smooth).z;
    const bool at_the_end = stepped(choice, 0, 1, smooth).z != stepped(choice, 0, 2, smooth).z;
    const KernelNoise seen = at_the_end ? KernelNoise::all
                             : inside   ? KernelNoise::all_but_last
                                        : KernelNoise::none;

    EXPECT_EQ(properties(choice).noise, seen) << label_of(choice);
  }
}

TEST(KernelTable, CountsTheEvaluationsOfAStepAndOfOneThatMayNotReadItsEnd) {
  const auto smooth = random_mixture({CovarianceKind::isotropic, 3, 2}, 3);
  const auto data = GaussianMixture::points(Numbers(2).normals(5, 2));
  for (const KernelChoice& choice : every_choice) {
    const KernelProperties own = properties(choice);

    EXPECT_EQ(stepped(choice, 0.5, 1, data).evaluations, 5 * own.evaluations) << label_of(choice);
    EXPECT_EQ(stepped(choice, 0, 1, smooth).evaluations, 5 * own.evaluations) << label_of(choice);
    EXPECT_EQ(stepped(choice, 0, 1, data).evaluations,
              5 * (own.evaluations - (own.reads_end ? 1 : 0)))
        << label_of(choice);
  }
}

/// Given the field of another mixture, the exact kernel steps as ever, and no other does.
TEST(KernelTable, SaysWhichKernelsIntegrateTheFieldTheyAreGiven) {
  const Exec exec;
  const NoiseProcess process = make_process("ou");
  const auto mixture = random_mixture({CovarianceKind::isotropic, 3, 2}, 3);
  const FactoredMixture prior = factored(exec, mixture);
  const auto other = random_mixture({CovarianceKind::isotropic, 2, 2}, 8);
  for (const KernelChoice& choice : every_choice) {
    const auto field = exact_score(exec, factored(exec, other), process);
    ReverseKernel kernel(exec, choice, process, prior, *field);
    const Matrix z = to_device("z", Numbers(1).normals(5, 2));
    kernel.step(exec, 0.7 * process.horizon(), 0.5, Rng::from_seed(1), 0, z);

    EXPECT_EQ(properties(choice).exact, to_host_matrix(z) == stepped(choice, 0.5, 1, mixture).z)
        << label_of(choice);
  }
}

TEST(KernelTable, SaysWhichKernelsHaveNoStepFromALevelWithoutSignal) {
  const NoiseProcess flow = make_process("flow");
  for (const KernelChoice& choice : every_choice)
    if (properties(choice).needs_signal)
      EXPECT_THROW(require_finite_kernel(choice, flow), SpecError) << label_of(choice);
    else
      EXPECT_NO_THROW(require_finite_kernel(choice, flow)) << label_of(choice);
}

TEST(KernelTable, ListsTheKernelsThatHoldAProperty) {
  EXPECT_EQ(kernels_that([](const KernelProperties& p) { return p.exact; }),
            std::vector<std::string>{"exact"});
  EXPECT_EQ(kernels_that([](const KernelProperties& p) { return p.deterministic(); }),
            (std::vector<std::string>{"ddim", "ode-euler", "ode-heun"}));
}

TEST(KernelTable, DocumentsEveryKernelByItsName) {
  const auto docs = kernel_docs();
  const auto expected = all_names<KernelKind>();

  ASSERT_EQ(docs.size(), expected.size());
  for (std::size_t i = 0; i < docs.size(); ++i) EXPECT_EQ(docs[i].name, expected[i]);
  EXPECT_EQ(docs[1].facts[1].second,
            "in every step (beta); in every step but that to t = 0 (beta_tilde)");
  EXPECT_EQ(docs[5].facts[2].second, "2 per step, one of them at s");
}

}  // namespace
}  // namespace plumbline::kernel_table_test
