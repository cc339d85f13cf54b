#include "core/arrays/scratch.hpp"

namespace plumbline {
namespace {

constexpr Index most_kept = Index{1} << 22;  // numbers: 32 MiB

/// What is kept, until Kokkos ends; never destroyed, since Kokkos may end after what is static.
Vector& kept_scratch() {
  static Vector& kept = *new Vector;
  static const bool registered = [] {
    Kokkos::push_finalize_hook([] { kept = Vector(); });
    return true;
  }();
  static_cast<void>(registered);
  return kept;
}

}  // namespace

Vector scratch(Index n) {
  if (n > most_kept) return make_vector("scratch", n);
  Vector& kept = kept_scratch();
  if (Index(kept.extent(0)) < n) kept = make_vector("scratch", n);
  return kept;
}

}  // namespace plumbline
