// A tree of phases and what was done in each: launches, copies, fences and allocations.
#include "cli/profile.hpp"

#include <algorithm>
#include <chrono>
#include <map>

#include "cli/console.hpp"
#include "harness/sweep/limits.hpp"

namespace plumbline::cli {
namespace {

using ProfileClock = std::chrono::steady_clock;

/// "mixture::score" of "plumbline::mixture::score"; of Kokkos's own what precedes an array's name.
std::string_view kernel_name(std::string_view label) {
  constexpr std::string_view ours = "plumbline::";
  if (label.starts_with(ours)) label.remove_prefix(ours.size());
  return label.substr(0, label.find(" ["));
}

}  // namespace

struct ProfileScope::Profile {
  /// A phase, or one kind of work in it.
  struct Node {
    Real seconds = 0;  ///< children included
    std::int64_t count = 0;
    std::int64_t allocations = 0;
    Real bytes = 0;      ///< allocated
    bool phase = false;  ///< not a kind of work: shown however short
    std::map<std::string, Node, std::less<>> children = {};
  };
  struct Open {
    std::string_view name;
    Node* node;
    bool again;  ///< in a phase of the same name: counted there
    ProfileClock::time_point since;
  };
  Node all;
  std::vector<Open> open = {{"", &all, false, ProfileClock::now()}};  ///< innermost last
  int inside = 0;  ///< what is open in a piece of work is part of it

  void begin(std::string_view name) {
    auto& children = open.back().node->children;
    auto found = children.find(name);
    if (found == children.end()) found = children.try_emplace(std::string(name)).first;
    open.push_back({found->first, &found->second, false, ProfileClock::now()});
  }
  void end() {
    const Open ended = open.back();
    open.pop_back();
    if (ended.again) return;
    ended.node->seconds += std::chrono::duration<Real>(ProfileClock::now() - ended.since).count();
    ++ended.node->count;
  }
  void begin_work(std::string_view name) {
    if (inside++ == 0) begin(name);
  }
  void end_work() {
    if (inside > 0 && --inside == 0) end();
  }
  void begin_phase(std::string_view name) {
    if (inside > 0) return;
    if (open.back().name == name)
      open.push_back({name, open.back().node, true, {}});
    else
      begin(name.empty() ? "a phase without a name" : name);
    open.back().node->phase = true;
  }
  /// One that was begun before the profile is nobody's.
  void end_phase() {
    if (inside == 0 && open.size() > 1) end();
  }
  void allocated(Real bytes) {
    ++open.back().node->allocations;
    open.back().node->bytes += bytes;
  }
};

namespace {

namespace hooks = Kokkos::Tools::Experimental;
using Node = ProfileScope::Profile::Node;

ProfileScope::Profile* current = nullptr;

void begin_kernel(const char* label, std::uint32_t, std::uint64_t*) {
  current->begin_work(kernel_name(label));
}
void end_work(std::uint64_t) {
  current->end_work();
}
void begin_fence(const char* label, std::uint32_t, std::uint64_t*) {
  // Kokkos's own, for us: before and behind every kernel.
  const bool ours = std::string_view(label).find("Tool Fence") != std::string_view::npos;
  current->begin_work(ours ? "fences of the profile" : "fences");
}
void begin_copy(Kokkos::Tools::SpaceHandle, const char*, const void*, Kokkos::Tools::SpaceHandle,
                const char*, const void*, std::uint64_t) {
  current->begin_work("copies");
}
void end_copy() {
  current->end_work();
}
void allocate(Kokkos::Tools::SpaceHandle, const char*, const void*, std::uint64_t bytes) {
  current->allocated(static_cast<Real>(bytes));
}
void push(const char* name) {
  current->begin_phase(name);
}
void pop() {
  current->end_phase();
}

void hook(bool on) {
  hooks::set_begin_parallel_for_callback(on ? begin_kernel : nullptr);
  hooks::set_end_parallel_for_callback(on ? end_work : nullptr);
  hooks::set_begin_parallel_reduce_callback(on ? begin_kernel : nullptr);
  hooks::set_end_parallel_reduce_callback(on ? end_work : nullptr);
  hooks::set_begin_parallel_scan_callback(on ? begin_kernel : nullptr);
  hooks::set_end_parallel_scan_callback(on ? end_work : nullptr);
  hooks::set_begin_fence_callback(on ? begin_fence : nullptr);
  hooks::set_end_fence_callback(on ? end_work : nullptr);
  hooks::set_begin_deep_copy_callback(on ? begin_copy : nullptr);
  hooks::set_end_deep_copy_callback(on ? end_copy : nullptr);
  hooks::set_allocate_data_callback(on ? allocate : nullptr);
  hooks::set_push_region_callback(on ? push : nullptr);
  hooks::set_pop_region_callback(on ? pop : nullptr);
}

std::string row(Real seconds, Real all, const std::string& count, int depth,
                std::string_view name) {
  return fmt::format("{:10.4f} {:6.1f} {:>9}  {:{}}{}\n", seconds,
                     all > 0 ? 100 * seconds / all : 0, count, "", 2 * depth, name);
}

/// The children of a node, longest first, then its time that none of them explains: work below a
/// thousandth of all is not shown.
std::string rows(const Node& node, Real all, int depth) {
  std::vector<std::pair<std::string_view, const Node*>> children;
  for (const auto& [name, child] : node.children) children.emplace_back(name, &child);
  std::stable_sort(children.begin(), children.end(), [](const auto& a, const auto& b) {
    return a.second->seconds > b.second->seconds;
  });
  std::string text;
  Real named = 0;
  Index short_ones = 0;
  for (const auto& [name, child] : children) {
    if (!child->phase && child->seconds < all / 1000) {
      ++short_ones;
      continue;
    }
    named += child->seconds;
    text += row(child->seconds, all, fmt::format("{}", child->count), depth, name);
    text += rows(*child, all, depth + 1);
  }
  const std::string rest =
      short_ones > 0 ? fmt::format("other, {} short ones", short_ones) : "other";
  if (!children.empty()) text += row(node.seconds - named, all, "", depth, rest);
  if (node.allocations > 0 && !children.empty())
    text += fmt::format("{:>27}  {:{}}allocations, {}\n", node.allocations, "", 2 * depth,
                        bytes_text(node.bytes));
  return text;
}

}  // namespace

Arguments& profile_option(Arguments& arguments) {
  return arguments.flag("profile", "print where the time went, by phase and kernel");
}

ProfileScope::ProfileScope(const Arguments& arguments) {
  if (!arguments.has("profile")) return;
  profile_ = std::make_unique<Profile>();
  current = profile_.get();
  hook(true);
}

ProfileScope::~ProfileScope() {
  if (!profile_) return;
  hook(false);
  current = nullptr;
  while (!profile_->open.empty()) profile_->end();
  const Node& all = profile_->all;
  message(fmt::format("{:>10} {:>6} {:>9}\n", "seconds", "%", "count") +
          row(all.seconds, all.seconds, "1", 0, "all") + rows(all, all.seconds, 1));
}

}  // namespace plumbline::cli
