// Stream derivation and bulk normals of the counter-based generator.
#include "core/rng.hpp"

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
  const Index rows = x.extent(0), columns = x.extent(1);
  const Index blocks = (rows + block_width - 1) / block_width;
  parallel_over(
      exec, "plumbline::core::fill_normal", blocks, KOKKOS_LAMBDA(Index block) {
        Real first[block_width], second[block_width];
        const Index begin = block * block_width;
        const Index width = begin + block_width <= rows ? block_width : rows - begin;
        for (Index i = 0; i < columns; i += 2) {
          normal_pairs<block_width>(rng, first_chain + begin, step, i / 2, first, second);
          for (Index w = 0; w < width; ++w) x(begin + w, i) = first[w];
          if (i + 1 < columns)
            for (Index w = 0; w < width; ++w) x(begin + w, i + 1) = second[w];
        }
      });
}

}  // namespace plumbline
