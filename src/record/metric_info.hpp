// What a stored quantity is: its words, and how it is to be judged.
#pragma once

#include <array>
#include <optional>
#include <string>

namespace plumbline {

/// Where a metric's better values lie; `zero`: nearer to 0, from both sides.
enum class Better { lower, higher, zero };
constexpr auto names(Better) {
  return std::array{"lower", "higher", "zero"};
}

/// What a metric's values v follow when the sampler is right: the law of the same metric on as many
/// exact draws (its floor, sampled by the harness), U[0, 1] (ranks), or nothing that a verdict
/// could rest on. Of an unbiased evidence E X = 1 is known, X ≥ 0: X = 1 + v (mean_one), X = exp(v)
/// (log_mean_one), or X = 1 + v with the estimate in the denominator (inverse_mean_one).
enum class Law { floor, uniform, none, mean_one, log_mean_one, inverse_mean_one };
constexpr auto names(Law) {
  return std::array{"floor", "uniform", "none", "mean_one", "log_mean_one", "inverse_mean_one"};
}

/// A stored quantity: a metric, or an extra such as wall_seconds.
struct MetricInfo {
  std::string name;
  std::string long_name;
  std::string units;
  std::optional<Better> better = {};  ///< none: an extra, which no verdict looks at
  bool has_floor = false;             ///< computable on exact draws: /null holds it
  std::optional<Law> law = {};        ///< none in files that do not say: as Law::none
  std::string settings = {};  ///< of a metric, with every default, as TOML text; "" when not said
  /// Of ranks (Law::uniform): whether what is ranked depends on y. Absent where nothing is said.
  std::optional<bool> depends_on_y = {};

  bool is_metric() const { return better.has_value(); }
};

}  // namespace plumbline
