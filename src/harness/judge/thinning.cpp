// Autocorrelation times → every m-th draw.
#include "harness/judge/thinning.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/errors.hpp"
#include "core/steps/stop.hpp"
#include "harness/judge/same_law.hpp"
#include "metrics/estimates/autocorrelation.hpp"

namespace plumbline {
namespace {

constexpr Index most_timed_columns = 64;
constexpr Real long_enough = 20;  // autocorrelation times of a chain whose τ is known

Real time_of(const HostVector& values, Index length) {
  const std::vector<double> list(values.data(), values.data() + values.size());
  return integrated_time(list, length, values.mean(), static_cast<Real>(length));
}

/// The largest; 1 for draws none of whose functions vary.
Real largest_time(const HostMatrix& x, Index length) {
  Real largest = 1;
  const Index columns = std::min(x.cols(), most_timed_columns);
  for (Index i = 0; i < columns; ++i) {
    stop_if_asked();
    largest = std::fmax(largest, time_of(x.col(i * x.cols() / columns), length));
  }
  return std::fmax(largest, time_of((x.rowwise() - x.colwise().mean()).rowwise().norm(), length));
}

}  // namespace

GivenDraws thinned(const GivenDraws& set, const std::string& name,
                   std::vector<std::string>& notes) {
  if (set.chain_length == 0) return set;
  const Index length = set.chain_length, chains = set.x.rows() / length;
  const Real time = largest_time(set.x, length);
  const Index step = std::clamp<Index>(static_cast<Index>(std::ceil(2 * time)), 1, length);
  const Index kept = (length + step - 1) / step;
  GivenDraws out{HostMatrix(chains * kept, set.x.cols()), {}, 0, set.problem_hash};
  for (Index c = 0; c < chains; ++c)
    for (Index k = 0; k < kept; ++k)
      out.x.row(c * kept + k) = set.x.row((c + 1) * length - 1 - (kept - 1 - k) * step);
  if (out.x.rows() < fewest_to_compare)
    throw SpecError("chain",
                    fmt::format("{} draws of {} that are nearly independent", out.x.rows(), name),
                    fmt::format("must be at least {}: of chains of autocorrelation time {:.3g} one "
                                "of {} draws is",
                                fewest_to_compare, time, step));
  notes.push_back(
      fmt::format("{}: chains of autocorrelation time {:.3g}: one of {} draws is taken, {} of {}",
                  name, time, step, out.x.rows(), set.x.rows()));
  if (static_cast<Real>(length) < long_enough * time)
    notes.push_back(fmt::format(
        "{}: chains of {} draws are too short to know their autocorrelation time: the p-values are "
        "too small if it is longer",
        name, length));
  return out;
}

}  // namespace plumbline
