// Shifts, spreads, correlations, masses and tails of known size.
#include "harness/judge/perturbation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/errors.hpp"
#include "harness/statistics/distributions.hpp"
#include "mixture/draw.hpp"

namespace plumbline {
namespace {

constexpr Real stand_apart = 3;  // standard deviations between means of components told apart
constexpr int most_axes = 4;

/// χ²_ν / ν by its quantile: one uniform a row, whatever ν.
Real chi_squared_ratio(Real u, Real nu) {
  return 2 * gamma_quantile(u, nu / 2) / nu;
}

/// The posterior with other weights.
GaussianMixture reweighted(const GaussianMixture& mixture, const HostVector& weights) {
  switch (mixture.kind()) {
    case CovarianceKind::isotropic:
      return GaussianMixture::isotropic(weights, mixture.means(), mixture.eigenvalues().col(0));
    case CovarianceKind::diagonal:
      return GaussianMixture::diagonal(weights, mixture.means(), mixture.eigenvalues());
    case CovarianceKind::full:
      break;
  }
  std::vector<HostMatrix> eigenvectors;
  for (int k = 0; k < mixture.components(); ++k) eigenvectors.push_back(mixture.eigenvectors(k));
  return GaussianMixture::from_eigen(weights, mixture.means(), std::move(eigenvectors),
                                     mixture.eigenvalues());
}

}  // namespace

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

std::optional<std::pair<int, int>> separate_components(const Problem& problem) {
  if (!problem.is_mixture()) return std::nullopt;
  const GaussianMixture& mixture = problem.posterior();
  constexpr int most = 200;  // pairs of the heaviest are looked at
  std::vector<int> heavy;
  for (int k = 0; k < mixture.components(); ++k)
    if (mixture.weights()(k) > 0.01) heavy.push_back(k);
  if (static_cast<int>(heavy.size()) > most) heavy.resize(most);
  std::optional<std::pair<int, int>> best;
  Real furthest = stand_apart;
  for (std::size_t i = 0; i < heavy.size(); ++i)
    for (std::size_t j = i + 1; j < heavy.size(); ++j) {
      const int a = heavy[i], b = heavy[j];
      const HostVector gap = (mixture.means().row(a) - mixture.means().row(b)).transpose();
      const Real distance = gap.norm();
      if (!(distance > 0)) continue;
      const HostVector u = gap / distance;
      const Real spread =
          std::sqrt((u.dot(mixture.covariance(a) * u) + u.dot(mixture.covariance(b) * u)) / 2);
      if (!(distance > furthest * spread)) continue;
      furthest = spread > 0 ? distance / spread : infinity;
      best = {a, b};
    }
  return best;
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
  for (const Aspect aspect : aspects) all.push_back(error_sizes_of(aspect, tolerances));
  return all;
}

Perturbation::Perturbation(const Exec& exec, Problem problem)
    : exec_(exec),
      problem_(std::move(problem)),
      mean_(problem_.target_mean()),
      apart_(separate_components(problem_)) {
  const HostMatrix& covariance = problem_.target_covariance();
  deviation_ = covariance.diagonal().cwiseMax(0).cwiseSqrt();
  const SymmetricEigen eigen = symmetric_eigen(covariance);
  const Index axes = std::min<Index>(most_axes, mean_.size());
  axes_.resize(mean_.size(), axes);
  for (Index j = 0; j < axes; ++j) {
    const Index largest = mean_.size() - 1 - j;
    axes_.col(j) = eigen.vectors.col(largest) * std::sqrt(std::max<Real>(0, eigen.values(largest)));
  }
}

const MixtureTables& Perturbation::wrong_masses(Real size, bool back) const {
  const auto known = masses_.find({size, back});
  if (known != masses_.end()) return known->second;
  auto [from, to] = apart_.value();
  if (back) std::swap(from, to);
  const GaussianMixture& posterior = problem_.posterior();
  HostVector weights = posterior.weights();
  const Real moved = std::min(size, weights(from));
  weights(from) -= moved;
  weights(to) += moved;
  const FactoredMixture wrong = factored(exec_, reweighted(posterior, weights));
  return masses_.emplace(std::pair(size, back), tables_at(exec_, wrong, NoiseLevel{}))
      .first->second;
}

HostMatrix Perturbation::moved_mass(Real size, Index n, Index turn, Rng rng) const {
  const Matrix x = make_matrix("plumbline::harness::moved_mass", n, problem_.dimension());
  plumbline::draw(exec_, wrong_masses(size, turn % 2 == 1), rng, 0, x);
  return to_host_matrix(x);
}

std::vector<Index> Perturbation::varying() const {
  std::vector<Index> all;
  for (Index i = 0; i < deviation_.size(); ++i)
    if (deviation_(i) > 0) all.push_back(i);
  return all;
}

Index Perturbation::turns(Aspect aspect) const {
  switch (aspect) {
    case Aspect::location:
      return axes_.cols() > 2 ? most_axes : 2;
    case Aspect::spread:
    case Aspect::masses:
      return 2;
    case Aspect::dependence:
      return std::clamp<Index>(static_cast<Index>(varying().size()), 1, most_axes);
    case Aspect::tails:
    case Aspect::conditioning:
      break;
  }
  return 1;
}

/// The prior's law of the coordinates of a draw, whatever was observed.
void Perturbation::ignore_y(Real size, Rng rng, HostMatrix& x) const {
  if (!prior_)
    prior_ =
        tables_at(exec_, factored(exec_, problem_.prior().marginal(problem_.free())), NoiseLevel{});
  const Matrix other = make_matrix("plumbline::harness::ignore_y", x.rows(), x.cols());
  plumbline::draw(exec_, *prior_, rng.stream("prior"), 0, other);
  const HostMatrix from_prior = to_host_matrix(other);
  const Rng choice = rng.stream("choice");
  for (Index r = 0; r < x.rows(); ++r)
    if (choice.uniform(static_cast<std::uint64_t>(r), 0, 0) < size) x.row(r) = from_prior.row(r);
}

HostMatrix Perturbation::draws(Aspect aspect, Real size, Index n, Index turn, Rng rng) const {
  if (aspect == Aspect::masses && apart_) return moved_mass(size, n, turn, rng);
  HostMatrix x = to_host_matrix(problem_.draw_exact(exec_, n, rng));
  switch (aspect) {
    case Aspect::location: {
      const HostVector step = axes_.col(turn % axes_.cols()) * (turn % 2 == 0 ? size : -size);
      x.rowwise() += step.transpose();
      break;
    }
    case Aspect::spread: {
      const Real ratio = turn % 2 == 0 ? 1 - size : 1 / (1 - size);
      x = ((x.rowwise() - mean_.transpose()) * std::sqrt(ratio)).rowwise() + mean_.transpose();
      break;
    }
    case Aspect::dependence: {
      const std::vector<Index> all = varying();
      const auto count = static_cast<Index>(all.size());
      if (count < 2) break;
      const Index i = all[static_cast<std::size_t>(turn % count)];
      const Index j = all[static_cast<std::size_t>((turn + 1) % count)];
      const Real own = std::sqrt(1 - size * size), other = size * deviation_(j) / deviation_(i);
      x.col(j) =
          ((x.col(j).array() - mean_(j)) * own + (x.col(i).array() - mean_(i)) * other + mean_(j))
              .matrix();
      break;
    }
    case Aspect::tails: {
      const Real nu = 1 / size;
      const Rng scales = rng.stream("tails");
      for (Index r = 0; r < n; ++r) {
        const Real u = scales.uniform(static_cast<std::uint64_t>(r), 0, 0);
        const Real factor = std::sqrt((nu - 2) / nu / chi_squared_ratio(u, nu));
        x.row(r) = ((x.row(r) - mean_.transpose()) * factor + mean_.transpose()).eval();
      }
      break;
    }
    case Aspect::conditioning:
      ignore_y(size, rng.stream("ignored"), x);
      break;
    case Aspect::masses:  // nothing stands apart here
      break;
  }
  return x;
}

}  // namespace plumbline
