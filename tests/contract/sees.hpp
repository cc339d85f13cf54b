// Which metric sees which error, and at which size: exact draws are made wrong along every aspect,
// and what is seen is the table in metrics/README §11.
#pragma once

#include <fstream>
#include <sstream>

#include "contract/metric_cases.hpp"
#include "harness/judge/error_sizes.hpp"

namespace plumbline::test::sees {
// 1000 draws a set. A set is seen when its value lies outside those of 60 exact sets (of exact
// draws 2 in 62 do), a size when 7 of 8 sets are. A size that half of the sets show is not seen in
// 96 of 100 tries, one that 98 % show is seen in 99.
inline constexpr Index draws = 1000, exact_sets = 60, wrong_sets = 8, enough = 7;

inline constexpr const char* page = "src/metrics/README.md";
inline constexpr const char* before =
    "<!-- sees: written by PLUMBLINE_WRITE_SEES=1 metric_sees -->\n";
inline constexpr const char* after = "<!-- end of sees -->\n";

/// Two modes that stand 7 deviations apart, neither of them round, in the plane.
inline const Problem& problem() {
  HostMatrix a(2, 2), b(2, 2), mean(2, 2);
  a << 1, 0.3, 0.3, 0.5;
  b << 0.5, -0.2, -0.2, 1;
  mean << -3, 0, 3, 1;
  HostVector weights(2);
  weights << 0.4, 0.6;
  // Never destroyed: arrays must not outlive Kokkos.
  static const Problem* made = new Problem(target(GaussianMixture::full(weights, mean, {a, b})));
  return *made;
}

inline bool is_listed(const MetricEntry& entry) {
  return entry.has_floor && entry.law == Law::floor && !entry.needs_chains &&
         entry.name != "effective_draws";
}

inline Real value_of(const MetricEntry& entry, const HostMatrix& x, std::uint64_t set) {
  const MetricInput input{problem(), equally_weighted(to_device("x", x)), nan,
                          Rng::from_seed(2).stream(set)};
  return entry.make({})->evaluate(Exec(), input).value;
}

/// What one metric sees of the sizes of every aspect.
class Eyes {
 public:
  explicit Eyes(const MetricEntry& entry) : entry_(entry) {
    for (Index set = 0; set < exact_sets; ++set) {
      const Rng rng = Rng::from_seed(1).stream("exact").stream(static_cast<std::uint64_t>(set));
      const Real v = value_of(entry, to_host_matrix(problem().draw_exact(Exec(), draws, rng)),
                              static_cast<std::uint64_t>(set));
      low_ = std::min(low_, v);
      high_ = std::max(high_, v);
    }
  }
  bool sees(Aspect aspect, Real size) const {
    static const Perturbation& perturbation = *new Perturbation(Exec(), problem());
    Index seen = 0;
    for (Index set = 0; set < wrong_sets; ++set) {
      const Rng rng = Rng::from_seed(1).stream("wrong").stream(static_cast<std::uint64_t>(set));
      const Real v = value_of(entry_, perturbation.draws(aspect, size, draws, set, rng),
                              static_cast<std::uint64_t>(exact_sets + set));
      seen += !(v >= low_ && v <= high_);
    }
    return seen >= enough;
  }
  /// Index of the smallest size from which on all are seen; `size()` when the largest is not.
  std::size_t from(const ErrorSizes& sizes) const {
    std::size_t first = sizes.sizes.size();
    while (first > 0 && sees(sizes.aspect, sizes.sizes[first - 1])) --first;
    return first;
  }

 private:
  const MetricEntry& entry_;
  Real low_ = infinity, high_ = -infinity;
};

inline std::string text_of(const ErrorSizes& sizes, std::size_t first) {
  return first < sizes.sizes.size() ? fmt::format("{:g}", sizes.sizes[first]) : "–";
}

inline std::string written_table() {
  const std::vector<ErrorSizes> all = error_sizes(problem());
  std::string text = "| metric |", rule = "|---|";
  for (const ErrorSizes& sizes : all) {
    text += fmt::format(" {} |", name_of(sizes.aspect));
    rule += "---|";
  }
  text += fmt::format("\n{}\n", rule);
  for (const MetricEntry& entry : metric_catalogue()) {
    if (!is_listed(entry)) continue;
    const Eyes eyes(entry);
    text += fmt::format("| `{}` |", entry.name);
    for (const ErrorSizes& sizes : all)
      text += fmt::format(" {} |", text_of(sizes, eyes.from(sizes)));
    text += "\n";
  }
  return text;
}

inline std::string read_page() {
  std::ifstream file(fmt::format("{}/{}", PLUMBLINE_SOURCE_DIR, page));
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

/// Metric → its cells in the page.
inline std::map<std::string, std::vector<std::string>> table_of_page() {
  std::map<std::string, std::vector<std::string>> rows;
  std::stringstream lines(read_page());
  bool inside = false;
  for (std::string line; std::getline(lines, line);) {
    line += '\n';
    if (line == before || line == after) inside = line == before;
    if (!inside || line.rfind("| `", 0) != 0) continue;
    std::vector<std::string> cells;
    std::stringstream row(line.substr(1));
    for (std::string cell; std::getline(row, cell, '|') && cell != "\n";)
      cells.push_back(cell.substr(1, cell.size() - 2));
    rows[cells[0].substr(1, cells[0].size() - 2)] = {cells.begin() + 1, cells.end()};
  }
  return rows;
}

/// The recorded size is seen, and not both of the two below it; of "–" the largest is not.
inline void compare(bool all_metrics) {
  const auto rows = table_of_page();
  for (const MetricEntry& entry : metric_catalogue()) {
    if (!is_listed(entry)) continue;
    ASSERT_TRUE(rows.contains(entry.name)) << entry.name << " is not in the table of " << page;
    if (!all_metrics && !entry.usual) continue;
    const Eyes eyes(entry);
    std::size_t column = 0;
    for (const ErrorSizes& sizes : error_sizes(problem())) {
      const std::string& cell = rows.at(entry.name).at(column++);
      std::size_t first = 0;
      while (first < sizes.sizes.size() && text_of(sizes, first) != cell) ++first;
      const std::string where = fmt::format("{} {} {}", entry.name, name_of(sizes.aspect), cell);
      if (first < sizes.sizes.size()) {
        EXPECT_TRUE(eyes.sees(sizes.aspect, sizes.sizes[first])) << where;
      } else {
        EXPECT_EQ(cell, "–") << where;
        EXPECT_FALSE(eyes.sees(sizes.aspect, sizes.sizes.back())) << where;
      }
      if (first >= 2 && first < sizes.sizes.size()) {
        EXPECT_FALSE(eyes.sees(sizes.aspect, sizes.sizes[first - 1]) &&
                     eyes.sees(sizes.aspect, sizes.sizes[first - 2]))
            << where;
      }
    }
  }
}

}  // namespace plumbline::test::sees
