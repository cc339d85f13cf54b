// Exported problems, as `plumbline score` reads them before it looks at draws.
#include "core/kokkos.hpp"
#include "fuzz/edited_file.hpp"
#include "fuzz/planned.hpp"
#include "fuzz/targets.hpp"
#include "harness/exchange/problem_export.hpp"
#include "harness/exchange/problem_import.hpp"

namespace plumbline::fuzz {
namespace {

constexpr SweepNeeds problem_alone = {.observation = false, .samplers = false};

Base exported(const std::string& problem) {
  const std::string text =
      "schema = \"plumbline/1\"\nname = \"exported\"\n[problem]\nprocess = { kind = \"flow\" }\n" +
      problem + "[metrics]\nuse = [\"mean_error\"]\n";
  const std::filesystem::path path = as_file("exported.h5", {});
  const Plan plan = make_plan(
      Exec(), parse_sweep(text, path.parent_path() / "sweep.toml", {.needs = problem_alone}));
  export_problem(Exec(), plan, {.draws = 2, .steps = 1, .grid = {}}).write(path);
  return Base(bytes_of(path));
}

/// With a prior that was read from a file.
Base exported_from_file() {
  ArrayFile mixture;
  mixture.add("means", {"component", "coordinate"}, HostMatrix(HostMatrix::Identity(2, 2)), "");
  mixture.add("variances", {"component"}, HostVector(HostVector::Ones(2)), "");
  mixture.write(as_file("mixture.h5", {}));
  return exported(
      "prior = { kind = \"file\", path = \"mixture.h5\" }\n"
      "observation = { kind = \"inpainting\", observed = [1], y = \"draw\" }\n");
}

void read(const FileBytes& bytes) {
  const ProblemFile file(as_file("problem.h5", bytes));
  Sweep sweep = file.sweep({});
  sweep.limits = small_limits;
  Plan plan = make_plan(Exec(), std::move(sweep));
  file.name(plan);
  file.require_equal(problems_of(Exec(), plan, 0)->at(file.replicate()));
}

std::vector<Base> exported_problems() {
  std::vector<Base> list = {
      exported("prior = { kind = \"grid\", dim = 2, components = 4 }\n"
               "observation = { kind = \"linear\", A = [[1, -0.5]], noise = 0.4, y = \"draw\" }\n"),
      exported_from_file(),
      exported(
          "prior = { kind = \"two-gaussians\" }\n"
          "observation = { kind = \"event\", direction = [1], threshold = 0.5, width = 0.3 }\n")};
  for (const Base& base : list) read(base.edited({}));
  return list;
}

}  // namespace

void problem(Input edits) {
  start_kokkos();
  static const std::vector<Base> bases = exported_problems();
  refusals_are_fine([&] { read(edited_file(bases, edits)); });
}

}  // namespace plumbline::fuzz
