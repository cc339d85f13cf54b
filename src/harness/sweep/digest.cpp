// SHA-256 by OpenSSL.
#include "harness/sweep/digest.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <openssl/evp.h>

#include "core/errors.hpp"

namespace plumbline {

std::array<std::uint8_t, 32> sha256(std::string_view bytes) {
  std::array<std::uint8_t, 32> digest;
  unsigned size = 0;
  const int done =
      EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr);
  if (done != 1 || size != digest.size())
    throw IoError("cannot compute a SHA-256 digest: OpenSSL refuses it");
  return digest;
}

std::string sha256_hex(std::string_view bytes) {
  return fmt::format("{:02x}", fmt::join(sha256(bytes), ""));
}

std::uint64_t sha256_word(std::string_view bytes) {
  const auto digest = sha256(bytes);
  std::uint64_t word = 0;
  for (int i = 0; i < 8; ++i) word = word << 8 | digest[i];
  return word;
}

}  // namespace plumbline
