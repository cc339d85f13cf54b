// priors/file.cpp – a mixture from an HDF5 or .npz file: weights [K], means [K, D], and covariances
// in any shape that scikit-learn fits, or variances as export-problem writes them. The file is
// suspect: io/user checks what it contains, the mixture what that means.
#include <fmt/ranges.h>

#include <filesystem>

#include "io/user/points.hpp"
#include "mixture/covariance.hpp"
#include "priors/prior.hpp"

namespace plumbline::file_mixture {

/// scikit-learn's names: [K, D, D], [D, D] for all components, [K, D], [K].
enum class CovarianceType { full, tied, diag, spherical };
constexpr auto names(CovarianceType) {
  return std::array{"full", "tied", "diag", "spherical"};
}

constexpr const char* covariance_forms =
    "[K, D, D] (full), [D, D] (tied), [K, D] (diag) or [K] (spherical)";

HostMatrix matrix_at(const StoredArray& array, Index from, Index rows, Index columns) {
  return Eigen::Map<const HostMatrix>(array.values.data() + from, rows, columns);
}

std::vector<Index> shape_of(CovarianceType type, Index k, Index d) {
  switch (type) {
    case CovarianceType::full:
      return {k, d, d};
    case CovarianceType::tied:
      return {d, d};
    case CovarianceType::diag:
      return {k, d};
    default:
      return {k};
  }
}

/// What is read of one file.
struct Reader {
  const PointsFile& file;
  std::optional<CovarianceType> type;
  Real jitter;
  HostMatrix means = file.matrix("means");
  HostVector weights =
      file.mentions("weights") ? file.vector("weights") : HostVector::Ones(means.rows());

  GaussianMixture mixture() const {
    if (file.mentions("variances")) {
      GaussianMixture out =
          of_variances(file.array("variances", 1, 2, "[K] or [K, D]"), "variances");
      if (file.mentions("covariances")) require_same(out);
      return out;
    }
    if (!file.mentions("covariances"))
      throw file.mistake(
          "covariances", "missing",
          fmt::format("covariances {}, or variances [K] or [K, D]", covariance_forms));
    const StoredArray array = file.array("covariances", 1, 3, covariance_forms);
    switch (type_of(array)) {
      case CovarianceType::full:
        return of_matrices(array, means.rows());
      case CovarianceType::tied:
        return of_matrices(array, 1);
      default:
        return of_variances(array, "covariances");
    }
  }

 private:
  static std::string text(const std::vector<Index>& shape) {
    return fmt::format("[{}]", fmt::join(shape, ", "));
  }

  CovarianceType type_of(const StoredArray& array) const {
    const Index k = means.rows(), d = means.cols();
    const std::vector<Index> shape(array.shape.begin(), array.shape.end());
    std::vector<CovarianceType> fitting;
    for (const CovarianceType t : {CovarianceType::full, CovarianceType::tied, CovarianceType::diag,
                                   CovarianceType::spherical})
      if (shape == shape_of(t, k, d) && (!type || t == *type)) fitting.push_back(t);
    if (fitting.empty())
      throw file.mistake(
          "covariances", "shape " + text(shape),
          type ? fmt::format("{} for covariance_type = \"{}\", as the means are [{}, {}]",
                             text(shape_of(*type, k, d)), name_of(*type), k, d)
               : fmt::format("{}, with K = {} and D = {} as the means have", covariance_forms, k,
                             d));
    if (fitting.size() > 1 && k > 1)
      throw file.mistake("covariances", "shape " + text(shape),
                         "covariance_type = \"tied\" (one matrix for all components) or \"diag\" "
                         "(variances by component and coordinate): K = D, the shape cannot tell");
    return fitting.back();
  }

  GaussianMixture of_variances(const StoredArray& array, const std::string& name) const {
    const Index k = means.rows(), d = means.cols();
    const bool diagonal = array.shape.size() == 2;
    const std::vector<Index> shape(array.shape.begin(), array.shape.end());
    if (shape != shape_of(diagonal ? CovarianceType::diag : CovarianceType::spherical, k, d))
      throw file.mistake(name, "shape " + text(shape),
                         fmt::format("[{}] or [{}, {}], as the means have it", k, k, d));
    HostMatrix variances = matrix_at(array, 0, k, diagonal ? d : 1);
    variances.array() += jitter;
    try {
      if (diagonal) return GaussianMixture::diagonal(weights, means, variances);
      return GaussianMixture::isotropic(weights, means, variances.col(0));
    } catch (const SpecError& error) {  // it says "variances" of either dataset
      const std::string& key = error.key();
      throw SpecError(key.starts_with("variances") ? name + key.substr(9) : key, error.value(),
                      error.allowed());
    }
  }

