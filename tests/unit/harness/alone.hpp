// One cell, or the exact draws of one problem point, run by itself: no ledger, no signals.
#pragma once

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>

#include "harness/run/cell_run.hpp"

namespace plumbline::test {

class Alone {
 public:
  Alone(const Exec& exec, const Plan& plan) : exec_(exec), plan_(plan), pace_(plan) {
    std::filesystem::create_directories(folder_);
  }
  ~Alone() { std::filesystem::remove_all(folder_); }
  Alone(const Alone&) = delete;
  Alone& operator=(const Alone&) = delete;

  CellRecord cell(const Cell& cell, Problems& problems) {
    return *run_cell(going(), cell, problems);
  }
  NullRecord null(Problems& problems) { return *run_null_point(going(), problems); }

 private:
  Going going() { return {exec_, plan_, watch_, pace_, writer_, other_draws_, false}; }

  const Exec& exec_;
  const Plan& plan_;
  /// For the replicates of a cell that takes more than a second.
  std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / fmt::format("plumbline_alone_{}", ::getpid());
  SilentProgress silent_;
  Watch watch_{[] { return 0; }, infinity, silent_};
  Pace pace_;
  Index other_draws_ = 0;
  PartWriter writer_{folder_, 0, "", [](const std::filesystem::path&, const Part&) {}};
};

}  // namespace plumbline::test
