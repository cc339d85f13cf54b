// What every sampler owes, found through the catalogue: a new entry is tested without an edit here.
#include "contract/sampler_cases.hpp"
#include "diffusion/reverse_kernel.hpp"
#include "unit/problem/observations.hpp"

namespace plumbline::test::samplers_test {
namespace {

constexpr Index many = 597;

struct EntryCase {
  const SamplerEntry* entry;
  Case problem;
};

std::vector<EntryCase> every_entry_and_case() {
  const std::vector<Case> all = cases();  // references by quadrature: once
  std::vector<EntryCase> list;
  for (const SamplerEntry& entry : sampler_catalogue())
    for (const Case& c : all) list.push_back({&entry, c});
  return list;
}

/// Runs `test(entry, case)` wherever the entry can do the case, with a trace naming both.
template <class Test>
void for_each_possible(const Test& test) {
  int tried = 0;
  for (const auto& [entry, c] : every_entry_and_case()) {
    if (!can(*entry, c.problem)) continue;
    SCOPED_TRACE(entry->name + " on " + c.name);
    test(*entry, c);
    ++tried;
  }
  EXPECT_GT(tried, 0);
}

std::unique_ptr<Sampler> small(const SamplerEntry& entry) {
  return entry.make(small_settings(entry));
}

TEST(EverySampler, AcceptsTheTargetsItListsAndNoOther) {
  for (const auto& [entry, c] : every_entry_and_case()) {
    SCOPED_TRACE(entry->name + " on " + c.name);
    if (can(*entry, c.problem)) {
      EXPECT_NO_THROW(entry->make({})->check(c.problem));
    } else {
      EXPECT_THROW(entry->make({})->check(c.problem), SpecError);
    }
  }
}

// Noise 0 is a linear observation too: a sampler runs on it, or names the ones that do.
TEST(EverySampler, TakesALinearObservationWithoutNoiseOrSaysWhoDoes) {
  const Problem exact_y(
      Exec{}, three_in_the_plane(), ou(),
      LinearGaussian{.a = matrix({{1, 0.5}}), .noise = matrix({{0}}), .y = vector({0.7})});
  int able = 0;
  for (const SamplerEntry& entry : sampler_catalogue()) {
    SCOPED_TRACE(entry.name);
    if (!can(entry, exact_y)) continue;
    const auto method = entry.make(small_settings(entry));
    try {
      method->check(exact_y);
    } catch (const SpecError& refused) {
      const auto named = [&](const SamplerEntry& other) {
        return refused.allowed().find(other.name) != std::string::npos;
      };
      EXPECT_TRUE(std::any_of(sampler_catalogue().begin(), sampler_catalogue().end(), named))
          << refused.allowed();
      continue;
    }
    EXPECT_TRUE(has_finite_squares(Exec{}, draw(*method, exact_y, 33).ensemble));
    ++able;
  }
  EXPECT_GE(able, 2);
}

TEST(EverySampler, ReturnsFiniteDrawsWithNormalisedWeights) {
  for_each_possible([](const SamplerEntry& entry, const Case& c) {
    const Drawn drawn = draw(*small(entry), c.problem, many);

    EXPECT_EQ(drawn.ensemble.draws(), many);
    EXPECT_EQ(drawn.ensemble.dimension(), c.problem.dimension());
    EXPECT_TRUE(has_finite_squares(Exec{}, drawn.ensemble));
    EXPECT_NEAR(log_sum_exp(to_host_vector(drawn.ensemble.log_w)), 0, 1e-12);
    EXPECT_FALSE(drawn.trace.degenerate) << drawn.trace.trouble;
  });
}

TEST(EverySampler, IsAPureFunctionOfItsArguments) {
  for_each_possible([](const SamplerEntry& entry, const Case& c) {
    const Drawn first = draw(*small(entry), c.problem, many),
                again = draw(*small(entry), c.problem, many);
    const Drawn other = draw(*small(entry), c.problem, many, 2);

    EXPECT_EQ(to_host(first.ensemble.x), to_host(again.ensemble.x));
    EXPECT_EQ(to_host(first.ensemble.log_w), to_host(again.ensemble.log_w));
    EXPECT_NE(to_host(first.ensemble.x), to_host(other.ensemble.x));
  });
}

TEST(EverySampler, GivesTheFirstDrawWhetherAskedForOneOrMany) {
  for_each_possible([](const SamplerEntry& entry, const Case& c) {
    const HostMatrix all = to_host_matrix(draw(*small(entry), c.problem, many).ensemble.x);
    const HostMatrix one = to_host_matrix(draw(*small(entry), c.problem, 1).ensemble.x);

    EXPECT_EQ(one.rows(), 1);
    EXPECT_EQ((all.row(0) - one.row(0)).cwiseAbs().maxCoeff(), 0);
  });
}

TEST(EverySampler, CountsTheEvaluationsItDeclares) {
  for_each_possible([](const SamplerEntry& entry, const Case& c) {
    for (const Index n : {Index{1}, many}) {
      const auto method = small(entry);
      EXPECT_EQ(draw(*method, c.problem, n).trace.score_evaluations,
                method->declared_evaluations(c.problem, n));
    }
  });
}

TEST(EverySampler, KeepsItsPromisesUnderEveryKernel) {
  for_each_possible([](const SamplerEntry& entry, const Case& c) {
    if (!has_field(entry, "kernel")) return;
    for (const auto& kernel : all_names<KernelKind>()) {
      SCOPED_TRACE(kernel);
      const auto method = entry.make(small_settings(entry, {{"kernel", kernel}}));
      try {
        method->check(c.problem);
      } catch (const SpecError& refused) {
        EXPECT_FALSE(refused.allowed().empty());
        continue;
      }
      const Drawn drawn = draw(*method, c.problem, 33);
      EXPECT_TRUE(has_finite_squares(Exec{}, drawn.ensemble));
      EXPECT_EQ(drawn.trace.score_evaluations, method->declared_evaluations(c.problem, 33));
    }
  });
}

}  // namespace
}  // namespace plumbline::test::samplers_test
