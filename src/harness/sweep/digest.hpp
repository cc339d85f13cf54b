// SHA-256 (FIPS 180-4): cells are known by it. Chosen for its published test vectors and because
// `sha256sum` can check it; speed does not matter here.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace plumbline {

std::array<std::uint8_t, 32> sha256(std::string_view bytes);

/// 64 hexadecimal digits.
std::string sha256_hex(std::string_view bytes);

/// The first 8 bytes, big-endian: names a random stream.
std::uint64_t sha256_word(std::string_view bytes);

}  // namespace plumbline
