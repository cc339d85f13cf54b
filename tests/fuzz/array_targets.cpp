// Arrays in .npy, .npz and text: as draws, as a data set, as a mixture.
#include "fuzz/targets.hpp"
#include "io/user/draws_file.hpp"
#include "io/user/npy.hpp"
#include "io/user/point_set.hpp"
#include "io/user/points.hpp"

namespace plumbline::fuzz {
namespace {

void read_points(const std::filesystem::path& file) {
  refusals_are_fine([&] { rows_by_label(read_point_set(file).labels); });
}

void as_draws_and_points(const std::filesystem::path& file) {
  refusals_are_fine([&] { read_draws(file); });
  read_points(file);
}

}  // namespace

// Exceptions take most of the time: what all readers of a file refuse is read once.

void npy(Input bytes) {
  const std::filesystem::path file = as_file("x.npy", bytes);
  refusals_are_fine([&] {
    read_npy(file);
    as_draws_and_points(file);
  });
}

void npz(Input bytes) {
  const std::filesystem::path file = as_file("x.npz", bytes);
  refusals_are_fine([&] {
    const PointsFile mixture = PointsFile::open(file);
    as_draws_and_points(file);
    mixture.refuse_others({"means", "weights", "covariances", "variances", "log_w"});
    mixture.matrix("means");
    if (mixture.mentions("weights")) mixture.vector("weights");
    if (mixture.mentions("log_w")) mixture.log_weights("log_w");
    mixture.array("covariances", 1, 3, "[K, D, D]");
  });
}

void csv(Input text) {
  as_draws_and_points(as_file("x.csv", text));
}

}  // namespace plumbline::fuzz
