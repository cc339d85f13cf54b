// A run allocates before its time loop and not in it, and the host waits for nothing there: the
// numbers of allocations (host mirrors too) and of waits that Kokkos tells its tools do not grow
// with the steps. Found in the catalogue at run time. With PLUMBLINE_PRICE_OF_A_STEP set it prints
// what one more step launches, fences, copies and allocates.
#include <fmt/format.h>

#include <cstdlib>
#include <set>

#include "contract/sampler_cases.hpp"

namespace plumbline::test::steady_test {
namespace {

namespace hooks = Kokkos::Tools::Experimental;

struct Count {
  int allocations = 0, fences = 0, copies = 0, launches = 0;
  /// A launch on a host fences once; what is beyond is a copy that the host waits for.
  int waits() const { return fences - launches; }
};

/// Level by level the host makes p(y | z_t) of a linear y, and uploads it: only who asks for it.
bool uploads_levels(const SamplerEntry& entry, const std::string& variant, const Problem& problem) {
  const bool exact_twist = entry.name == "doob" || variant == "twist = exact";
  return exact_twist && problem.linear_form();
}

/// What happens while it lives.
struct Counting {
  static inline Count count;
  static inline std::set<std::string> labels;

  Counting() {
    count = {};
    labels.clear();
    hooks::set_allocate_data_callback(
        [](Kokkos::Tools::SpaceHandle, const char* label, const void*, std::uint64_t) {
          ++count.allocations;
          labels.insert(label);
        });
    hooks::set_begin_fence_callback(
        [](const char*, std::uint32_t, std::uint64_t*) { ++count.fences; });
    hooks::set_begin_parallel_for_callback(
        [](const char*, std::uint32_t, std::uint64_t*) { ++count.launches; });
    hooks::set_begin_deep_copy_callback([](Kokkos::Tools::SpaceHandle, const char*, const void*,
                                           Kokkos::Tools::SpaceHandle, const char*, const void*,
                                           std::uint64_t) { ++count.copies; });
  }
  ~Counting() {
    hooks::set_allocate_data_callback(nullptr);
    hooks::set_begin_fence_callback(nullptr);
    hooks::set_begin_parallel_for_callback(nullptr);
    hooks::set_begin_deep_copy_callback(nullptr);
  }
  Counting(const Counting&) = delete;
};

struct Price {
  Count count;
  std::set<std::string> labels;
};

/// Small, of so many steps, and with what a variant sets.
std::unique_ptr<Sampler> made(const SamplerEntry& entry, const Table& variant, int steps) {
  Table settings = small_settings(entry);
  for (const Member& member : variant.members) settings.set(member.key, member.value);
  settings.set("steps", Value{std::int64_t{steps}});
  return entry.make(settings);
}

/// Of a draw of so many steps; the one before fills what is kept from run to run.
Price price_of(const SamplerEntry& entry, const Problem& problem, const Table& variant, int steps) {
  const auto sampler = made(entry, variant, steps);
  draw(*sampler, problem, 40);
  const Counting counting;
  draw(*sampler, problem, 40);
  return {Counting::count, Counting::labels};
}

/// Settings whose loops differ.
std::vector<std::pair<std::string, Table>> variants(const SamplerEntry& entry) {
  std::vector<std::pair<std::string, Table>> list = {{"", {}}};
  const auto add = [&](const char* key, const char* value) {
    if (has_field(entry, key))
      list.push_back({fmt::format("{} = {}", key, value), table({{key, value}})});
  };
  for (const char* kernel : {"exact", "ddpm", "ode-heun"}) add("kernel", kernel);
  add("twist", "exact");
  return list;
}

/// False where the settings do not suit the problem.
bool suits(const SamplerEntry& entry, const Table& variant, const Problem& problem) {
  try {
    made(entry, variant, 5)->check(problem);
  } catch (const SpecError&) {
    return false;
  }
  return true;
}

TEST(EverySampler, AllocatesNothingInItsTimeLoopAndWaitsForNothing) {
  constexpr int few = 5, many = 11;
  const bool prints = std::getenv("PLUMBLINE_PRICE_OF_A_STEP") != nullptr;
  int tried = 0;
  for (const SamplerEntry& entry : sampler_catalogue())
    for (const Case& c : cases()) {
      if (!has_field(entry, "steps") || !can(entry, c.problem)) continue;
      for (const auto& [name, variant] : variants(entry)) {
        if (!suits(entry, variant, c.problem)) continue;
        const Price small = price_of(entry, c.problem, variant, few);
        const Price large = price_of(entry, c.problem, variant, many);
        const auto each = [](int a, int b) { return Real(b - a) / (many - few); };
        const Real allocations = each(small.count.allocations, large.count.allocations);
        std::string labels;
        for (const std::string& label : large.labels) labels += label + " ";
        EXPECT_EQ(small.count.allocations, large.count.allocations)
            << entry.name << " on " << c.name << ", " << name << ": " << allocations
            << " more per step, of " << labels;
        const bool waits = small.count.waits() != large.count.waits();
        EXPECT_TRUE(!waits || uploads_levels(entry, name, c.problem))
            << entry.name << " on " << c.name << ", " << name;
        if (prints)
          fmt::print(
              "{:22} {:22} {:20} allocations {:5.2f} fences {:5.2f} copies {:5.2f} launches "
              "{:5.2f}\n",
              entry.name, c.name, name, allocations, each(small.count.fences, large.count.fences),
              each(small.count.copies, large.count.copies),
              each(small.count.launches, large.count.launches));
        ++tried;
      }
    }
  EXPECT_GT(tried, 100);
}

}  // namespace
}  // namespace plumbline::test::steady_test
