// Rejection sampling of p(z) p(c | z)^γ: one row per index, a loop of proposals. problem/README §4.
#include "problem/observations/tilt.hpp"

#include <algorithm>
#include <cmath>

#include "core/ensemble.hpp"
#include "core/errors.hpp"
#include "mixture/evaluate.hpp"
#include "problem/observations/prior_proposal.hpp"

namespace plumbline {
namespace {

constexpr Index pilot_proposals = 4096;

/// Everything a proposal and its acceptance need.
struct Tilt {
  PriorProposal proposal;  ///< the components of c, or all
  IndexVector in_class;    ///< [K] 1 for the components of c
  Real exponent;           ///< acceptance probability p(c | z)^exponent
  Rng acceptance;
};

Tilt make_tilt(const Exec& exec, const FactoredMixture& prior, const ClassLabel& label, Rng rng) {
  const int components = prior.components;
  const IndexVector in_class = membership(label, components);
  const auto host_class = host_copy(in_class);

  const bool from_class = label.gamma >= 1;
  const auto log_weights = host_copy(prior.log_weights);
  HostVector cumulative(components);
  Real sum = 0;
  for (int k = 0; k < components; ++k) {
    if (!from_class || host_class(k)) sum += std::exp(log_weights(k));
    cumulative[k] = sum;
  }
  cumulative /= sum;
  return {{tables_at(exec, prior, NoiseLevel{}), to_device("cumulative", cumulative),
           rng.stream("state"), rng.stream("component")},
          in_class,
          from_class ? label.gamma - 1 : label.gamma,
          rng.stream("acceptance")};
}

/// p(c | z)^exponent
KOKKOS_INLINE_FUNCTION Real acceptance(const Tilt& tilt, const RowPoint& z) {
  OnlineLogSum all, members;
  for (int k = 0; k < tilt.proposal.tables.mixture.components; ++k) {
    const Real l = log_joint(tilt.proposal.tables, k, z);
    all.add(l);
    if (tilt.in_class(k)) members.add(l);
  }
  return exp(tilt.exponent * Kokkos::min(members.value() - all.value(), Real(0)));
}

void reject(const Exec& exec, const Tilt& tilt, std::uint64_t first_chain, const Matrix& x) {
  const int d = x.extent_int(1);
  parallel_over(
      exec, "plumbline::problem::draw_tilt", x.extent(0), KOKKOS_LAMBDA(Index n) {
        const RowPoint z = {x, n};
        const std::uint64_t chain = first_chain + n;
        for (int j = 0; j < most_proposals; ++j) {
          propose(tilt.proposal, chain, j, z);
          if (tilt.acceptance.uniform(chain, j, 0) < acceptance(tilt, z)) return;
        }
        for (int i = 0; i < d; ++i) x(n, i) = nan;
      });
}

void pilot(const Exec& exec, const Tilt& tilt, const Matrix& x, const Matrix& accepted) {
  parallel_over(
      exec, "plumbline::problem::pilot_tilt", x.extent(0), KOKKOS_LAMBDA(Index n) {
        const RowPoint z = {x, n};
        propose(tilt.proposal, n, 0, z);
        accepted(n, 0) = acceptance(tilt, z);
      });
}

}  // namespace

IndexVector membership(const ClassLabel& label, int components) {
  IndexVector in_class = make_index_vector("in_class", components);
  const auto host = host_mirror(in_class);
  for (const int k : label.members()) host(k) = 1;
  Kokkos::deep_copy(in_class, host);
  return in_class;
}

void draw_tilt(const Exec& exec, const FactoredMixture& prior, const ClassLabel& label, Rng rng,
               const Matrix& x, std::uint64_t first_chain) {
  reject(exec, make_tilt(exec, prior, label, rng), first_chain, x);
}

void require_tilt_acceptance(const Exec& exec, const FactoredMixture& prior,
                             const ClassLabel& label) {
  const Tilt tilt = make_tilt(exec, prior, label, Rng::from_seed(0).stream("tilt_pilot"));
  const Matrix x = make_matrix("pilot_states", pilot_proposals, prior.dimension);
  const Matrix accepted = make_matrix("pilot_acceptance", pilot_proposals, 1);
  pilot(exec, tilt, x, accepted);
  const Real rate = mean(exec, equally_weighted(accepted))[0];
  if (!(rate >= least_acceptance))
    throw SpecError(
        "gamma", fmt::format("{}", label.gamma),
        fmt::format("must be nearer to 1: rejection accepts {:.2g} of its proposals, exact "
                    "draws need {:.2g}",
                    rate, least_acceptance));
}

// Chunks of equal size: the mean is the mean of chunk means, the covariance the mean of chunk
// covariances plus the covariance of chunk means.
TargetMoments tilt_moments(const Exec& exec, const FactoredMixture& prior,
                           const ClassLabel& label) {
  constexpr int chunks = 16;
  constexpr Index rows = (Index(1) << 18) / chunks;
  const int d = prior.dimension, components = prior.components;
  const Tilt tilt = make_tilt(exec, prior, label, Rng::from_seed(0).stream("tilt_moments"));
  const Matrix x = make_matrix("tilt_draws", rows, d);
  const Matrix r = make_matrix("tilt_responsibilities", rows, components);

  HostMatrix means(chunks, d);
  HostVector shares = HostVector::Zero(components);
  TargetMoments out = {HostVector::Zero(d), HostMatrix::Zero(d, d), {}};
  for (int c = 0; c < chunks; ++c) {
    reject(exec, tilt, c * rows, x);
    responsibilities(exec, tilt.proposal.tables, x, r);
    const Ensemble draws = equally_weighted(x);
    means.row(c) = mean(exec, draws).transpose();
    out.covariance += covariance(exec, draws) / chunks;
    shares += mean(exec, equally_weighted(r)) / chunks;
  }
  out.log_responsibilities = shares.array().log().matrix();
  out.mean = means.colwise().mean().transpose();
  means.rowwise() -= out.mean.transpose();
  out.covariance += means.transpose() * means / chunks;
  return out;
}

}  // namespace plumbline
