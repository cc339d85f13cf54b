// A problem as numbers that a sampler written elsewhere needs, and that its draws are judged by.
#pragma once

#include "diffusion/processes/time_grid.hpp"
#include "harness/sweep/plan.hpp"
#include "io/user/array_file.hpp"

namespace plumbline {

inline constexpr const char* problem_schema = "plumbline-problem/1";
/// Arrays with more numbers are not written into JSON.
inline constexpr std::int64_t most_json_numbers = 1000;

struct ExportOptions {
  Index replicate = 0;         ///< whose y, when y is drawn
  std::optional<Index> draws;  ///< exact draws; the sweep's number when absent
  /// One time grid of so many steps in place of those that the sweep's samplers walk.
  std::optional<int> steps;
  std::optional<GridKind> grid;
};

/// Groups (results/README.md): prior, observation, process, times/<grid>_<steps>, posterior,
/// target, draws; the resolved tables and the hashes as attributes. SpecError when the numbers
/// asked for are too many or a grid does not exist.   requires  a plan of one problem
ArrayFile export_problem(const Exec& exec, const Plan& plan, const ExportOptions& options);

/// Of these: prior, observation, process, posterior, target.
void add_problem_numbers(ArrayFile& file, const Problem& problem);

/// The same for JSON: attributes, the process' settings, every array with dimensions and shape, and
/// its numbers when there are at most `most_json_numbers` of them, else where they are in `hdf5`.
Value problem_json(const ArrayFile& file, const std::string& hdf5);

}  // namespace plumbline
