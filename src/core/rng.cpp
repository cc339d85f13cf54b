// Stream derivation and bulk normals of the counter-based generator.
#include "core/rng.hpp"

#include "core/arrays/normal_block.hpp"

namespace plumbline {
namespace {

/// Last counter word of a stream derivation; draws use words below 2³¹.
enum class Domain : std::uint32_t { name = 0x80000000, number = 0x80000001 };

/// FNV-1a, 64 bits.
std::uint64_t hash(std::string_view text) {
  std::uint64_t h = 0xcbf29ce484222325;
  for (const char c : text) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return h;
}

/// Key of a child stream: the first 64 bits of the parent's block at (id, 0, domain).
std::uint64_t child_key(std::uint64_t parent, std::uint64_t id, Domain domain) {
  return philox::encrypt(philox::counter(id, 0, static_cast<std::uint32_t>(domain)), parent).low();
}

}  // namespace

Rng Rng::stream(std::string_view name) const {
  return Rng(child_key(key_, hash(name), Domain::name));
}
Rng Rng::stream(std::uint64_t number) const {
  return Rng(child_key(key_, number, Domain::number));
}

void fill_normal(const Exec& exec, Rng rng, std::uint32_t step, const Matrix& x,
                 std::uint64_t first_chain) {
  const Index rows = x.extent(0);
  const int columns = x.extent_int(1);
  parallel_over(
      exec, "plumbline::core::fill_normal", row_blocks(rows), KOKKOS_LAMBDA(Index block) {
        const RowBlock own = row_block(block, rows);
        NormalBlock xi(rng, first_chain + own.begin, step);
        for (int i = 0; i < columns; ++i) {
          const Real* const normal = xi.slot(i);
          for (int w = 0; w < own.width; ++w) x(own.begin + w, i) = normal[w];
        }
      });
}

}  // namespace plumbline
