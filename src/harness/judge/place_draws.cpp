// Coordinates and weights of draws made elsewhere.
#include "harness/judge/place_draws.hpp"

#include <fmt/format.h>

#include <cmath>

namespace plumbline {
namespace {

/// Relative to |y| or 1: draws that went through float32.
constexpr Real observed_tolerance = 1e-6;

}  // namespace

Index effective_draws(const Exec& exec, const Ensemble& set) {
  const Real size = effective_sample_size(exec, set), n = static_cast<Real>(set.draws());
  return size > n * (1 - 1e-9) ? set.draws() : static_cast<Index>(std::floor(size));
}

Ensemble place_draws(const Exec& exec, const Problem& problem, const GivenDraws& given,
                     const Location& where) {
  const int d = problem.dimension(), full = problem.full_dimension();
  HostMatrix x = given.x;
  if (x.cols() != d && x.cols() != full)
    throw SpecError(
        "x", fmt::format("{} columns", x.cols()),
        d == full ? fmt::format("must be {}, the dimension of the prior", d)
                  : fmt::format("must be {} free coordinates, or all {} with the observed ones "
                                "equal to y",
                                d, full),
        where);
  if (x.cols() != d) {
    const std::vector<int>& observed = problem.observed();
    for (std::size_t j = 0; j < observed.size(); ++j) {
      const Real y = problem.observed_values()[static_cast<Index>(j)];
      for (Index n = 0; n < x.rows(); ++n)
        if (const Real v = x(n, observed[j]);
            !(std::abs(v - y) <= observed_tolerance * std::max<Real>(1, std::abs(y))))
          throw SpecError(fmt::format("x[{}, {}]", n, observed[j]), fmt::format("{}", v),
                          fmt::format("must be {}, the observed value of that coordinate", y),
                          where);
    }
    HostMatrix kept(x.rows(), d);
    for (int i = 0; i < d; ++i) kept.col(i) = x.col(problem.free()[static_cast<std::size_t>(i)]);
    x = std::move(kept);
  }
  Ensemble out = equally_weighted(to_device("plumbline::harness::given_draws", x));
  if (given.log_w.size() > 0)
    out.log_w = to_device("plumbline::harness::given_weights", given.log_w);
  if (effective_draws(exec, out) < 2)
    throw SpecError(
        "log_w",
        fmt::format("weights of effective sample size {:.3g}", effective_sample_size(exec, out)),
        "must be at least 2", where);
  return out;
}

}  // namespace plumbline
