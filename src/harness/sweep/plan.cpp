// Sweep → Plan.
#include "harness/sweep/plan.hpp"

#include <fmt/ranges.h>

#include <map>
#include <set>

#include "core/steps/stop.hpp"
#include "harness/sweep/digest.hpp"
#include "harness/sweep/memory_bill.hpp"
#include "harness/sweep/stopwatch.hpp"
#include "metrics/functionals/known_functionals.hpp"
#include "record/cell.hpp"

namespace plumbline {
namespace {

/// Runs `body`; its SpecErrors are placed at the sampler's setting, else at the sampler.
template <class Body>
auto in_sampler(const SamplerSpec& spec, const Table& settings, const Body& body) {
  try {
    return body();
  } catch (const SpecError& error) {
    throw settings::located(error, settings).at(spec.at, "sampler." + spec.label);
  }
}

/// What all cells of a sweep share in their hash.
std::string common_text(const Sweep& sweep, const std::vector<MetricKey>& metrics) {
  const SweepSettings& s = sweep.settings;
  std::string text =
      fmt::format("plumbline {}\nseed {} draws {}\n", results_version, s.seed, s.draws);
  for (const MetricKey& metric : metrics)
    text += fmt::format("metric {} {}\n", metric.name, metric.settings);
  return text;
}

/// What a problem and its metrics hold, whatever samples it.
MemoryBill bill_of(const Sweep& sweep, const Problem& problem, bool drawn) {
  MemoryBill bill(sweep);
  const GaussianMixture& prior = problem.prior();
  const bool full = prior.kind() == CovarianceKind::full ||
                    (problem.is_mixture() && problem.posterior().kind() == CovarianceKind::full);
  Needs own = problem_needs({Real(prior.components()), Real(prior.dimension()), full});
  for (Need& need : own) need.key = "problem.prior";
  bill.add(own);
  if (drawn) bill.add({kept_problems_need(sweep, problem)});
  bill.add(record_needs(sweep));
  bill.add({samples_need(sweep, problem.dimension())});
  add_metrics(bill, sweep, problem, sweep.settings.draws);
  bill.add(known_functional_tables(problem));
  bill.add_in_turn(known_functional_needs(problem, sweep.settings.draws), "", {}, {},
                   {sweep.path, 1, 1});
  bill.check();
  return bill;
}

Cell resolve_cell(const Sweep& sweep, std::size_t sampler, const ProblemPoint& point,
                  const Problem& problem, const MemoryBill& others, Index own_index) {
  const SamplerSpec& spec = sweep.samplers[sampler];
  Cell cell;
  cell.sampler = sampler;
  cell.problem = point.index;
  cell.index = point.index * grid_size(spec.axes) + own_index;
  cell.at = point.at;
  const std::vector<Index> own = grid_indices(spec.axes, own_index);
  cell.at.insert(cell.at.end(), own.begin(), own.end());
  cell.settings = at_point(spec.settings, spec.axes, own);
  const auto runner =
      in_sampler(spec, cell.settings, [&] { return spec.entry->make(cell.settings); });
  cell.bytes =
      require_sampler_room(spec, cell.settings, *runner, problem, sweep.settings.draws, others);
  in_sampler(spec, cell.settings, [&] {
    runner->check(problem);
    cell.resolved = to_text({spec.entry->resolved(cell.settings)});
    cell.claim = runner->claim_on(problem);
    cell.evidence_claim = runner->evidence_claim_on(problem);
    if (spec.entry->retains_path && cell.evidence_claim.is_exact())
      for (const MetricSpec& metric : sweep.metrics) cell.runs += metric.entry->runs_sampler;
    cell.evaluations = runner->declared_evaluations(problem, sweep.settings.draws);
  });
  return cell;
}

Real work_per_evaluation(const GaussianMixture& prior) {
  const Real d = prior.dimension();
  return prior.components() * (prior.kind() == CovarianceKind::full ? 2 * d * d : d);
}

/// Steps whose effective sample sizes a particle method leaves behind.
Real path_steps(const SamplerSpec& spec, const Cell& cell) {
  const Table resolved = spec.entry->resolved(cell.settings);
  const Value* steps = resolved.find("steps");
  const auto* number = steps ? steps->get_if<std::int64_t>() : nullptr;
  return number && resolved.find("particles") ? static_cast<Real>(*number) : 0;
}

/// The settings of a sampler with every default, its axes as lists.
std::string settings_text(const SamplerSpec& spec) {
  Table table = spec.entry->resolved(spec.settings);
  for (const Axis& axis : spec.axes)
    for (const SweptKey& key : axis.keys) table.set(key.path, {Array(key.values)});
  return to_text({std::move(table)});
}

/// "steps", or "steps or exact" when the axes change it: the strongest last.
std::string claims_text(const Plan& plan, std::size_t sampler) {
  std::set<std::pair<int, std::string>> texts;
  for (const Cell& cell : plan.cells) {
    const Claim& claim = cell.claim;
    if (cell.sampler == sampler)
      texts.emplace(claim.is_exact() ? 2 : claim.is_limit() ? 1 : 0, claim.text());
  }
  std::vector<std::string> parts;
  parts.reserve(texts.size());
  for (const auto& [strength, text] : texts) parts.push_back(text);
  return fmt::format("{}", fmt::join(parts, " or "));
}

std::vector<BudgetSetting> budgets_of(const SamplerEntry& entry) {
  std::vector<BudgetSetting> budgets;
  for (const FieldDoc& field : entry.fields)
    if (field.budget != Budget::none) budgets.emplace_back(field.name, field.budget);
  return budgets;
}

std::vector<AxisInfo> describe_axes(const std::vector<Axis>& axes) {
  std::vector<AxisInfo> infos;
  infos.reserve(axes.size());
  for (const Axis& axis : axes) infos.push_back(describe_axis(axis));
  return infos;
}

/// Without a floor to sample there is no law of exact draws to compare with.
Law law_of(const MetricEntry& metric) {
  return metric.law == Law::floor && !metric.has_floor ? Law::none : metric.law;
}

/// Every metric means something on `problem`.
void check_metrics(const Sweep& sweep, const Problem& problem) {
  for (const MetricSpec& metric : sweep.metrics) try {
      metric.entry->make(metric.settings)->check(problem);
    } catch (const SpecError& error) {
      throw settings::located(error, metric.settings).at(metric.at, "metrics");
    }
}

/// What the runner records beside the metrics.
std::vector<MetricInfo> extra_infos() {
  return {{"score_evaluations", "score evaluations per draw", "1"},
          {"wall_seconds", "wall time of the sampler", "s"},
          {"log_evidence", "estimate of log p(y)", "nats"},
          {"ess_min", "smallest effective sample size over steps", "fraction of N"},
          {"acceptance", "share of the moves of a chain that are accepted", "1"},
          {draws_digest, "digest of the draws and their weights: a whole number", "1"}};
}

SweepLayout make_layout(const Plan& plan) {
  const Sweep& sweep = plan.sweep;
  SweepLayout layout{.name = sweep.settings.name, .spec = sweep.verbatim, .spec_hash = ""};
  layout.tolerances = texts_of(sweep.tolerances);
  layout.seed = static_cast<std::uint64_t>(sweep.settings.seed);
  layout.draws = sweep.settings.draws;
  layout.replicates = most_replicates(sweep);
  layout.null_replicates = sweep.settings.null_replicates;
  layout.problem_axes = describe_axes(sweep.problem.axes);
  for (std::size_t i = 0; i < sweep.samplers.size(); ++i) {
    const SamplerSpec& spec = sweep.samplers[i];
    layout.samplers.push_back({spec.label, spec.entry->name, claims_text(plan, i),
                               spec.entry->reference, settings_text(spec), describe_axes(spec.axes),
                               budgets_of(*spec.entry)});
  }
  for (const MetricSpec& metric : sweep.metrics) {
    layout.metrics.push_back({metric.entry->name, metric.entry->long_name, metric.entry->units,
                              metric.entry->better, metric.entry->has_floor, law_of(*metric.entry),
                              to_text({metric.entry->resolved(metric.settings)})});
    if (metric.entry->law == Law::uniform)
      layout.metrics.back().depends_on_y = metric.entry->make(metric.settings)->depends_on_y();
  }
  layout.extras = extra_infos();
  layout.spec_hash = spec_hash(plan);
  try {
    layout.check();
  } catch (const SpecError& error) {  // names that clash in the file
    throw error.at({sweep.path, 1, 1});
  }
  return layout;
}

/// Values written differently may resolve to the same cell (1 and 1.0 where both are allowed).
void refuse_equal_cells(const Plan& plan) {
  std::map<std::string, const Cell*> seen;
  for (const Cell& cell : plan.cells)
    if (const auto [other, fresh] = seen.emplace(cell.hash, &cell); !fresh)
      throw SpecError("sampler." + plan.sampler(cell).label, "",
                      fmt::format("{} and {} are the same cell", describe(plan, *other->second),
                                  describe(plan, cell)),
                      plan.sampler(cell).at);
}

}  // namespace

std::vector<MetricKey> metric_keys(const Sweep& sweep, MetricChoice choice) {
  std::vector<MetricKey> keys;
  for (const MetricSpec& metric : sweep.metrics)
    if (metric.entry->has_floor || choice == MetricChoice::all)
      keys.push_back({metric.entry->name, to_text({metric.entry->resolved(metric.settings)})});
  return keys;
}

std::string cell_hash(const Sweep& sweep, const std::vector<MetricKey>& metrics,
                      const ProblemPoint& problem, const Cell& cell, Index replicates) {
  const SamplerSpec& spec = sweep.samplers[cell.sampler];
  return sha256_hex(common_text(sweep, metrics) +
                    fmt::format("replicates {} samples {}\nproblem {}\nsampler {} {} {}\n",
                                replicates, sweep.settings.samples, problem.hash, spec.label,
                                spec.entry->name, cell.resolved));
}

std::string null_hash(const Sweep& sweep, const std::vector<MetricKey>& metrics,
                      const ProblemPoint& problem, Index replicates) {
  return sha256_hex(common_text(sweep, metrics) +
                    fmt::format("null {}\nproblem {}\n", replicates, problem.hash));
}

std::string spec_hash(const Plan& plan) {
  std::string all;
  for (const std::string& hash : plan.null_hashes) all += hash + '\n';
  for (const Cell& cell : plan.cells) all += cell.hash + '\n';
  return sha256_hex(all);
}

Plan make_plan(const Exec& exec, Sweep sweep) {
  Plan plan;
  plan.sweep = std::move(sweep);
  require_countable(plan.sweep);
  MemoryBill records(plan.sweep);
  records.add(record_needs(plan.sweep));
  records.check();
  const std::vector<MetricKey> metrics = metric_keys(plan.sweep, MetricChoice::all);
  const std::vector<MetricKey> with_floor = metric_keys(plan.sweep, MetricChoice::with_floor);
  const Index points = grid_size(plan.sweep.problem.axes);
  Real steps = 0;
  for (Index p = 0; p < points; ++p) {
    stop_if_asked();
    ProblemPoint point = resolve_problem(plan.sweep, p);
    const WorkWatch watch;
    const auto problems = std::make_shared<Problems>(exec, plan.sweep, point);
    const Problem& problem = problems->at(0);
    point.build = watch.seconds();
    if (points == 1) plan.only = problems;
    const MemoryBill bill = bill_of(plan.sweep, problem, point.drawn);
    plan.bytes = std::max(plan.bytes, bill.bytes());
    point.work = work_per_evaluation(problem.prior());
    check_metrics(plan.sweep, problem);
    for (std::size_t s = 0; s < plan.sweep.samplers.size(); ++s)
      for (Index i = 0; i < grid_size(plan.sweep.samplers[s].axes); ++i) {
        stop_if_asked();
        Cell cell = resolve_cell(plan.sweep, s, point, problem, bill, i);
        cell.replicates = replicates_of(plan.sweep, plan.sweep.samplers[s]);
        cell.hash = cell_hash(plan.sweep, metrics, point, cell, cell.replicates);
        steps += path_steps(plan.sweep.samplers[s], cell);
        plan.bytes = std::max(plan.bytes, cell.bytes);
        plan.cells.push_back(std::move(cell));
      }
    require_path_room(steps, bill);
    if (const Index sets = plan.sweep.settings.null_replicates; sets > 0) {
      plan.null_hashes.push_back(null_hash(plan.sweep, with_floor, point, sets));
      plan.null_replicates.push_back(sets);
    }
    plan.problems.push_back(std::move(point));
  }
  refuse_equal_cells(plan);
  plan.layout = make_layout(plan);
  return plan;
}

std::shared_ptr<Problems> problems_of(const Exec& exec, const Plan& plan, Index point) {
  if (plan.only) return plan.only;
  return std::make_shared<Problems>(exec, plan.sweep,
                                    plan.problems[static_cast<std::size_t>(point)]);
}

std::string describe(const Plan& plan, const Cell& cell) {
  std::vector<std::string> parts;
  std::size_t a = 0;
  for (const auto* axes : {&plan.sweep.problem.axes, &plan.sampler(cell).axes})
    for (const Axis& axis : *axes) {
      for (const SweptKey& key : axis.keys)
        parts.push_back(fmt::format("{} = {}", key.name,
                                    to_text(key.values[static_cast<std::size_t>(cell.at[a])], 40)));
      ++a;
    }
  return plan.sampler(cell).label +
         (parts.empty() ? "" : fmt::format(" ({})", fmt::join(parts, ", ")));
}

}  // namespace plumbline
