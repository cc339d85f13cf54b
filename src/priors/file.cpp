// priors/file.cpp – a mixture from an HDF5 file: datasets weights [K], means [K, D], covariances
// [K, D, D]. The file is suspect: io/points checks what it contains, the mixture what that means.
#include <filesystem>

#include "io/user/points.hpp"
#include "priors/prior.hpp"

namespace plumbline::file_mixture {

struct Settings {
  std::string path;

  void visit(auto&& field) {
    field("path", path, "HDF5 file; relative to the folder of the sweep file");
  }

  void validate() const {
    if (path.empty()) throw SpecError("path", "\"\"", "the name of an HDF5 file");
  }

  GaussianMixture make(Rng, const std::string& folder) const {
    const std::filesystem::path place = std::filesystem::path(folder) / path;
    const PointsFile file = open(place);
    const HostMatrix mu = file.matrix("means");
    HostVector pi = file.has("weights") ? file.vector("weights") : HostVector::Ones(mu.rows());
    try {
      return GaussianMixture::full(std::move(pi), mu, file.matrices("covariances"));
    } catch (const SpecError& error) {
      throw error.at(Location{place.string()});
    }
  }

 private:
  static PointsFile open(const std::filesystem::path& place) try {
    return PointsFile::open(place);
  } catch (const SpecError& error) {
    throw SpecError("path", error.value(), error.allowed());
  }
};

}  // namespace plumbline::file_mixture

namespace plumbline {

PriorEntry file_prior() {
  return prior_entry<file_mixture::Settings>(
      {.name = "file",
       .summary = "A mixture from an HDF5 file with datasets means [K, D], covariances [K, D, D] "
                  "and weights [K] (absent: equal)",
       .reference = "none: the numbers are the user's",
       .example = "path = \"prior.h5\""});
}

}  // namespace plumbline
