// Which random numbers belong to what: the one place that names the sweep's streams. harness/README
// §3. Everything follows from the seed, so nothing depends on order, shard or thread.
#pragma once

#include "core/rng.hpp"

namespace plumbline {

/// Parameters that a prior draws: the same for every cell and replicate.
inline Rng prior_stream(std::uint64_t seed) {
  return Rng::from_seed(seed).stream("prior");
}

/// y of a replicate when the observation says y = "draw".
inline Rng observation_stream(std::uint64_t seed, std::uint64_t replicate) {
  return Rng::from_seed(seed).stream("observation").stream(replicate);
}

/// A run of any sampler. Deliberately not keyed by the sampler: all of them share their noise
/// (common random numbers), so differences between methods are less noisy.
inline Rng run_stream(std::uint64_t seed, std::uint64_t problem, std::uint64_t replicate) {
  return Rng::from_seed(seed).stream("run").stream(problem).stream(replicate);
}

/// Exact draws for the floor of the metrics.
inline Rng null_stream(std::uint64_t seed, std::uint64_t problem, std::uint64_t replicate) {
  return Rng::from_seed(seed).stream("null").stream(problem).stream(replicate);
}

/// Exact draws that leave in an exported problem: no floor may have seen them.
inline Rng export_stream(std::uint64_t seed, std::uint64_t problem, std::uint64_t replicate) {
  return Rng::from_seed(seed).stream("export").stream(problem).stream(replicate);
}

/// Exact draws that draws made elsewhere are judged by; `draws` in a set.
inline Rng score_stream(std::uint64_t seed, std::uint64_t problem, std::uint64_t draws) {
  return Rng::from_seed(seed).stream("score").stream(problem).stream(draws);
}

/// The same sampler again, by runs that keep the path of an exact draw, beside the run of `stream`.
inline Rng retained_stream(Rng stream) {
  return stream.stream("retained");
}

/// Exact draws that are made wrong by known amounts, of one problem point.
inline Rng perturbed_stream(std::uint64_t seed, std::uint64_t problem) {
  return Rng::from_seed(seed).stream("perturbed").stream(problem);
}

/// Exact draws that known expectations are measured on (metrics/README §10); replicate 0 where the
/// target is the same in all.
inline Rng functional_stream(std::uint64_t seed, std::uint64_t problem, std::uint64_t replicate) {
  return Rng::from_seed(seed).stream("functionals").stream(problem).stream(replicate);
}

/// What metrics draw (projections, reference samples) in the run or null of `stream`.
inline Rng metric_stream(Rng stream) {
  return stream.stream("metric");
}

}  // namespace plumbline
