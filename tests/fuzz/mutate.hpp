// Changes that keep what the first check of a reader looks at: words stay words, a .npy file stays
// one whose header fits its length.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>

#include "fuzz/targets.hpp"

namespace plumbline::fuzz {

/// libFuzzer's own mutation of bytes: changes in place, gives the new size.
using ByteMutation = std::size_t (*)(std::uint8_t* bytes, std::size_t size, std::size_t most);

/// Changes `bytes` in place, gives the new size, at most `most`.
std::size_t mutate(Grammar grammar, std::uint8_t* bytes, std::size_t size, std::size_t most,
                   std::mt19937& random, ByteMutation plain);

}  // namespace plumbline::fuzz
