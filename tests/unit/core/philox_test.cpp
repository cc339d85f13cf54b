// Philox4x32-10 against Random123 and its known answers, one block and many chains at a time, and
// the counter layout of Rng.
#include "core/philox.hpp"

#include <Random123/philox.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "core/rng.hpp"

namespace plumbline::philox_test {
namespace {

philox::Block random123(const philox::Block& c, std::uint64_t key) {
  const r123::Philox4x32::key_type k = {
      {static_cast<std::uint32_t>(key), static_cast<std::uint32_t>(key >> 32)}};
  const auto r = r123::Philox4x32()({{c.word[0], c.word[1], c.word[2], c.word[3]}}, k);
  return {{r[0], r[1], r[2], r[3]}};
}

bool operator==(const philox::Block& a, const philox::Block& b) {
  return std::equal(a.word, a.word + 4, b.word);
}

// Random123-1.14, tests/kat_vectors, "philox4x32 10": counter, key, result.
TEST(Philox, GivesTheKnownAnswers) {
  EXPECT_TRUE(philox::encrypt({{0, 0, 0, 0}}, 0) ==
              (philox::Block{{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}}));
  EXPECT_TRUE(
      philox::encrypt({{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}}, 0xffffffffffffffff) ==
      (philox::Block{{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}}));
  EXPECT_TRUE(
      philox::encrypt({{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}}, 0x299f31d0a4093822) ==
      (philox::Block{{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}}));
}

TEST(Philox, HasTheBitsOfRandom123) {
  std::mt19937_64 source(5);
  for (int n = 0; n < 200'000; ++n) {
    const std::uint64_t a = source(), b = source(), key = source();
    const philox::Block counter = {
        {static_cast<std::uint32_t>(a), static_cast<std::uint32_t>(a >> 32),
         static_cast<std::uint32_t>(b), static_cast<std::uint32_t>(b >> 32)}};
    ASSERT_TRUE(philox::encrypt(counter, key) == random123(counter, key)) << n;
  }
}

/// Blocks of W chains at once, starting where the low word of the chain carries.
template <int W>
void expect_chains_as_one_by_one() {
  const std::uint64_t first_chain = 0x1fffffffd, key = 0x0123456789abcdef;
  std::uint64_t low[W], high[W];
  philox::encrypt_chains<W>(first_chain, 0xfffffffe, 0x7fffffff, key, low, high);
  for (int w = 0; w < W; ++w) {
    const auto c = philox::counter(first_chain + w, 0xfffffffe, 0x7fffffff);
    EXPECT_EQ(low[w], random123(c, key).low()) << w << " of " << W;
    EXPECT_EQ(high[w], random123(c, key).high()) << w << " of " << W;
  }
}

TEST(Philox, GivesTheSameBitsInBlocksOfAnyWidth) {
  expect_chains_as_one_by_one<1>();
  expect_chains_as_one_by_one<7>();
  expect_chains_as_one_by_one<8>();
  expect_chains_as_one_by_one<16>();
}

TEST(Rng, LaysOutTheCounterAsChainStepBlock) {
  const std::uint64_t chain = 0x0123456789abcdef;
  const std::uint32_t step = 0xdeadbeef, slot = 0xfffffffe;
  const Rng rng = Rng::from_seed(0xfedcba9876543210);

  const philox::Block r = random123({{0x89abcdef, 0x01234567, step, slot / 2}}, rng.key());

  EXPECT_EQ(rng.bits(chain, step, slot), r.word[0] | std::uint64_t{r.word[1]} << 32);
  EXPECT_EQ(rng.bits(chain, step, slot + 1), r.word[2] | std::uint64_t{r.word[3]} << 32);
}

}  // namespace
}  // namespace plumbline::philox_test
