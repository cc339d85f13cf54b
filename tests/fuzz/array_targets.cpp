// Arrays in .npy and text, alone and as draws.
#include "fuzz/targets.hpp"
#include "io/user/draws_file.hpp"

namespace plumbline::fuzz {

void npy(Input bytes) {
  refusals_are_fine([&] { read_draws(as_file("x.npy", bytes)); });
}

void csv(Input text) {
  refusals_are_fine([&] { read_draws(as_file("x.csv", text)); });
}

}  // namespace plumbline::fuzz
