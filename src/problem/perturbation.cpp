// Shifts, spreads, correlations, masses and tails of known size.
#include "problem/perturbation.hpp"

#include <algorithm>
#include <cmath>

#include "mixture/draw.hpp"

namespace plumbline {
namespace {

constexpr Real stand_apart = 3;  // standard deviations between means of components told apart
constexpr int most_axes = 4;

/// χ²_ν/ν = 2 Gamma(ν/2)/ν for ν ≥ 2 by rejection (Marsaglia & Tsang 2000): x normal, v = (1 + c
/// x)³, a v for a = ν/2 − ⅓, c = 1/√(9a), taken when log u < x²/2 + a (1 − v + log v).
Real chi_squared_ratio(const Rng& rng, std::uint64_t row, Real nu) {
  const Real a = nu / 2 - 1.0 / 3, c = 1 / std::sqrt(9 * a);
  for (std::uint32_t attempt = 0;; ++attempt) {  // nineteen of twenty are taken
    const Real x = rng.normal(row, 2 * attempt, 0), one = 1 + c * x;
    if (!(one > 0)) continue;
    const Real v = one * one * one, u = rng.uniform(row, 2 * attempt + 1, 0);
    if (std::log(u) < x * x / 2 + a * (1 - v + std::log(v))) return 2 * a * v / nu;
  }
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
        const Real ratio = chi_squared_ratio(scales, static_cast<std::uint64_t>(r), nu);
        const Real factor = std::sqrt((nu - 2) / nu / ratio);
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
