// Processes by name, one of each, for the tests of diffusion/ and of what stands on it.
#pragma once

#include <string>
#include <vector>

#include "diffusion/processes/noise_process.hpp"

namespace plumbline::testing_diffusion {

inline Table process_table(const std::string& kind, const std::vector<Member>& members = {}) {
  Table table;
  table.set("kind", Value{kind});
  for (auto& member : members) table.members.push_back(member);
  return table;
}
inline Member number(const char* key, Real v) {
  return {key, Value{v}};
}
inline Member text(const char* key, const char* v) {
  return {key, Value{std::string(v)}};
}
inline NoiseProcess make_process(const std::string& kind, std::vector<Member> members = {}) {
  return NoiseProcess::from_settings(process_table(kind, std::move(members)));
}

/// Every schedule a sweep file can name, at its default horizon.
inline std::vector<NoiseProcess> every_process() {
  return {make_process("ou"),
          make_process("vp"),
          make_process("vp", {text("schedule", "cosine")}),
          make_process("vp", {text("schedule", "continuous")}),
          make_process("ve"),
          make_process("ve", {text("schedule", "edm")}),
          make_process("flow")};
}

/// Those with a > 0 at the horizon, so that every kernel has every step.
inline std::vector<NoiseProcess> every_regular_process() {
  auto list = every_process();
  list.back() = make_process("flow", {number("horizon", 0.98)});
  return list;
}

inline std::string label_of(const NoiseProcess& process) {
  return to_text(Value{process.resolved()});
}

}  // namespace plumbline::testing_diffusion
