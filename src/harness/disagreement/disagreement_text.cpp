// What stands, in words.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "harness/disagreement/disagreement.hpp"

namespace plumbline {
namespace {

/// So many decimals that an error shows one digit, two where that is a 1.
int decimals_for(Real error) {
  if (!(error > 0) || !std::isfinite(error)) return 2;
  const Real digits = -std::floor(std::log10(error));
  const Real leading = error * std::pow(10, digits);
  return static_cast<int>(std::clamp<Real>(digits + (leading < 1.95 ? 1 : 0), 0, 6));
}

/// "0.71 ± 0.03"; no more than six digits before the point.
std::string shown_with_error(Real value, Real error) {
  if (std::abs(value) >= 1e6) return fmt::format("{:.3g} ± {:.2g}", value, error);
  const int decimals = decimals_for(error);
  return fmt::format("{:.{}f} ± {:.{}f}", value, decimals, error, decimals);
}

std::string without_error(Real value, Real error) {
  return fmt::format("{:.{}f}", value, decimals_for(error));
}

/// "4.1 % ± 0.6".
std::string percent(Real share, Real error) {
  const int decimals = std::max(1, decimals_for(100 * error));
  return fmt::format("{:.{}f} % ± {:.{}f}", 100 * share, decimals, 100 * error, decimals);
}

std::string right_percent(Real share, Real error) {
  return fmt::format("{:.{}f} % is right", 100 * share, std::max(1, decimals_for(100 * error)));
}

/// "(0.8, −0.6)"; of many coordinates those that count most, by name: "0.80 x[3] − 0.59 x[17] …".
std::string direction_text(const HostVector& direction) {
  constexpr Index few = 4, named = 3;
  std::vector<std::string> parts;
  if (direction.size() <= few) {
    for (const Real v : direction) parts.push_back(fmt::format("{:.2f}", v == 0 ? 0.0 : v));
    return fmt::format("({})", fmt::join(parts, ", "));
  }
  std::vector<Index> order;
  for (Index i = 0; i < direction.size(); ++i) order.push_back(i);
  std::stable_sort(order.begin(), order.end(), [&](Index a, Index b) {
    return std::abs(direction(a)) > std::abs(direction(b));
  });
  std::string text;
  for (Index k = 0; k < named; ++k) {
    const Real v = direction(order[static_cast<std::size_t>(k)]);
    if (std::abs(v) < 0.005) break;
    text += fmt::format("{}{:.2f} x[{}]", k == 0 ? (v < 0 ? "-" : "") : (v < 0 ? " - " : " + "),
                        std::abs(v), order[static_cast<std::size_t>(k)]);
  }
  return text + " …";
}

/// "(1.2, −0.4)", the first four coordinates.
std::string coordinates_text(const HostVector& x) {
  constexpr Index few = 4;
  std::vector<std::string> parts;
  for (Index i = 0; i < std::min(few, x.size()); ++i) parts.push_back(fmt::format("{:.3g}", x(i)));
  if (x.size() > few) parts.push_back("…");
  return fmt::format("({})", fmt::join(parts, ", "));
}

/// "component 3, at (1.2, −0.4)", "components 3 and 7, at …", "a mode of 12 components, at …".
std::string mode_text(const Disagreement& what) {
  const std::vector<int>& all = what.components;
  std::string name = all.size() == 1   ? fmt::format("component {}", all[0])
                     : all.size() == 2 ? fmt::format("components {} and {}", all[0], all[1])
                                       : fmt::format("the mode of {} components", all.size());
  return name + ", at " + coordinates_text(what.centre);
}

std::string named(const Disagreement& what, int i) {
  return what.of_axes ? fmt::format("principal axis {}", i + 1) : fmt::format("x[{}]", i);
}

std::string location_text(const Disagreement& what) {
  const std::string size =
      shown_with_error(std::abs(what.value), what.error) + " posterior standard deviations";
  if (what.i >= 0)
    return fmt::format("the mean of {} is {} too {}", named(what, what.i), size,
                       what.value > 0 ? "high" : "low");
  return fmt::format("the mean lies {} too far along {}", size, direction_text(what.direction));
}

std::string spread_text(const Disagreement& what) {
  const std::string where = what.i >= 0 ? "of " + named(what, what.i)
                            : what.direction.size() == 0
                                ? "in all directions together"
                                : "along " + direction_text(what.direction);
  return fmt::format("the spread {} is {} of the truth", where,
                     shown_with_error(what.value, what.error));
}

std::string statement(const Disagreement& what) {
  switch (what.kind) {
    case DisagreementKind::mass:
      return fmt::format("{}, has {} of the mass, {}", mode_text(what),
                         percent(what.value, what.error), right_percent(what.right, what.error));
    case DisagreementKind::location:
      return location_text(what);
    case DisagreementKind::spread:
      return spread_text(what);
    case DisagreementKind::dependence:
      return fmt::format("{} and {} have correlation {}, {} is right", named(what, what.i),
                         named(what, what.j), shown_with_error(what.value, what.error),
                         without_error(what.right, what.error));
    case DisagreementKind::tails:
      if (what.tail_share >= 0.5)
        return fmt::format(
            "{} of the draws lie nearer to the middle than {:g} % of exact draws do, {}",
            percent(1 - what.value, what.error), 100 * what.tail_share,
            right_percent(1 - what.right, what.error));
      return fmt::format("{} of the draws lie further out than {:g} % of exact draws do, {}",
                         percent(what.value, what.error), 100 * (1 - what.tail_share),
                         right_percent(what.right, what.error));
    case DisagreementKind::region:
      return fmt::format("within {:.2g} standard deviations of {}{} lie {} of the draws, {}",
                         what.radius, coordinates_text(what.centre),
                         what.centre.size() > what.region_axes
                             ? fmt::format(", along the {} widest axes,", what.region_axes)
                             : "",
                         percent(what.value, what.error), right_percent(what.right, what.error));
  }
  return "";
}

}  // namespace

std::string Disagreement::text() const {
  if (kind != DisagreementKind::mass && !components.empty())
    return fmt::format("in {}: {}", mode_text(*this), statement(*this));
  const bool of_moments = kind == DisagreementKind::location || kind == DisagreementKind::spread ||
                          kind == DisagreementKind::dependence;
  return (within_modes && of_moments ? "within the modes, " : "") + statement(*this);
}

}  // namespace plumbline
