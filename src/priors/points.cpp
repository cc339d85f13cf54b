// priors/points.cpp – a data set from a file as a mixture: every point a component of one
// bandwidth, as priors/digits does with its images. The file is suspect: io/user checks what it
// contains.
#include <filesystem>

#include "io/user/point_set.hpp"
#include "priors/prior.hpp"

namespace plumbline::points {

struct Settings {
  std::string path;
  std::optional<Real> bandwidth;

  void visit(auto&& field) {
    field(
        "path", path,
        "HDF5 (.h5 .hdf5 .nc) or .npz with x [n, D] and perhaps weights [n] and labels [n]; .npy; "
        "or text (.csv .tsv .txt .dat) whose header may name columns weights and labels; relative "
        "to the folder of the sweep file");
    field("bandwidth", bandwidth, "standard deviation of every component; 0: the points alone",
          at_least(0));
  }

  void validate() const {
    if (path.empty()) throw SpecError("path", "\"\"", "the name of a file of points");
    if (!bandwidth) throw SpecError("bandwidth", "", "is needed: a standard deviation, or 0");
  }

  GaussianMixture make(Rng, const std::string& folder) const {
    PointSet points = read(folder);
    const Index n = points.x.rows();
    if (points.weights.size() == 0) points.weights = HostVector::Ones(n);
    try {
      return GaussianMixture::isotropic(points.weights, points.x,
                                        HostVector::Constant(n, *bandwidth * *bandwidth));
    } catch (const SpecError& error) {
      throw error.at(Location{(std::filesystem::path(folder) / path).string()});
    }
  }

  /// The points of each label.
  ComponentClasses classes(const std::string& folder) const {
    return rows_by_label(read(folder).labels);
  }

 private:
  PointSet read(const std::string& folder) const try {
    return read_point_set(std::filesystem::path(folder) / path);
  } catch (const SpecError& error) {
    throw error.where().known() ? error : SpecError("path", error.value(), error.allowed());
  }
};

}  // namespace plumbline::points

namespace plumbline {

PriorEntry points_prior() {
  return prior_entry<points::Settings>(
      {.name = "points",
       .summary = "A data set from a file, every point a component; its labels are the classes of "
                  "an observation of kind class, in ascending order",
       .reference = "none: the numbers are the user's",
       .example = "path = \"points.h5\", bandwidth = 0.5"});
}

}  // namespace plumbline
