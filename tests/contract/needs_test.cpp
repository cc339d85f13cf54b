// What samplers and metrics declare to hold is not less than what they hold, nor far from it; what
// priors declare is what they make. Found in the catalogues at run time.
#include <set>

#include "contract/examples.hpp"
#include "contract/metric_cases.hpp"
#include "contract/sampler_cases.hpp"
#include "priors/prior.hpp"

namespace plumbline::test::needs_test {
namespace {

/// Bytes in device arrays, as Kokkos tells its tools.
struct Arrays {
  static inline Real live = 0, most = 0;

  Arrays() {
    live = most = 0;
    Kokkos::Tools::Experimental::set_allocate_data_callback(
        [](Kokkos::Tools::SpaceHandle, const char*, const void*, std::uint64_t size) {
          live += static_cast<Real>(size);
          most = std::max(most, live);
        });
    Kokkos::Tools::Experimental::set_deallocate_data_callback(
        [](Kokkos::Tools::SpaceHandle, const char*, const void*, std::uint64_t size) {
          live -= static_cast<Real>(size);
        });
  }
  ~Arrays() {
    Kokkos::Tools::Experimental::set_allocate_data_callback(nullptr);
    Kokkos::Tools::Experimental::set_deallocate_data_callback(nullptr);
  }
  Arrays(const Arrays&) = delete;
};

Real sum(const Needs& needs) {
  Real bytes = 0;
  for (const Need& need : needs) bytes += need.bytes;
  return bytes;
}

/// Tables of a few components and work space of the kernels: the harness counts them with the
/// problem.
constexpr Real tables = 1 << 20;
/// Work space of other settings, and host arrays that Kokkos does not see, are declared too.
constexpr Real factor = 2.5;

void expect_between(Real declared, Real held) {
  EXPECT_LE(held, declared + tables);
  EXPECT_LE(declared, factor * held + tables);
}

TEST(Needs, OfEverySamplerCoverWhatItHolds) {
  constexpr Index n = 20000;  // far more than work space that is bounded
  for (const Case& c : cases())
    for (const SamplerEntry& entry : sampler_catalogue()) {
      if (!can(entry, c.problem)) continue;
      SCOPED_TRACE(entry.name + " on " + c.name);
      Table settings = small_settings(entry);
      if (has_field(entry, "steps")) settings.set("steps", Value{std::int64_t{4}});
      const auto sampler = entry.make(settings);
      const Real declared = sum(sampler->needs(c.problem, n));
      const Arrays arrays;
      draw(*sampler, c.problem, n);
      expect_between(declared, arrays.most);
    }
}

TEST(Needs, AreKnownBeforeAProblemIsRefused) {
  // The bill is added up first; who cannot take the problem says so afterwards.
  for (const Case& c : cases())
    for (const SamplerEntry& entry : sampler_catalogue())
      EXPECT_NO_THROW(entry.make(small_settings(entry))->needs(c.problem, 100))
          << entry.name << " on " << c.name;
}

TEST(Needs, OfEveryMetricCoverWhatItHolds) {
  const Problem seven = metric_cases()[2].problem;
  const Ensemble draws = exact_draws(seven, 4000, 1);
  for (const MetricEntry& entry : metric_catalogue()) {
    SCOPED_TRACE(entry.name);
    const Real declared = sum(entry.make({})->needs(seven, draws.draws()));
    const Arrays arrays;
    measure(entry, seven, draws);
    EXPECT_LE(arrays.most, declared + tables / 4);
    EXPECT_LE(declared, 1e9);
  }
}

TEST(Needs, OfPriorsAreTheSizeOfWhatTheyMake) {
  for (const PriorEntry& entry : prior_catalogue()) {
    const std::set<std::string> as_large_as_what_is_read = {"explicit", "file", "points"};
    if (as_large_as_what_is_read.count(entry.name)) continue;
    SCOPED_TRACE(entry.name);
    const Table settings = example_of(entry);
    const PriorSize size = entry.size(settings);
    const GaussianMixture made = entry.make(settings, Rng::from_seed(1), "");
    if (size.components == 0) {
      for (const FieldDoc& field : entry.fields) EXPECT_NE(field.name, "dim");
      continue;
    }
    EXPECT_EQ(size.components, made.components());
    EXPECT_EQ(size.dimension, made.dimension());
    EXPECT_TRUE(size.full || made.kind() != CovarianceKind::full);
  }
}

}  // namespace
}  // namespace plumbline::test::needs_test
