// A sweep file, read and checked as far as text goes: harness/README §1. What the numbers mean
// together (does this sampler fit this problem?) is the plan's to check.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "harness/sweep/axes.hpp"
#include "harness/sweep/galleries.hpp"
#include "harness/sweep/limits.hpp"
#include "harness/sweep/tolerances.hpp"

namespace plumbline {

inline constexpr const char* sweep_schema = "plumbline/1";

/// What any [[sampler]] may say beside `kind`, `label`, `zip` and the settings of its kind.
struct SamplerShare {
  std::optional<int> replicates;

  void visit(auto&& field) {
    field("replicates", replicates,
          "of this sampler's cells; when not set those of the sweep. `replicates` in [quick] or on "
          "the command line count for all samplers",
          at_least(1));
  }
};

/// One [[sampler]] of the file: a table of settings, and the axes taken out of it.
struct SamplerSpec {
  std::string label;  ///< names its group in the result file
  const SamplerEntry* entry = nullptr;
  SamplerShare share = {};
  Table settings;  ///< swept settings hold the first value
  std::vector<Axis> axes;
  Location at;
};

struct MetricSpec {
  const MetricEntry* entry = nullptr;
  Table settings;
  Location at = {};  ///< its name in [metrics] use
};

/// The [problem] of the file; its axes are paths such as "prior.dim".
struct ProblemSpec {
  Table tables;  ///< process, prior, observation, each a table with a `kind`
  std::vector<Axis> axes;
  Location at;
};

/// Scalars at the top of the file.
struct SweepSettings {
  std::string schema, name;
  Index seed = 1;
  int replicates = 32;
  int draws = 2000;
  int null_replicates = 32;
  int samples = 0;

  void visit(auto&& field) {
    field("schema", schema, "version of the format");
    field("name", name, "the sweep's name; the file's stem when absent");
    field("seed", seed, "every random number follows from it", at_least(0));
    field("replicates", replicates, "independent repetitions of every cell", at_least(1));
    field("draws", draws, "draws each metric sees", at_least(1));
    field("null_replicates", null_replicates, "exact draw sets that show each metric's floor",
          at_least(0));
    field("samples", samples, "draws of the first replicate kept per cell", at_least(0));
  }
};

struct Sweep {
  std::string path;      ///< as given
  std::string folder;    ///< that file paths in the sweep start from
  std::string verbatim;  ///< the file's text
  SweepSettings settings;
  Table written;          ///< those of them that the file gives, with their places
  Tolerances tolerances;  ///< [tolerance]
  Limits limits;
  ProblemSpec problem;
  std::vector<SamplerSpec> samplers;
  std::vector<MetricSpec> metrics;
  bool usual_metrics = false;        ///< because the file has no [metrics]
  const Galleries* known = nullptr;  ///< what the entries above point into
};

/// Of every cell of a sampler: its own, else the sweep's.
inline int replicates_of(const Sweep& sweep, const SamplerSpec& sampler) {
  return sampler.share.replicates.value_or(sweep.settings.replicates);
}

/// Of the sampler that has the most; the sweep's where it has no sampler.
inline int most_replicates(const Sweep& sweep) {
  if (sweep.samplers.empty()) return sweep.settings.replicates;
  int most = 0;
  for (const SamplerSpec& sampler : sweep.samplers)
    most = std::max(most, replicates_of(sweep, sampler));
  return most;
}

/// What a sweep file must say, by what is asked of it.
struct SweepNeeds {
  bool observation = true;  ///< else nothing is observed where the file says nothing of it
  bool samplers = true, metrics = true;
};

struct SweepOptions {
  std::vector<std::string> overrides = {};  ///< KEY=VALUE, applied last
  bool quick = false;  ///< [quick] of the file, else at most 4 replicates of 500 draws
  SweepNeeds needs = {};
};

/// Read a sweep file. Every mistake is a SpecError with file:line:column ("command line" for an
/// override), the key's dotted path, the value and what is allowed.
Sweep load_sweep(const std::string& path, const SweepOptions& options = {},
                 const Galleries& known = galleries());

/// The same from text; `path` names it in messages.
Sweep parse_sweep(const std::string& text, const std::string& path,
                  const SweepOptions& options = {}, const Galleries& known = galleries());

}  // namespace plumbline
