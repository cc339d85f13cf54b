// Sizes that people think in.
#include "harness/judge/error_sizes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace plumbline {

std::string ErrorSizes::beyond(Real size) const {
  switch (aspect) {
    case Aspect::location:
      return fmt::format("a shift by more than {:.3g} posterior standard deviations", size);
    case Aspect::spread:
      return fmt::format("a variance ratio outside {:.3g} … {:.3g}", 1 - size, 1 / (1 - size));
    case Aspect::dependence:
      return fmt::format("a correlation off by more than {:.3g}", size);
    case Aspect::masses:
      return fmt::format("more than {:.3g} % of the mass in another mode", 100 * size);
    case Aspect::tails:
      return fmt::format("tails of index below {:.3g}", 1 / size);
    case Aspect::conditioning:
      return fmt::format("more than {:.3g} % of the draws ignoring y", 100 * size);
  }
  return "";
}

const char* ErrorSizes::metric() const {
  switch (aspect) {
    case Aspect::location:
      return "mean_error";
    case Aspect::spread:
    case Aspect::dependence:
      return "covariance_error";
    case Aspect::masses:
      return "component_mass";
    case Aspect::tails:
      return "marginal_cvm";
    case Aspect::conditioning:
      return "sliced_wasserstein_1";
  }
  return "";
}

ErrorSizes error_sizes_of(Aspect aspect, const Tolerances& tolerances) {
  const std::map<Aspect, std::vector<Real>> usual = {
      {Aspect::location, {0.02, 0.05, 0.1, 0.25, 0.5, 1}},
      {Aspect::spread, {0.03, 0.06, 0.12, 0.25, 0.5, 0.8}},
      {Aspect::tails, {0.1, 0.2, 0.3, 0.4, 0.45}},
      {Aspect::dependence, {0.05, 0.1, 0.2, 0.4, 0.6, 0.9}},
      {Aspect::masses, {0.01, 0.02, 0.05, 0.1, 0.2, 0.4}},
      {Aspect::conditioning, {0.05, 0.1, 0.25, 0.5, 1}}};
  ErrorSizes out{aspect, usual.at(aspect), tolerances.of(aspect)};
  const auto place = std::lower_bound(out.sizes.begin(), out.sizes.end(), out.tolerance);
  if (place == out.sizes.end() || *place != out.tolerance) out.sizes.insert(place, out.tolerance);
  return out;
}

std::vector<ErrorSizes> error_sizes(const Problem& problem, const Tolerances& tolerances,
                                    bool drawn) {
  std::vector<Aspect> aspects = {Aspect::location, Aspect::spread, Aspect::tails};
  Index varying = 0;
  for (Index i = 0; i < problem.dimension(); ++i) varying += problem.target_covariance()(i, i) > 0;
  if (varying > 1) aspects.push_back(Aspect::dependence);
  if (separate_components(problem)) aspects.push_back(Aspect::masses);
  if (drawn) aspects.push_back(Aspect::conditioning);
  std::vector<ErrorSizes> all;
  all.reserve(aspects.size());
  for (const Aspect aspect : aspects) all.push_back(error_sizes_of(aspect, tolerances));
  return all;
}

}  // namespace plumbline
