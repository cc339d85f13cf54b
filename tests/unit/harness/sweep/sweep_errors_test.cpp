// Every mistake a user can make in a sweep file or an override: where, key, value, what is allowed.
#include <gtest/gtest.h>

#include "harness/sweep/plan.hpp"
#include "unit/harness/fake_galleries.hpp"

namespace plumbline::sweep_errors_test {
namespace {

struct Mistake {
  std::string from, to;               ///< the edit of fake::sweep_text that makes it
  std::vector<std::string> expected;  ///< all of these are in the message
};

void PrintTo(const Mistake& mistake, std::ostream* out) {
  *out << mistake.to;
}

std::string complaint(const std::string& text, const std::vector<std::string>& overrides = {}) {
  try {
    make_plan(Exec(), parse_sweep(text, "a.toml", {.overrides = overrides}, fake::known()));
  } catch (const SpecError& error) {
    return error.what();
  }
  return "(no complaint)";
}

class MalformedSweep : public testing::TestWithParam<Mistake> {};

TEST_P(MalformedSweep, IsRefusedWithPlaceKeyValueAndWhatIsAllowed) {
  const Mistake& mistake = GetParam();

  const std::string message = complaint(fake::edited(mistake.from, mistake.to));

  for (const std::string& part : mistake.expected)
    EXPECT_NE(message.find(part), std::string::npos) << "got:  " << message << "\nwant: " << part;
}

const char* const prior = "prior       = { kind = \"blobs\", spread = [1.0, 2.0] }";
const char* const observation =
    "observation = { kind = \"inpainting\", observed = [1], y = [0.5] }";

const Mistake mistakes[] = {
    // the text itself
    {"seed       = 3", "seed       = = 3", {"a.toml:4:14: not valid TOML"}},
    {"seed       = 3", "seed = 3\nseed = 4", {"a.toml:5:8: not valid TOML"}},
    {"seed       = 3", "seed = 2024-01-01", {"a.toml:4:8: dates and times are not settings"}},
    // top level
    {"schema     = \"plumbline/1\"", "", {"a.toml:1:1: schema: is missing", "plumbline/1"}},
    {"plumbline/1",
     "plumbline/2",
     {"a.toml:2:14: schema = \"plumbline/2\": must be \"plumbline/1\""}},
    {"schema     = \"plumbline/1\"", "schema = 1", {"a.toml:2:10: schema = 1: must be text"}},
    {"seed       = 3", "sed = 3", {"a.toml:4:7: sed = 3: unknown key", "did you mean 'seed'?"}},
    {"seed       = 3", "seed = -1", {"a.toml:4:8: seed = -1: must be a whole number ≥ 0"}},
    {"seed       = 3", "seed = 1.5", {"seed = 1.5: must be a whole number ≥ 0, not a number"}},
    {"replicates = 3",
     "replicates = 0",
     {"a.toml:5:14: replicates = 0: must be a whole number ≥ 1"}},
    {"replicates = 3",
     "replicates = [1, 2]",
     {"replicates = [1, 2]: must be a whole", "not a list"}},
    {"replicates = 3", "replicates = 3000000000", {"must be a whole number ≤ 2147483647"}},
    {"draws      = 50",
     "draws = \"many\"",
     {"draws = \"many\"", "must be a whole number ≥ 1, not text"}},
    {"null_replicates = 2", "null_replicate = 2", {"did you mean 'null_replicates'?"}},
    {"null_replicates = 2", "samples = -1", {"samples = -1: must be a whole number ≥ 0"}},
    // problem
    {"[problem]", "[problm]", {"problm", "unknown key", "did you mean 'problem'?"}},
    {"process     = { kind = \"ou\" }", "", {"a.toml:9:1: problem.process: is missing"}},
    {prior,
     "prior = \"blobs\"",
     {"a.toml:11:9: problem.prior = \"blobs\": must be a table, not text"}},
    {prior, "prior = { dim = 2 }", {"a.toml:11:9: problem.prior.kind: is missing"}},
    {prior,
     "prior = { kind = \"blob\" }",
     {"a.toml:11:18: problem.prior.kind = \"blob\": 'blob' is not one of blobs",
      "did you mean 'blobs'?"}},
    {prior,
     "prior = { kind = \"blobs\", dims = 2 }",
     {"a.toml:11:34: problem.prior.dims = 2: unknown key", "did you mean 'dim'?"}},
    {prior,
     "prior = { kind = \"blobs\", dim = 0 }",
     {"a.toml:11:33: problem.prior.dim = 0: must be a whole number ≥ 1"}},
    {prior,
     "prior = { kind = \"blobs\", spread = [1.0, -2.0] }",
     {"a.toml:11:42: problem.prior.spread = -2.0: must be a finite number > 0"}},
    {prior,
     "prior = { kind = \"blobs\", spread = nan }",
     {"problem.prior.spread = nan: must be a finite number > 0"}},
    {prior,
     "prior = { kind = \"blobs\", spread = { geom = [0, 1, 3] } }",
     {"a.toml:11:36: problem.prior.spread", "geom needs ends of one sign"}},
    {"process     = { kind = \"ou\" }",
     "process = { kind = \"uo\" }",
     {"a.toml:10:20: problem.process.kind = \"uo\"", "did you mean 'ou'?"}},
    {"process     = { kind = \"ou\" }",
     "process = { kind = \"ou\", horizn = 1 }",
     {"a.toml:10:35: problem.process.horizn = 1", "did you mean 'horizon'?"}},
    {"process     = { kind = \"ou\" }",
     "process = { kind = \"ou\", horizon = [1, -1] }",
     {"a.toml:10:40: problem.process.horizon = -1.0"}},
    {observation,
     "observation = { kind = \"inpaint\", observed = [1], y = [0.5] }",
     {"a.toml:12:24: problem.observation.kind", "did you mean 'inpainting'?"}},
    {observation,
     "observation = { kind = \"inpainting\", observed = [1], y = [0.5, 1.0] }",
     {"a.toml:12:58: problem.observation.y"}},
    {observation,
     "observation = { kind = \"inpainting\", observed = [5], y = [0.5] }",
     {"a.toml:12:50: problem.observation.observed"}},
    {observation,
     "observation = { kind = \"inpainting\", observd = [1], y = [0.5] }",
     {"problem.observation.observd", "did you mean 'observed'?"}},
    {observation,
     std::string(observation) + "\nzip = [[\"prior.spread\", \"prior.dim\"]]",
     {"a.toml:13:25: problem.zip = \"prior.dim\": must name a swept setting",
      "swept here: prior.spread"}},
    {prior,
     "prior = { kind = \"blobs\", path = \"nowhere.h5\" }",
     {"a.toml:11:34: problem.prior.path = \"nowhere.h5\"", "nowhere.h5"}},
    // samplers
    {"kind  = \"shift\"", "", {"a.toml:14:1: sampler.kind: is missing"}},
    {"kind  = \"shift\"",
     "kind = \"shfit\"",
     {"a.toml:15:8: sampler.kind = \"shfit\"", "did you mean 'shift'?"}},
    {"kind  = \"shift\"",
     "kind = [\"shift\"]",
     {"sampler.kind", "must be one of shift, not a list"}},
    {"shift = [0, 0.5]",
     "shfit = 1",
     {"a.toml:16:9: sampler.shift.shfit = 1: unknown key", "did you mean 'shift'?"}},
    {"shift = [0, 0.5]",
     "shift = [0, 11]",
     {"a.toml:16:13: sampler.shift.shift = 11.0: must be a finite number in [-10, 10]"}},
    {"shift = [0, 0.5]",
     "shift = []",
     {"a.toml:16:9: sampler.shift.shift = []: an axis needs at least one"}},
    {"shift = [0, 0.5]",
     "shift = [1, 1.0]",
     {"a.toml:16:13: sampler.shift.shift = 1.0: a value is listed once"}},
    {"shift = [0, 0.5]",
     "shift = [[0], [1]]",
     {"a.toml:16:9: sampler.shift.shift", "must be a finite number"}},
    {"shift = [0, 0.5]",
     "mode = \"god\"",
     {"sampler.shift.mode = \"god\": 'god' is not one of good, breaks", "did you mean 'good'?"}},
    {"shift = [0, 0.5]", "steps = 13", {"a.toml:16:9: sampler.shift.steps = 13: bad luck"}},
    {"shift = [0, 0.5]",
     "steps = { geom = [1, 10] }",
     {"a.toml:16:9: sampler.shift.steps", "geom takes [a, b, n]"}},
    {"shift = [0, 0.5]",
     "steps = { geo = [1, 10, 2] }",
     {"sampler.shift.steps", "must be a whole number ≥ 1, not a table"}},
    {"shift = [0, 0.5]",
     "coordinates = [7]",
     {"a.toml:16:15: sampler.shift.coordinates = 7: must be a coordinate of the problem"}},
    {"steps     = 5",
     "steps = [1, 2]\nzip = [[\"particles\", \"steps\"]]",
     {"a.toml:23:22: sampler.other.zip = \"steps\": must have as many values as particles (3), not "
      "2"}},
    {"steps     = 5",
     "zip = [[\"particles\", \"stpes\"]]",
     {"sampler.other.zip = \"stpes\": must name a swept"}},
    {"label     = \"other\"",
     "label = \"shift\"",
     {"a.toml:20:9: sampler.label = \"shift\": names two samplers (the other at line 14)"}},
    {"label     = \"other\"", "", {"a.toml:19:13: sampler.label = \"shift\": names two samplers"}},
    {"label     = \"other\"", "label = \"a/b\"", {"sampler.label = \"a/b\": must be without '/'"}},
    {"label     = \"other\"",
     "label = \"null\"",
     {"sampler.label = \"null\": is a group of its own", "verdict"}},
    {"label     = \"other\"", "label = \"\"", {"sampler.label = \"\": must not be empty"}},
    {"label     = \"other\"", "label = 3", {"sampler.label = 3: must be text, not a whole number"}},
    // metrics
    {"[metrics]", "[metric]", {"metric", "unknown key", "did you mean 'metrics'?"}},
    {"use = [\"mean_gap\", \"chance\", \"evidence_gap\"]", "", {"metrics.use: is missing"}},
    {"use = [\"mean_gap\", \"chance\", \"evidence_gap\"]",
     "use = []",
     {"metrics.use = []: needs at least one"}},
    {"\"chance\", ",
     "\"chanse\", ",
     {"a.toml:25:20: metrics.use = \"chanse\"", "did you mean 'chance'?"}},
    {"\"chance\", ", "\"mean_gap\", ", {"metrics.use = \"mean_gap\": a metric is listed once"}},
    {"mean_gap.scale = 2.0",
     "mean_gap.scale = 0",
     {"a.toml:26:18: metrics.mean_gap.scale = 0: must be a finite number > 0"}},
    {"mean_gap.scale = 2.0",
     "mean_gap.scal = 1",
     {"metrics.mean_gap.scal = 1: unknown key", "did you mean 'scale'?"}},
    {"mean_gap.scale = 2.0",
     "mean_gp.scale = 1",
     {"metrics.mean_gp", "unknown key", "did you mean 'mean_gap'?"}},
    {"mean_gap.scale = 2.0",
     "mean_gap = 1",
     {"metrics.mean_gap = 1: must be a table, not a whole number"}},
    // quick
    {"mean_gap.scale = 2.0",
     "[quick]\nreplicates = 0",
     {"a.toml:27:14: replicates = 0: must be a whole number ≥ 1"}},
    {"mean_gap.scale = 2.0",
     "[quick]\nsampler.othr.steps = 2",
     {"a.toml:27:22: sampler.othr.steps = 2: no such sampler", "did you mean 'other'?"}},
};

INSTANTIATE_TEST_SUITE_P(All, MalformedSweep, testing::ValuesIn(mistakes));

struct WrongOverride {
  std::string text;
  std::vector<std::string> expected;
};

TEST(WrongOverrides, AreRefusedAsWrittenOnTheCommandLine) {
  const WrongOverride wrong[] = {
      {"replicates=0", {"command line: replicates = 0: must be a whole number ≥ 1"}},
      {"repliactes=4", {"command line: repliactes = 4: unknown key", "did you mean 'replicates'?"}},
      {"sampler.other.particles=0,1",
       {"command line: sampler.other.particles = 0: must be a whole"}},
      {"sampler.other.particle=1", {"command line: sampler.other.particle = 1: unknown key"}},
      {"sampler.others.steps=1", {"command line: sampler.others.steps", "did you mean 'other'?"}},
      {"problem.prior.spread=wide",
       {"command line: problem.prior.spread = \"wide\": must be a finite"}},
      {"problem.obs.y=[1]", {"command line: problem.obs.y = [1]: leads nowhere"}},
      {"metrics.use=mean_gop",
       {"command line: metrics.use = \"mean_gop\"", "did you mean 'mean_gap'?"}},
      {"sampler.shift.shift=geom(1,2)",
       {"command line: sampler.shift.shift", "geom takes [a, b, n]"}},
      {"seed", {"command line: seed: must be KEY=VALUE"}},
  };
  for (const WrongOverride& w : wrong) {
    const std::string message = complaint(fake::sweep_text, {w.text});
    for (const std::string& part : w.expected)
      EXPECT_NE(message.find(part), std::string::npos) << "got:  " << message << "\nwant: " << part;
  }
}

TEST(MissingSweepFile, IsAUsersMistake) {
  EXPECT_THROW(load_sweep("/nowhere/x.toml", {}, fake::known()), SpecError);
}

}  // namespace
}  // namespace plumbline::sweep_errors_test