  /// [K, D, D], or one matrix for all.
  GaussianMixture of_matrices(const StoredArray& array, Index count) const {
    std::vector<HostMatrix> list;
    for (Index j = 0; j < means.rows(); ++j)
      list.push_back(j < count ? covariance(array, j) : list.back());
    try {
      return GaussianMixture::full(weights, means, std::move(list));
    } catch (const SpecError& error) {
      throw rank_mistake(error);
    }
  }

  HostMatrix covariance(const StoredArray& array, Index j) const {
    const Index d = means.cols();
    HostMatrix c = matrix_at(array, j * d * d, d, d);
    const std::string key =
        array.shape.size() == 3 ? fmt::format("covariances[{}]", j) : std::string("covariances");
    if (const auto at = asymmetry(c, std::max(array.epsilon, precision_of(c))))
      throw file.mistake(
          key,
          fmt::format("[{}][{}] = {:.9g} but [{}][{}] = {:.9g}", at->row, at->column,
                      c(at->row, at->column), at->column, at->row, c(at->column, at->row)),
          "a symmetric matrix");
    c = symmetrised(c);
    c.diagonal().array() += jitter;
    if (array.epsilon > double_epsilon) {  // doubles are the mixture's to judge
      const HostVector values = symmetric_eigen(c).values;
      if (!(values.minCoeff() > rank_threshold(values, array.epsilon)))
        throw rank_mistake(
            {key,
             fmt::format("smallest eigenvalue {:.3g}, largest {:.3g}", values.minCoeff(),
                         values.maxCoeff()),
             fmt::format("a positive definite matrix: every eigenvalue above {} × 1.2e-07 × the "
                         "largest, which is what rounding to float32 makes of 0",
                         d)});
    }
    return c;
  }

  static SpecError rank_mistake(const SpecError& error) {
    if (!error.value().starts_with("smallest eigenvalue")) return error;
    return {error.key(), error.value(),
            error.allowed() + "; the setting jitter = v adds v to every variance", error.where()};
  }

  /// Both datasets say the same, as in an exported problem.
  void require_same(const GaussianMixture& mixture) const {
    const Index d = means.cols();
    const StoredArray array = file.array("covariances", 3, 3, "[K, D, D], as variances are there");
    if (static_cast<Index>(array.values.size()) != means.rows() * d * d)
      throw file.mistake("covariances", text({array.shape.begin(), array.shape.end()}),
                         text({means.rows(), d, d}));
    for (int k = 0; k < mixture.components(); ++k) {
      HostMatrix c = matrix_at(array, k * d * d, d, d);
      c.diagonal().array() += jitter;
      if (c != mixture.covariance(k))
        throw file.mistake(fmt::format("covariances[{}]", k), "not diag(variances[k])",
                           "covariances or variances, or both that say the same");
    }
  }
};

struct Settings {
  std::string path;
  std::optional<std::string> group;
  std::optional<CovarianceType> covariance_type;
  std::optional<Real> jitter;

  void visit(auto&& field) {
    field("path", path, "HDF5 or .npz file; relative to the folder of the sweep file");
    field("group", group,
          "the group of an HDF5 file that holds the datasets; left out: the file itself, or its "
          "group prior, which an exported problem has");
    field("covariance_type", covariance_type,
          "what the covariances are, where their shape does not say it: K = D");
    field("jitter", jitter,
          "added to every variance: makes a covariance of too few points positive definite",
          at_least(0));
  }

  void validate() const {
    if (path.empty()) throw SpecError("path", "\"\"", "the name of an HDF5 or .npz file");
    if (group && group->empty()) throw SpecError("group", "\"\"", "the name of a group");
  }

  GaussianMixture make(Rng, const std::string& folder) const {
    const std::filesystem::path place = std::filesystem::path(folder) / path;
    PointsFile file = open(place);
    const bool exported = !file.mentions("means") && file.mentions("prior");
    if (group || exported) file = file.in_group(group.value_or("prior"));
    file.refuse_others({"means", "weights", "covariances", "variances", "log_evidence"});
    try {
      return Reader{file, covariance_type, jitter.value_or(0)}.mixture();
    } catch (const SpecError& error) {
      throw error.at(Location{place.string()});
    }
  }

 private:
  static PointsFile open(const std::filesystem::path& place) try {
    return PointsFile::open(place);
  } catch (const SpecError& error) {
    throw error.where().known() ? error : SpecError("path", error.value(), error.allowed());
  }
};

}  // namespace plumbline::file_mixture

namespace plumbline {

PriorEntry file_prior() {
  return prior_entry<file_mixture::Settings>(
      {.name = "file",
       .summary = "A mixture from an HDF5 or .npz file with means [K, D], weights [K] (absent: "
                  "equal), and covariances [K, D, D], [D, D], [K, D] or [K] as scikit-learn has "
                  "them, or variances [K] or [K, D]",
       .reference = "none: the numbers are the user's",
       .example = "path = \"prior.h5\""});
}

}  // namespace plumbline
