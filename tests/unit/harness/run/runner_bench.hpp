// A small sweep of fake samplers in a scratch folder: runs, stops, runs again, and what its result
// file holds.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "harness/run/runner.hpp"
#include "io/parts/part_file.hpp"
#include "unit/harness/fake_galleries.hpp"
#include "unit/io/scratch.hpp"

namespace plumbline {

using fake::edited;

inline constexpr int cells = 10, replicates = 3;  // of fake::sweep_text

inline bool never() {
  return false;
}

struct Bench {
  Scratch scratch;
  Plan plan;
  RunOptions options;
  SilentProgress silent;

  explicit Bench(const std::string& text = fake::sweep_text) : plan(planned(text)) {
    options.output = scratch / "small.h5";
    options.probe.all =
        0;  // draws and measurements are counted: how many are timed hangs on the load
    fake::broken = true;
    fake::rounding = 0;
  }
  static Plan planned(const std::string& text) {
    return make_plan(Exec(), parse_sweep(text, "small.toml", {}, fake::known()));
  }

  /// Runs; `fake::runs` afterwards counts the draws that samplers were asked for.
  RunOutcome run(const std::function<bool()>& interrupted = never) {
    fake::runs = 0;
    fake::measured.clear();
    return run_sweep(Exec(), plan, options, silent, interrupted);
  }
  RunOutcome run_signalled(const Signals& signals) {
    fake::runs = 0;
    fake::measured.clear();
    return run_sweep(Exec(), plan, options, silent, signals);
  }
  /// Interrupted when a sampler has drawn `most` times.
  RunOutcome run_until(int most) {
    return run([most] { return fake::runs >= most; });
  }
  Results results() const { return ResultFile::open(options.output).read(); }
  bool has_parts() const { return std::filesystem::exists(parts_folder(options.output)); }
};

/// Every number of a result file except times, as bits.
inline std::string numbers(const Results& results) {
  std::string out;
  const auto append = [&](const std::vector<Series>& list) {
    for (const Series& series : list) {
      if (series.name == "wall_seconds") continue;
      for (const auto* values : {&series.value, &series.se})
        for (const double v : *values) out += fmt::format("{} {:a}\n", series.name, v);
    }
  };
  std::vector<CellRecord> cells_by_place = results.cells;
  std::sort(cells_by_place.begin(), cells_by_place.end(), [](const auto& a, const auto& b) {
    return std::pair(a.label, a.cell) < std::pair(b.label, b.cell);
  });
  for (const CellRecord& cell : cells_by_place) {
    out += fmt::format("{} {} {}\n", cell.label, cell.cell, cell.hash);
    append(cell.metrics);
    append(cell.extras);
  }
  for (const NullRecord& null : results.nulls) append(null.metrics);
  return out;
}

/// What an uninterrupted run of the small sweep gives (in the test's folder, left empty again).
inline std::string uninterrupted_numbers() {
  Bench bench;
  bench.run();
  return numbers(bench.results());
}

inline const Series& series(const std::vector<Series>& list, const std::string& name) {
  return *std::find_if(list.begin(), list.end(), [&](const Series& s) { return s.name == name; });
}

inline const CellRecord& cell(const Results& results, const std::string& label, Index index) {
  return *std::find_if(results.cells.begin(), results.cells.end(),
                       [&](const CellRecord& c) { return c.label == label && c.cell == index; });
}

}  // namespace plumbline
