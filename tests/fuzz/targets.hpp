// What is fuzzed: each target gives bytes to one reader, as a user's file or argument would.
// SpecError and IoError are its right answers; whatever else comes out ends the program.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace plumbline::fuzz {

using Input = std::span<const std::uint8_t>;

enum class Grammar { words, toml, npy, npz, edits };  ///< what a mutation keeps (mutate.hpp)

struct Target {
  std::string_view name;  ///< also the folder of its corpus
  Grammar grammar;
  void (*run)(Input);
};

void sweep(Input text);
void override_argument(Input text);
void npy(Input bytes);
void npz(Input bytes);
void csv(Input text);
void draws(Input edits);
void prior(Input edits);
void points(Input edits);
void result(Input edits);
void part(Input edits);
/// These need Kokkos and the galleries.
void plan(Input text_and_overrides);
void problem(Input edits);

inline const std::vector<Target>& targets() {
  static const std::vector<Target> all = {
#ifdef PLUMBLINE_FUZZ_PLAN
      {"plan", Grammar::toml, plan},      {"problem", Grammar::edits, problem},
#endif
      {"sweep", Grammar::toml, sweep},    {"override", Grammar::words, override_argument},
      {"npy", Grammar::npy, npy},         {"npz", Grammar::npz, npz},
      {"csv", Grammar::words, csv},       {"draws", Grammar::edits, draws},
      {"prior", Grammar::edits, prior},   {"points", Grammar::edits, points},
      {"result", Grammar::edits, result}, {"part", Grammar::edits, part}};
  return all;
}

/// nullptr when there is none.
inline const Target* find_target(std::string_view name) {
  for (const Target& target : targets())
    if (target.name == name) return &target;
  return nullptr;
}

/// `body`, whose SpecErrors and IoErrors are fine.
void refusals_are_fine(const std::function<void()>& body);

/// A file with these bytes in a folder of this process, in memory where the system has such; one
/// file for each name, overwritten.
std::filesystem::path as_file(const std::string& name, Input bytes);

}  // namespace plumbline::fuzz
