// Changes that keep what the first check of a reader looks at, so that most inputs get past it:
// TOML stays TOML, a .npy file one whose header fits its length, an archive one whose checksums are
// right, a list of edits one of whole edits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>

#include "fuzz/targets.hpp"

namespace plumbline::fuzz {

/// libFuzzer's own mutation of bytes: changes in place, gives the new size.
using ByteMutation = std::size_t (*)(std::uint8_t* bytes, std::size_t size, std::size_t most);

/// Changes `bytes` in place, gives the new size, at most `most`. Some are `plain`.
std::size_t mutate(Grammar grammar, std::uint8_t* bytes, std::size_t size, std::size_t most,
                   std::mt19937& random, ByteMutation plain);

/// One of two inputs of a grammar in which a piece of the one in the other makes sense: for text,
/// up to a line of the one and the lines of the other; for edits, some of each.
std::size_t cross(Grammar grammar, Input first, Input second, std::uint8_t* out, std::size_t most,
                  std::mt19937& random);

}  // namespace plumbline::fuzz
