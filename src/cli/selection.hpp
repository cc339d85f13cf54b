// Cells of a result file by their coordinates, and the command that runs one of them again.
#pragma once

#include <optional>

#include "harness/sweep/plan.hpp"
#include "io/result/result_file.hpp"

namespace plumbline::cli {

/// A cell of the layout, with its record when it has run.
struct Selected {
  const SamplerLayout* sampler = nullptr;
  std::int64_t cell = 0;
  std::vector<std::int64_t> at;  ///< index along each axis
  const CellRecord* record = nullptr;
};

/// ResultFile::open; where there is no such file but parts of one, the IoError says what makes it.
ResultFile open_result(const std::filesystem::path& path);

/// The cells of `sampler` at the coordinates "axis=value" (any axis may be left open).
/// UsageError for an axis or a value that there is not.
std::vector<Selected> select(const SweepLayout& layout, const SamplerLayout& sampler,
                             const std::vector<CellRecord>& records,
                             const std::vector<std::string>& where);

/// "steps = 10, kernel = em".
std::string place_text(const SweepLayout& layout, const Selected& cell);
Value place_value(const SweepLayout& layout, const Selected& cell);
/// "ok", or how many replicates ended otherwise: "2 diverged".
std::string status_text(const Selected& cell);

/// The sweep file, KEY=VALUE words, --quick and --only of the command that made a file.
struct Origin {
  std::string spec = "SPEC.toml";
  SweepOptions options = {};
  std::string only = {};
};
Origin origin_of(const Provenance& provenance);

/// The plan of a file, read off the sweep text and the command that it keeps; nothing when this
/// build plans another sweep from them, or cannot.
std::optional<Plan> plan_of(const Exec& exec, const ResultFile& file);

/// A command line that runs this cell alone and gives the same numbers: read off the sweep text and
/// the command that the file keeps.
std::string rerun_command(const ResultFile& file, const Selected& cell);

/// One word of a shell command, quoted where needed; words as a line; and the words of such a line.
std::string quote(const std::string& word);
std::string shell_line(const std::vector<std::string>& words);
std::vector<std::string> split_words(const std::string& line);

}  // namespace plumbline::cli
