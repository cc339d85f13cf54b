// The program as a user meets it: how long it takes to start, to plan, and to run a sweep of many
// tiny cells. Each call is looked at first: exit code 0, and the file that it writes is complete.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "bench/roof.hpp"

namespace plumbline::bench {
namespace {

namespace fs = std::filesystem;

/// A folder that goes with its owner.
struct Folder {
  fs::path path;
  Folder() {
    std::string name = (fs::temp_directory_path() / "plumbline_bench_XXXXXX").string();
    path = ::mkdtemp(name.data()) ? name : "";
  }
  ~Folder() {
    std::error_code none;
    fs::remove_all(path, none);
  }
};

std::string quoted(const std::string& text) {
  return "'" + text + "'";
}

/// Exit code 0?
bool runs(const std::string& arguments) {
  const std::string command = quoted(PLUMBLINE_PROGRAM) + " " + arguments + " >/dev/null 2>&1";
  return std::system(command.c_str()) == 0;
}

void start(benchmark::State& state, const std::string& arguments) {
  if (!runs(arguments)) {
    state.SkipWithError("the program fails");
    return;
  }
  for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(runs(arguments));
}
BENCHMARK_CAPTURE(start, version, "version")->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(start, list, "list")->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(start, plan,
                  "plan --quick " + quoted(PLUMBLINE_SOURCE_DIR "/experiments/discretisation.toml"))
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

/// `cells` cells of replacement by an axis of as many numbers of draws' worth of steps: each takes
/// less than a millisecond to compute, so what is timed is what the harness does around it.
constexpr const char* tiny = R"(schema = "plumbline/1"
name = "tiny"
seed = 3
replicates = 1
draws = 16
null_replicates = 0
[problem]
process = { kind = "ou", horizon = 4.0 }
prior = { kind = "explicit", weights = [1.0, 2.0], means = [[-2.0, 0.0], [2.0, 1.0]], variances = [1.0, 0.5] }
observation = { kind = "inpainting", observed = [1], y = [0.5] }
[[sampler]]
kind = "dps"
steps = [2, 3]
zeta = { lin = [0.1, 1.0, CELLS] }
[metrics]
use = ["mean_error"]
)";

/// Range: cells.
void tiny_cells(benchmark::State& state) {
  const Folder folder;
  const std::string spec = (folder.path / "tiny.toml").string(),
                    out = (folder.path / "tiny.h5").string();
  std::string text = tiny;
  text.replace(text.find("CELLS"), 5, std::to_string(state.range(0) / 2));
  std::ofstream(spec) << text;
  const std::string run = "run " + quoted(spec) + " --out " + quoted(out);
  if (!runs(run) || !runs("status " + quoted(spec) + " --out " + quoted(out))) {
    state.SkipWithError("the sweep is not complete after a run");
    return;
  }
  for ([[maybe_unused]] auto _ : state) {
    state.PauseTiming();
    fs::remove(out);
    state.ResumeTiming();
    benchmark::DoNotOptimize(runs(run));
  }
  count_seconds(state, "s/cell", Real(state.range(0)));
}
BENCHMARK(tiny_cells)
    ->Arg(20)
    ->Arg(200)
    ->Arg(2000)
    ->ArgName("cells")
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace plumbline::bench
