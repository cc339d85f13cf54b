// Problem → named arrays: shapes and copies, no mathematics.
#include "harness/exchange/problem_export.hpp"

#include <cmath>
#include <set>

#include "harness/exchange/reference_draws.hpp"
#include "harness/sweep/memory_bill.hpp"
#include "harness/sweep/streams.hpp"
#include "harness/sweep/toml.hpp"
#include "io/user/points.hpp"
#include "record/problem.hpp"

namespace plumbline {
namespace {

using Indices = std::vector<std::int64_t>;

Indices indices(const std::vector<int>& list) {
  return {list.begin(), list.end()};
}

/// weights, means, variances unless full, covariances unless those say it all and are many.
void add_mixture(ArrayFile& file, const std::string& group, const GaussianMixture& mixture) {
  const Index k_count = mixture.components(), d = mixture.dimension();
  file.add(group + "/weights", {"component"}, mixture.weights(), "weights, sum 1");
  file.add(group + "/means", {"component", "coordinate"}, mixture.means(), "means");
  if (mixture.kind() == CovarianceKind::isotropic)
    file.add(group + "/variances", {"component"}, HostVector(mixture.eigenvalues().col(0)),
             "variances: covariance variances[k] I");
  if (mixture.kind() == CovarianceKind::diagonal)
    file.add(group + "/variances", {"component", "coordinate"}, mixture.eigenvalues(),
             "variances: covariance diag(variances[k])");
  const bool full = mixture.kind() == CovarianceKind::full;
  if (!full && k_count * d * d > ProblemRecord::max_covariance) return;
  if (k_count * d * d > max_input_values)
    throw SpecError("problem.prior", fmt::format("{} × {} × {} covariances", k_count, d, d),
                    fmt::format("at most {} numbers can be exported", max_input_values));
  std::vector<double> covariances;
  for (int k = 0; k < mixture.components(); ++k) {
    const HostMatrix sigma = mixture.covariance(k);
    covariances.insert(covariances.end(), sigma.data(), sigma.data() + sigma.size());
  }
  file.add(group + "/covariances", {"component", "coordinate", "coordinate_2"}, {k_count, d, d},
           std::move(covariances), "covariances");
}

/// Coordinates of a draw are labelled by the coordinates of z that they are.
void label_coordinates(ArrayFile& file, const std::string& group, const Problem& problem) {
  for (const char* dimension : {"coordinate", "coordinate_2"})
    file.coordinate(group, dimension, indices(problem.free()), "which coordinate of z");
}

void add_observation(ArrayFile& file, const Problem& problem) {
  for (NamedArray array : problem.observation().arrays(problem.prior())) {
    array.name = "observation/" + array.name;
    file.add(std::move(array));
  }
}

void add_posterior(ArrayFile& file, const Problem& problem) {
  if (problem.is_mixture()) {
    label_coordinates(file, "posterior", problem);
    add_mixture(file, "posterior", problem.posterior());
  }
  if (std::isfinite(problem.log_evidence()))
    file.add("posterior/log_evidence", problem.log_evidence(), "log p(y)");
  label_coordinates(file, "target", problem);
  file.add("target/mean", {"coordinate"}, problem.target_mean(), "mean of the posterior");
  file.add("target/covariance", {"coordinate", "coordinate_2"}, problem.target_covariance(),
           "covariance of the posterior");
}

/// A time grid by the settings that make it.
struct GridSettings {
  GridKind kind = GridKind::uniform;
  int steps = 100;
  std::optional<Real> last_time;

