// Series of cells → signed limits.
#include "harness/refinement/functional_limit.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/text/numbers.hpp"
#include "record/functionals.hpp"

namespace plumbline {
namespace {

const Series* series_named(const CellRecord& cell, const std::string& name) {
  for (const Series& series : cell.extras)
    if (series.name == name) return &series;
  return nullptr;
}

/// Limits are asked of closed forms alone.
bool is_in_limit(const Series& series) {
  return is_functional(series.name) &&
         series.name.substr(functional_prefix.size()) != log_density_functional;
}

/// Values of one series in every cell, NaN where a replicate did not end well; nothing where a cell
/// lacks it.
std::optional<SignedCurve> curve_of(const Refinement& refinement, const std::string& name) {
  SignedCurve curve{refinement.budgets, {}, refinement.order};
  for (const CellRecord* cell : refinement.cells) {
    const Series* series = series_named(*cell, name);
    if (!series) return std::nullopt;
    curve.values.push_back(where_ok(*series, cell->status));
  }
  return curve;
}

/// How much of its tolerance a bound takes: an error that is to fall may still be three times that
/// at the finest budget, one of which nothing is known may not.
Real share_of(const FunctionalLimit& f, bool ordered, Real level) {
  return f.limit.share_of(f.tolerance, level, ordered ? 3 : 1);
}

const FunctionalLimit& widest(const std::vector<FunctionalLimit>& limits, bool ordered,
                              Real level) {
  return *std::max_element(limits.begin(), limits.end(),
                           [&](const FunctionalLimit& a, const FunctionalLimit& b) {
                             return share_of(a, ordered, level) < share_of(b, ordered, level);
                           });
}

/// "tolerance 0.25 posterior standard deviations", "tolerance 0.25".
std::string tolerance_text(const FunctionalLimit& f) {
  return fmt::format("tolerance {:g}{}", f.tolerance, f.units == "1" ? "" : " " + f.units);
}

}  // namespace

bool is_smooth(const FunctionalLimit& f) {
  return !f.name.starts_with("tails_") && !f.name.starts_with("masses_");
}

std::vector<FunctionalLimit> functional_limits(const Refinement& refinement,
                                               const Tolerances& tolerances) {
  std::vector<FunctionalLimit> limits;
  for (const Series& series : refinement.cells.back()->extras) {
    if (!is_in_limit(series)) continue;
    const std::string name = series.name.substr(functional_prefix.size());
    const auto tolerance = tolerated(tolerances, name);
    const auto curve = curve_of(refinement, series.name);
    if (!curve || !tolerance) continue;
    limits.push_back({name, functional_info(name).units, tolerance->least(), signed_limit(*curve)});
  }
  return limits;
}

Index functionals_in_limit(const CellRecord& cell) {
  return std::count_if(cell.extras.begin(), cell.extras.end(), is_in_limit);
}

bool right_in_limit(const Refinement& refinement, const std::vector<FunctionalLimit>& limits,
                    Real level) {
  if (limits.empty() || refinement.cells.size() < fewest_for_consistent) return false;
  const auto finest = refinement.cells.end() - static_cast<std::ptrdiff_t>(fewest_for_consistent);
  return std::all_of(finest, refinement.cells.end(),
                     [](const CellRecord* cell) {
                       return std::all_of(cell->status.begin(), cell->status.end(),
                                          [](Status s) { return s == Status::ok; });
                     }) &&
         std::all_of(limits.begin(), limits.end(), [&](const FunctionalLimit& f) {
           return share_of(f, refinement.ordered, level) <= 1;
         });
}

bool all_have_stopped(const std::vector<FunctionalLimit>& limits, Real level) {
  return std::all_of(limits.begin(), limits.end(), [&](const FunctionalLimit& f) {
    return f.limit.has_stopped(f.tolerance, level);
  });
}

const FunctionalLimit* surely_left(const Refinement& refinement,
                                   const std::vector<FunctionalLimit>& limits, Real level) {
  const FunctionalLimit* found = nullptr;
  if (!refinement.ordered || !all_have_stopped(limits, level)) return found;
  Real most = 0;
  for (const FunctionalLimit& f : limits) {
    if (!is_smooth(f) || !f.limit.stays_beyond(f.tolerance, level)) continue;
    const Real times = f.limit.plateau.lower(level) / f.tolerance;
    if (times > most) {
      most = times;
      found = &f;
    }
  }
  return found;
}

std::string right_text(const Refinement& refinement, const std::vector<FunctionalLimit>& limits,
                       Real level) {
  const FunctionalLimit& f = widest(limits, refinement.ordered, level);
  const Real plateau = std::max(f.limit.plateau.upper(level), f.limit.bent_plateau.upper(level));
  const Real left = refinement.ordered ? plateau : std::max(plateau, f.limit.finest.upper(level));
  return fmt::format(
      "{} right {}: {} within {:.2g} of the truth ({}), its finest value predicted within {:.2g}",
      counted(static_cast<Index>(limits.size()), "known expectation"),
      refinement.ordered ? "in the limit" : "at the finest budget", f.name, left, tolerance_text(f),
      f.limit.missed.upper(level));
}

std::string left_text(const FunctionalLimit& left, Real level) {
  const SignedMean& plateau = left.limit.bent_plateau;
  const Real half = plateau.upper(level) - std::abs(plateau.estimate);
  return fmt::format("{} of {} ({}) is left in the limit", with_error(plateau.estimate, half),
                     left.name, tolerance_text(left));
}

}  // namespace plumbline
