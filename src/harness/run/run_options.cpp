// Durations, shards and output names.
#include "harness/run/run_options.hpp"

#include <charconv>
#include <cmath>

#include "core/errors.hpp"

namespace plumbline {
namespace {

/// The number at the front of `text`, which is shortened by it; false when there is none.
template <class Number>
bool take(std::string_view& text, Number& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc()) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return true;
}

}  // namespace

Real parse_duration(const std::string& text) {
  std::string_view rest = text;
  Real number = 0;
  const bool found = take(rest, number);
  const Real unit = rest.empty() || rest == "s" ? 1
                    : rest == "m"               ? 60
                    : rest == "h"               ? 3600
                    : rest == "d"               ? 86400
                                                : 0;
  if (!found || unit == 0 || !(number > 0) || !std::isfinite(number))
    throw SpecError("--max-time", text, "must be a positive time such as 90s, 50m, 2h or 1d");
  return number * unit;
}

Shard parse_shard(const std::string& text) {
  std::string_view rest = text;
  Shard shard;
  const bool first = take(rest, shard.k) && rest.starts_with('/');
  if (first) rest.remove_prefix(1);
  if (!first || !take(rest, shard.of) || !rest.empty() || shard.k < 1 || shard.k > shard.of)
    throw SpecError("--shard", text, "must be k/N with 1 ≤ k ≤ N, such as 3/8");
  return shard;
}

std::string duration_text(Real seconds) {
  if (!std::isfinite(seconds)) return "?";
  if (seconds < 10) return fmt::format("{:.1f} s", seconds);
  const auto whole = static_cast<std::int64_t>(std::llround(seconds));
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min {} s", whole / 60, whole % 60);
  return fmt::format("{} h {} min", whole / 3600, whole % 3600 / 60);
}

std::filesystem::path default_output(const std::filesystem::path& sweep, bool quick) {
  namespace fs = std::filesystem;
  std::error_code none;  // a working folder that is gone: the path as it is given
  const fs::path folder = fs::absolute(sweep, none).lexically_normal().parent_path();
  const fs::path results = folder.filename() == "experiments"
                               ? sweep.parent_path() / ".." / "results"
                               : fs::path("results");
  return (results / (sweep.stem().string() + (quick ? "-quick.h5" : ".h5"))).lexically_normal();
}

}  // namespace plumbline