  auto operator<=>(const GridSettings&) const = default;
  std::string name() const {
    return fmt::format("{}_{}", name_of(kind), steps) +
           (last_time ? fmt::format("_last_{}", *last_time) : "");
  }
};

/// The settings `grid`, `steps`, `last_time` that a resolved sampler has.
std::optional<GridSettings> grid_of(const Table& resolved) {
  const Value* steps = resolved.find("steps");
  const Value* kind = resolved.find("grid");
  if (!steps || !kind) return {};
  GridSettings grid;
  settings::read("steps", *steps, grid.steps, {});
  settings::read("grid", *kind, grid.kind, {});
  if (const Value* last = resolved.find("last_time"))
    settings::read("last_time", *last, grid.last_time, {});
  return grid;
}

constexpr Index most_grids = 200;

/// Every grid that a cell of the sweep walks, each once; the default one when there is none.
std::set<GridSettings> grids(const Plan& plan, const ExportOptions& options) {
  if (options.steps || options.grid)
    return {{options.grid.value_or(GridKind::uniform), options.steps.value_or(100), {}}};
  std::set<GridSettings> found;
  for (const Cell& cell : plan.cells)
    if (const auto grid = grid_of(plan.sampler(cell).entry->resolved(cell.settings)))
      found.insert(*grid);
  return found.empty() ? std::set<GridSettings>{GridSettings{}} : found;
}

void add_times(ArrayFile& file, const NoiseProcess& process, const GridSettings& settings) {
  const TimeGrid grid = make_time_grid(settings.kind, process, settings.steps, settings.last_time);
  const auto size = static_cast<Index>(grid.times.size());
  HostVector t(size), alpha(size), sigma(size);
  for (Index i = 0; i < size; ++i) {
    t[i] = grid.times[static_cast<std::size_t>(i)];
    const NoiseLevel level = process.at(t[i]);
    alpha[i] = level.alpha;
    sigma[i] = std::sqrt(level.variance);
  }
  const std::string group = "times/" + settings.name();
  file.add(group + "/t", {"time"}, t, "times from the horizon to 0");
  file.add(group + "/alpha", {"time"}, alpha, "signal scale: z_t = alpha z_0 + sigma noise");
  file.add(group + "/sigma", {"time"}, sigma, "noise scale");
}

/// The sweep's [metrics] as it was read: draws are judged by them.
std::string metrics_text(const Sweep& sweep) {
  Array use;
  for (const MetricSpec& metric : sweep.metrics) use.push_back({metric.entry->name});
  Table table;
  table.set("use", {std::move(use)});
  for (const MetricSpec& metric : sweep.metrics)
    if (!metric.settings.members.empty()) table.set(metric.entry->name, {metric.settings});
  return to_text({std::move(table)});
}

void add_attributes(ArrayFile& file, const Plan& plan, const Problem& problem, Index replicate) {
  const ProblemPoint& point = plan.problems.front();
  file.attribute("schema", problem_schema);
  file.attribute("name", plan.sweep.settings.name);
  file.attribute("process_kind", problem.process().name());
  file.attribute("observation_kind", problem.observation().kind());
  file.attribute("process", point.process);
  file.attribute("prior", point.prior);
  file.attribute("observation", point.observation);
  file.attribute("problem_hash", problem_hash(plan.sweep, point, replicate));
  file.attribute("stream", fmt::format("{}", point.stream));
  if (!plan.sweep.metrics.empty()) file.attribute("metrics", metrics_text(plan.sweep));
  file.attribute("spec_hash", plan.layout.spec_hash);
  file.attribute("seed", fmt::format("{}", plan.sweep.settings.seed));
  file.attribute("replicate", fmt::format("{}", replicate));
  file.attribute("spec", plan.sweep.verbatim);
}

/// [[1, 2], [3, 4]] from row-major numbers.
template <class T>
Value nested(const std::vector<std::int64_t>& shape, const T* values, std::size_t from = 0) {
  if (from == shape.size()) return {*values};
  std::int64_t stride = 1;
  for (std::size_t i = from + 1; i < shape.size(); ++i) stride *= shape[i];
  Array list;
  for (std::int64_t i = 0; i < shape[from]; ++i)
    list.push_back(nested(shape, values + i * stride, from + 1));
  return {std::move(list)};
}

Value array_json(const ArrayFile::Entry& entry, const std::string& hdf5) {
  Table out;
  Array dimensions, shape;
  for (const std::string& name : entry.dimensions) dimensions.push_back({name});
  for (const std::int64_t size : entry.shape) shape.push_back({size});
  out.set("long_name", {entry.long_name});
  out.set("dimensions", {std::move(dimensions)});
  out.set("shape", {std::move(shape)});
  const auto numbers =
      std::visit([](const auto& v) { return static_cast<std::int64_t>(v.size()); }, entry.values);
  if (numbers <= most_json_numbers)
    out.set("values",
            std::visit([&](const auto& v) { return nested(entry.shape, v.data()); }, entry.values));
  else
    out.set("dataset", {fmt::format("{}:/{}/{}", hdf5, entry.group, entry.name)});
  return {std::move(out)};
}

}  // namespace

void add_problem_numbers(ArrayFile& file, const Problem& problem) {
  add_mixture(file, "prior", problem.prior());
  add_observation(file, problem);
  file.add("observation/free", {"draw_coordinate"}, indices(problem.free()),
           "coordinates of z that a draw has");
  file.add("process/horizon", problem.process().horizon(), "t = horizon is noise, t = 0 data");
  add_posterior(file, problem);
}

ArrayFile export_problem(const Exec& exec, const Plan& plan, const ExportOptions& options) {
  PLUMBLINE_REQUIRE(plan.problems.size() == 1, "{} problems", plan.problems.size());
  const ProblemPoint& point = plan.problems.front();
  const Problem problem = problems_of(exec, plan, point.index)->at(options.replicate);
  const Index draws = options.draws.value_or(plan.sweep.settings.draws);
  if (draws > max_input_values / problem.dimension())
    throw SpecError("--draws", fmt::format("{}", draws),
                    fmt::format("at most {} here", max_input_values / problem.dimension()));
  const std::set<GridSettings> walked = grids(plan, options);
  if (static_cast<Index>(walked.size()) > most_grids)
    throw SpecError(
        "sampler", fmt::format("{} time grids", walked.size()),
        fmt::format("at most {} can be exported: --steps and --grid choose one, KEY=VALUE "
                    "fixes what makes them many",
                    most_grids),
        plan.sweep.samplers.front().at);
  Real times = 0;
  for (const GridSettings& grid : walked) times += grid.steps + Real(1);
  MemoryBill bill(plan.sweep);
  if (options.draws) bill.draws_from("--draws", draws);
  bill.add({{"draws", "exact draws as they are written",
             bytes_of(4 * Real(draws) * Real(problem.dimension()))},
            {options.steps ? "--steps" : "sampler", "time grids as they are written",
             bytes_of(8 * times)}});
  bill.check();
  ArrayFile file;
  add_attributes(file, plan, problem, options.replicate);
  add_problem_numbers(file, problem);
  for (const GridSettings& grid : walked) add_times(file, problem.process(), grid);
  label_coordinates(file, "draws", problem);
  const Rng rng = export_stream(static_cast<std::uint64_t>(plan.sweep.settings.seed), point.stream,
                                static_cast<std::uint64_t>(options.replicate));
  add_reference(file, exec, problem, draws, static_cast<std::uint64_t>(plan.sweep.settings.seed),
                rng);
  return file;
}

Value problem_json(const ArrayFile& file, const std::string& hdf5) {
  Table attributes, settings, groups;
  for (const auto& [name, value] : file.attributes()) {
    attributes.set(name, {value});
    if (name != "process") continue;
    if (auto process = parse_toml_value(value, {})) settings.set(name, *std::move(process));
  }
  for (const ArrayFile::Entry& entry : file.entries()) {
    const Value* known = groups.find(entry.group);
    Table group = known ? *known->get_if<Table>() : Table{};
    group.set(entry.name, array_json(entry, hdf5));
    groups.set(entry.group, {std::move(group)});
  }
  Table out;
  out.set("schema", {std::string(problem_schema)});
  out.set("hdf5", {hdf5});
  out.set("array_limit", {most_json_numbers});
  out.set("about", {fmt::format("attributes and arrays of {}, by group; an array of more than {} "
                                "numbers has `dataset`, where it is there, in place of `values`",
                                hdf5, most_json_numbers)});
  out.set("attributes", {std::move(attributes)});
  out.set("settings", {std::move(settings)});
  out.set("groups", {std::move(groups)});
  return {std::move(out)};
}

}  // namespace plumbline
