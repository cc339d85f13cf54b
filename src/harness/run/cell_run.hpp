// One cell, or the exact draws of one problem point: replicate after replicate, each finished whole
// or dropped.
#pragma once

#include "harness/run/pace.hpp"
#include "harness/run/part_writer.hpp"
#include "harness/run/watch.hpp"

namespace plumbline {

/// What a run in progress shares with its cells.
struct Going {
  const Exec& exec;
  const Plan& plan;
  Watch& watch;
  Pace& pace;
  PartWriter& writer;
  Index& other_draws;  ///< replicates and sets whose draws were not those stored
  bool resume = true;  ///< replicates that an earlier run kept count
};

/// All replicates of one cell; nothing when it was time to stop. Finished replicates are kept then,
/// and every second or so on the way: a later run goes on behind them. `akin`: the cell with other
/// metrics, whose values count where its draws come out the same again; `begun`: its first
/// replicates.
std::optional<CellRecord> run_cell(const Going& going, const Cell& cell, Problems& problems,
                                   const CellRecord* akin = nullptr,
                                   const CellRecord* begun = nullptr);

/// The metrics' floor at one problem point, likewise.
std::optional<NullRecord> run_null_point(const Going& going, Problems& problems,
                                         const NullRecord* akin = nullptr,
                                         const NullRecord* begun = nullptr);

}  // namespace plumbline
