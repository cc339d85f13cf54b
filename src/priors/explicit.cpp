// priors/explicit.cpp – any mixture, its numbers written out in the sweep file.
#include <algorithm>

#include "priors/detail/number_or_list.hpp"
#include "priors/prior.hpp"

namespace plumbline::explicit_mixture {

using Rows = std::vector<std::vector<Real>>;

/// Rows of equal length as a matrix; `columns` < 0 takes the length of the first row.
HostMatrix rectangle(const std::string& key, const Rows& rows, int columns) {
  if (columns < 0) columns = rows.empty() ? 0 : static_cast<int>(rows.front().size());
  HostMatrix m(static_cast<Index>(rows.size()), columns);
  for (std::size_t r = 0; r < rows.size(); ++r) {
    if (static_cast<int>(rows[r].size()) != columns)
      throw SpecError(fmt::format("{}[{}]", key, r), to_text(settings::write(rows[r]), 40),
                      fmt::format("must be a list of {} numbers", columns));
    for (int c = 0; c < columns; ++c) m(static_cast<Index>(r), c) = rows[r][c];
  }
  return m;
}

void require_count(const std::string& key, std::size_t count, int components) {
  if (static_cast<int>(count) != components)
    throw SpecError(key, fmt::format("a list of {}", count),
                    fmt::format("must have one entry for each of the {} means", components));
}

/// Nothing: equal weights, which the echo writes as []. A [] that somebody wrote (it has a place)
/// is a list that was left unfinished.
struct Weights : std::vector<Real> {};
void read(const std::string& key, const Value& v, Weights& out, const Range& range) {
  settings::read(key, v, static_cast<std::vector<Real>&>(out), range);
  if (out.empty() && v.at.known())
    throw SpecError(key, "[]", "needs one weight per component; without the key all are equal",
                    v.at);
}
Value write(const Weights& weights) {
  return settings::write(static_cast<const std::vector<Real>&>(weights));
}

struct Settings {
  Weights weights;
  Rows means;
  std::vector<Rows> covariances;
  std::vector<NumberOrList> variances, stddev;

  void visit(auto&& field) {
    field("weights", weights, "weight of each component, normalised to sum 1; empty: equal",
          at_least(0));
    field("means", means, "mean of each component, [K][D]");
    field("covariances", covariances, "covariance of each component, [K][D][D]");
    field("variances", variances, "per component a variance or a list of D variances", at_least(0));
    field("stddev", stddev, "per component a standard deviation or a list of D", at_least(0));
  }

  void validate() const {
    if (means.empty() || means.front().empty())
      throw SpecError("means", to_text(settings::write(means), 40),
                      "needs at least one component with at least one coordinate");
    const int given = !covariances.empty() + !variances.empty() + !stddev.empty();
    if (given != 1)
      throw SpecError(given == 0 ? "covariances" : "variances",
                      given == 0 ? "not given" : fmt::format("one of {} given", given),
                      "give exactly one of covariances, variances, stddev");
  }

  GaussianMixture make(Rng, const std::string&) const {
    const HostMatrix mu = rectangle("means", means, -1);
    const int components = static_cast<int>(mu.rows()), dim = static_cast<int>(mu.cols());
    HostVector pi = HostVector::Ones(components);
    if (!weights.empty()) {
      require_count("weights", weights.size(), components);
      pi = HostVector::Map(weights.data(), components);
    }
    if (!covariances.empty()) {
      require_count("covariances", covariances.size(), components);
      std::vector<HostMatrix> sigma;
      for (int k = 0; k < components; ++k) {
        const std::string key = fmt::format("covariances[{}]", k);
        if (static_cast<int>(covariances[k].size()) != dim)
          throw SpecError(key, fmt::format("{} rows", covariances[k].size()),
                          fmt::format("must be {} rows of {} numbers", dim, dim));
        sigma.push_back(rectangle(key, covariances[k], dim));
      }
      return GaussianMixture::full(pi, mu, std::move(sigma));
    }
    return from_spreads(std::move(pi), mu);
  }

 private:
  /// `variances` or `stddev`: isotropic when every component gives one number, else diagonal.
  GaussianMixture from_spreads(HostVector pi, const HostMatrix& mu) const {
    const bool squared = !variances.empty();
    const std::string key = squared ? "variances" : "stddev";
    const std::vector<NumberOrList>& spreads = squared ? variances : stddev;
    const int components = static_cast<int>(mu.rows()), dim = static_cast<int>(mu.cols());
    require_count(key, spreads.size(), components);
    HostMatrix variance(components, dim);
    for (int k = 0; k < components; ++k) {
      require_length(fmt::format("{}[{}]", key, k), spreads[k], dim);
      for (int i = 0; i < dim; ++i)
        variance(k, i) = squared ? spreads[k][i] : spreads[k][i] * spreads[k][i];
    }
    const bool isotropic =
        std::all_of(spreads.begin(), spreads.end(), [](const NumberOrList& s) { return s.single; });
    if (isotropic) return GaussianMixture::isotropic(std::move(pi), mu, variance.col(0));
    return GaussianMixture::diagonal(std::move(pi), mu, variance);
  }
};

}  // namespace plumbline::explicit_mixture

namespace plumbline {

PriorEntry explicit_prior() {
  return prior_entry<explicit_mixture::Settings>(
      {.name = "explicit",
       .summary =
           "Any Gaussian mixture, its numbers written out; standard deviation 0 makes points",
       .reference = "none: the numbers are the user's",
       .example = "means = [[0, 1], [2, 3]], stddev = [1, 2]"});
}

}  // namespace plumbline
