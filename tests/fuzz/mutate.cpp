// Which mutation, by grammar.
#include "fuzz/mutate.hpp"

#include <algorithm>
#include <cstring>
#include <string>

#include "fuzz/edited_file.hpp"
#include "fuzz/mutations.hpp"

namespace plumbline::fuzz {
namespace {

std::string mutated(Grammar grammar, const std::string& text, std::mt19937& random) {
  switch (grammar) {
    case Grammar::toml:
      return random() % 4 == 0 ? mutated_words(text, random) : mutated_toml(text, random);
    case Grammar::npy:
      return mutated_npy(text, random);
    case Grammar::npz:
      return mutated_npz(text, random);
    case Grammar::edits:
      return mutated_edits(text, random);
    default:
      return mutated_words(text, random);
  }
}

std::size_t give(const std::string& text, std::uint8_t* out, std::size_t most) {
  const std::size_t length = std::min(text.size(), most);
  std::memcpy(out, text.data(), length);
  return length;
}

std::string text_of(Input input) {
  return {input.begin(), input.end()};
}

/// A place between two lines, or two edits.
std::size_t seam(Grammar grammar, const std::string& text, std::mt19937& random) {
  const std::size_t at = below(random, text.size() + 1);
  if (grammar == Grammar::edits) return at < 1 ? at : 1 + (at - 1) / edit_size * edit_size;
  if (grammar == Grammar::npy || grammar == Grammar::npz) return at;
  const std::size_t line = text.find('\n', at);
  return line == text.npos ? text.size() : line + 1;
}

}  // namespace

std::size_t mutate(Grammar grammar, std::uint8_t* bytes, std::size_t size, std::size_t most,
                   std::mt19937& random, ByteMutation plain) {
  // Edits of bytes end in the same few faults of libhdf5 time and again.
  if (random() % (grammar == Grammar::edits ? 32 : 6) == 0) return plain(bytes, size, most);
  const std::string text(reinterpret_cast<const char*>(bytes), size);
  return give(mutated(grammar, text, random), bytes, most);
}

std::size_t cross(Grammar grammar, Input first, Input second, std::uint8_t* out, std::size_t most,
                  std::mt19937& random) {
  const std::string a = text_of(first), b = text_of(second);
  return give(a.substr(0, seam(grammar, a, random)) + b.substr(seam(grammar, b, random)), out,
              most);
}

}  // namespace plumbline::fuzz
