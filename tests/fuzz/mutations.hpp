// One mutation for each grammar: mutate.cpp chooses, the files mutate_*.cpp do it.
#pragma once

#include <array>
#include <random>
#include <string>
#include <vector>

namespace plumbline::fuzz {

/// At most `n` − 1.
inline std::size_t below(std::mt19937& random, std::size_t n) {
  return n < 2 ? 0 : random() % n;
}
template <class List>
const auto& one_of(const List& list, std::mt19937& random) {
  return list[below(random, list.size())];
}

/// What sweep files may say, for mutations to say it.
struct Vocabulary {
  std::vector<std::string> keys;   ///< of settings
  std::vector<std::string> texts;  ///< kinds, metrics, names of choices
};
const Vocabulary& vocabulary();

/// Words replaced, moved, repeated.
std::string mutated_words(const std::string& text, std::mt19937& random);
/// Keys, values, lines and sections of TOML changed: what was well-formed stays so.
std::string mutated_toml(const std::string& text, std::mt19937& random);
/// The fields of the header changed, its length made right again; or a new array.
std::string mutated_npy(const std::string& file, std::mt19937& random);
/// Members of the archive changed, renamed, added, left out, packed otherwise; checksums right.
std::string mutated_npz(const std::string& archive, std::mt19937& random);
/// Edits (edited_file.hpp) added, left out, changed.
std::string mutated_edits(const std::string& edits, std::mt19937& random);

}  // namespace plumbline::fuzz
